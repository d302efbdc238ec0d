package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.SyncGroupRequest.SyncGroupRequestAssignment;
import dev.naru.wire.message.SyncGroupResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// From the classic protocol to the consumer protocol and back, with members at work.
final class MigrationTest {
    private final ConsumerYard yard = new ConsumerYard();

    @BeforeEach void topics() {
        yard.yard.topics.add("t", 4);
    }

    /// A stable classic group of one, which owns all four partitions.
    private JoinGroupResponse classic() {
        var join = yard.yard.join(Yard.joining("").protocols(List.of(
            Yard.subscribed("range", "t"))).build(), Yard.V3);
        yard.yard.loop.passMs(3_000);
        var joined = join.answer();
        var all = new Partitions.Gathering();
        for (int index = 0; index < 4; index++)
            all.add(yard.yard.topics.id("t"), index);
        var member = new ConsumerMember(
            new ConsumerMember.Subscription("", null, null, "", "", 0, List.of(), "", null, null),
            ConsumerMember.Current.NEW);
        yard.yard.sync(Yard.syncing(joined).toBuilder().assignments(List.of(
            SyncGroupRequestAssignment.builder().memberId(joined.memberId())
                .assignment(
                    ClassicWords.assignment(member, all.done(), yard.yard.topics.view()))
                .build()))
            .build()).answer();
        return joined;
    }

    private int given(SyncGroupResponse synced) throws Exception {
        return ClassicWords.assigned(synced.assignment(), yard.yard.topics.view()).count();
    }

    @Test void the_first_consumer_turns_a_living_classic_group() throws Exception {
        var old = classic();
        var b = yard.join("b", "t");
        assertEquals(ErrorCode.NONE, b.error);
        assertTrue(b.owned.isEmpty(), "the classic member still owns everything");
        assertEquals(ErrorCode.NONE.code(), yard.describe().errorCode());
        assertEquals("Dead", yard.yard.state());

        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS,
            yard.yard.heartbeat(old.memberId(), old.generationId()));
        var joined = yard.classicJoin(old.memberId(), "t");
        assertEquals(ErrorCode.NONE.code(), joined.errorCode());
        assertEquals(old.memberId(), joined.memberId());
        assertEquals("range", joined.protocolName());
        assertEquals(2, given(yard.classicSync(joined)));
        b.beat();
        assertEquals(2, b.owned.size());
        assertEquals(ErrorCode.NONE,
            yard.yard.heartbeat(joined.memberId(), joined.generationId()));
        yard.yard.reload();
        assertEquals(ErrorCode.NONE,
            yard.yard.heartbeat(joined.memberId(), joined.generationId()));
        b.beat();
        assertEquals(2, b.owned.size());
    }

    @Test void classic_members_commit_in_their_generation() {
        var old = classic();
        yard.join("b", "t");
        var message = Yard.committing("t", 0, 3).memberId(old.memberId());
        assertEquals(ErrorCode.NONE, yard.yard.commit(
            message.generationIdOrMemberEpoch(old.generationId()).build(), Yard.V5));
        assertEquals(ErrorCode.ILLEGAL_GENERATION, yard.yard.commit(
            message.generationIdOrMemberEpoch(old.generationId() + 1).build(), Yard.V5));
    }

    @Test void classic_newcomers_join_a_consumer_group() throws Exception {
        var a = yard.join("a", "t");
        var message = Yard.joining("").protocols(List.of(Yard.subscribed("range", "t"))).build();
        var first = yard.yard.join(message, Yard.V5).answer();
        assertEquals(ErrorCode.MEMBER_ID_REQUIRED.code(), first.errorCode());
        var joined = yard.classicJoin(first.memberId(), "t");
        assertEquals(0, given(yard.classicSync(joined)));
        yard.settle();
        assertEquals(2, a.owned.size());
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS,
            yard.yard.heartbeat(joined.memberId(), joined.generationId()));
        var again = yard.classicJoin(joined.memberId(), "t");
        assertEquals(2, given(yard.classicSync(again)));
    }

    @Test void when_the_last_consumer_leaves_the_rest_is_a_classic_group() {
        var old = classic();
        var b = yard.join("b", "t");
        var joined = yard.classicJoin(old.memberId(), "t");
        yard.classicSync(joined);
        b.leave(-1);
        assertEquals("PreparingRebalance", yard.yard.state());
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS,
            yard.yard.heartbeat(joined.memberId(), yard.yard.generation()));
        var again = yard.yard.join(Yard.joining(joined.memberId()).protocols(List.of(
            Yard.subscribed("range", "t"))).build(), Yard.V3).answer();
        assertEquals(joined.memberId(), again.leader());
        assertTrue(again.generationId() > joined.generationId());
        yard.yard.sync(Yard.syncing(again, again.memberId())).answer();
        assertEquals("Stable", yard.yard.state());
        yard.yard.reload();
        assertEquals("Stable", yard.yard.state());
    }

    @Test void the_last_consumer_that_falls_silent_leaves_a_classic_group() {
        classic();
        yard.join("b", "t");
        yard.yard.loop.passMs(9_000);
        assertFalse(yard.describe().members().isEmpty());
    }

    @Test void a_group_of_another_kind_of_client_is_not_turned() {
        yard.yard.stableGroupOfOne(
            Yard.joining("", "x").protocolType("connect").build(), Yard.V3);
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, yard.join("b", "t").error);
        assertEquals("Stable", yard.yard.state());
    }

    @Test void the_way_can_be_closed() {
        var closed = new ConsumerYard(
            new ConsumerRules(true, 9, List.of("uniform"), false, false), ConsumerYard.AT_ONCE);
        closed.yard.stableGroupOfOne();
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, closed.join("b", "t").error);
    }

    @Test void a_classic_member_that_does_not_come_back_is_out() {
        var old = classic();
        var b = yard.join("b", "t");
        for (int second = 0; second < 70; second += 5) {
            yard.yard.loop.passMs(5_000);
            b.beat();
            yard.yard.heartbeat(old.memberId(), old.generationId());
        }
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID,
            yard.yard.heartbeat(old.memberId(), old.generationId()));
        b.beat();
        assertEquals(4, b.owned.size());
    }

    @Test void classic_members_leave_and_are_checked_like_others() {
        var a = yard.join("a", "t");
        var joined = yard.classicJoin("c", "t");
        assertEquals(ErrorCode.ILLEGAL_GENERATION,
            yard.yard.heartbeat("c", joined.generationId() + 1));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.yard.heartbeat("a", a.epoch));
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code(),
            yard.yard.join(Yard.joining("d", "other").build(), Yard.V3).answer().errorCode());
        var left = yard.yard.leave(Yard.leaving("c"), Yard.leaving("c"), Yard.leaving("z"));
        assertEquals(List.of((short) 0, ErrorCode.UNKNOWN_MEMBER_ID.code(),
            ErrorCode.UNKNOWN_MEMBER_ID.code()),
            left.members().stream().map(it -> it.errorCode()).toList());
        yard.settle();
        assertEquals(4, a.owned.size());
    }
}
