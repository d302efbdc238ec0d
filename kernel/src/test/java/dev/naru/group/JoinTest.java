package dev.naru.group;

import static dev.naru.group.Yard.GROUP;
import static dev.naru.group.Yard.V3;
import static dev.naru.group.Yard.V9;
import static dev.naru.group.Yard.bytes;
import static dev.naru.group.Yard.error;
import static dev.naru.group.Yard.joining;
import static dev.naru.group.Yard.leaving;
import static dev.naru.group.Yard.protocol;
import static dev.naru.group.Yard.syncing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.shard.BatchKind;
import dev.naru.shard.Origin;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JoinTest {
    private final Yard yard = new Yard();

    private ErrorCode refusal(JoinGroupRequest message) {
        return error(yard.join(message, V3).answer().errorCode());
    }

    @Test void a_new_member_is_first_given_an_id_and_joins_with_it() {
        var first = yard.join(joining("", "range").build(), (short) 4).answer();
        assertEquals(ErrorCode.MEMBER_ID_REQUIRED, error(first.errorCode()));
        assertTrue(first.memberId().matches("app-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
        var second = yard.join(joining(first.memberId(), "range").build(), (short) 4);
        yard.loop.passMs(3000);
        assertEquals(first.memberId(), second.answer().memberId());
        assertEquals(1, second.answer().generationId());
    }

    @Test void an_old_client_joins_in_one_step() {
        var join = yard.join(joining("", "range").build(), V3);
        yard.loop.passMs(3000);
        assertEquals(ErrorCode.NONE, error(join.answer().errorCode()));
    }

    @Test void an_id_that_is_not_used_expires_with_its_session() {
        var given = yard.join(joining("", "range").build(), V9).answer().memberId();
        yard.loop.passMs(10_000);
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, refusal(joining(given, "range").build()));
        assertEquals("Dead", yard.state());
    }

    @Test void the_number_of_ids_given_out_is_bounded() {
        for (int i = 0; i < Limits.GROUP_PENDING_MEMBERS_MAX; i++) {
            yard.shard().apply(new ClassicFact.IdGiven(GROUP, "id" + i),
                Origin.decided(BatchKind.PLAIN));
        }
        var answer = yard.join(joining("", "range").build(), V9).answer();
        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, error(answer.errorCode()));
    }

    @Test void a_group_needs_an_id() {
        assertEquals(ErrorCode.INVALID_GROUP_ID, refusal(joining("", "range").groupId("").build()));
    }

    @Test void a_group_id_must_fit_a_stored_string() {
        var longest = "g".repeat(Limits.GROUP_TEXT_CHARS_MAX);
        assertTrue(yard.join(joining("", "range").groupId(longest).build(), V3).isWaiting());
        assertEquals(ErrorCode.INVALID_GROUP_ID,
            refusal(joining("", "range").groupId(longest + "g").build()));
    }

    @Test void a_session_must_be_as_long_as_the_broker_wants_it() {
        assertEquals(ErrorCode.INVALID_SESSION_TIMEOUT,
            refusal(joining("", "range").sessionTimeoutMs(5999).build()));
        assertEquals(ErrorCode.INVALID_SESSION_TIMEOUT,
            refusal(joining("", "range").sessionTimeoutMs(1_800_001).build()));
        assertTrue(yard.join(joining("", "range").sessionTimeoutMs(6000).build(), V3).isWaiting());
        assertTrue(
            yard.join(joining("", "range").sessionTimeoutMs(1_800_000).build(), V3).isWaiting());
    }

    @Test void a_member_of_an_unknown_group_is_unknown() {
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, refusal(joining("stranger", "range").build()));
    }

    @Test void a_stranger_with_an_id_is_unknown() {
        yard.stableGroupOfOne();
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, refusal(joining("stranger", "range").build()));
    }

    @Test void a_member_without_a_protocol_or_a_type_is_refused() {
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, refusal(joining("").build()));
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            refusal(joining("", "range").protocolType("").build()));
    }

    @Test void a_member_that_shares_no_protocol_or_type_with_the_others_is_refused() {
        yard.stableGroupOfOne();
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, refusal(joining("", "sticky").build()));
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            refusal(joining("", "range").protocolType("connect").build()));
    }

    @Test void protocols_and_their_metadata_are_bounded() {
        var most = Limits.GROUP_MEMBER_METADATA_BYTES_MAX;
        var full = protocol("range", "").toBuilder().metadata(ByteBuffer.allocate(most)).build();
        assertTrue(yard.join(joining("").protocols(List.of(full)).build(), V3).isWaiting());
        assertEquals(ErrorCode.MESSAGE_TOO_LARGE,
            refusal(joining("").protocols(List.of(full, protocol("x", "1"))).build()));
        var names = new ArrayList<>(List.of(protocol("range", "")));
        for (int i = 1; i <= Limits.GROUP_PROTOCOLS_PER_MEMBER_MAX; i++) {
            names.add(protocol("p" + i, ""));
        }
        assertEquals(ErrorCode.INVALID_REQUEST, refusal(joining("").protocols(names).build()));
    }

    @Test void the_protocol_that_most_members_prefer_among_those_all_know_is_chosen() {
        var a = yard.join("", "sticky", "range", "own");
        yard.join("", "range", "sticky");
        yard.join("", "range", "sticky");
        yard.loop.passMs(6000);
        assertEquals("range", a.answer().protocolName());
        assertEquals("consumer", a.answer().protocolType());
    }

    @Test void the_leader_is_told_what_everybody_said_and_the_others_are_not() {
        var a = yard.join(joining("", "range").build(), V3);
        var b = yard.join(joining("").protocols(List.of(protocol("range", "b"))).build(), V3);
        yard.loop.passMs(6000);
        var leader = a.answer();
        assertEquals(leader.memberId(), leader.leader());
        assertEquals(leader.memberId(), b.answer().leader());
        assertEquals(List.of("of range", "b"),
            leader.members().stream().map(member -> Yard.text(member.metadata())).toList());
        assertEquals(List.of(), b.answer().members());
    }

    @Test void metadata_outlives_the_frame_it_came_in() {
        var frame = bytes("precious");
        var protocols = List.of(protocol("range", "").toBuilder().metadata(frame).build());
        var join = yard.join(joining("").protocols(protocols).build(), V3);
        frame.put(0, (byte) 'X');
        yard.loop.passMs(3000);
        assertEquals("precious", Yard.text(join.answer().members().getFirst().metadata()));
    }

    @Test void a_leader_that_joins_again_starts_a_rebalance() {
        var two = yard.stableGroupOfTwo();
        var leader = two.getFirst();
        var again = yard.join(leader.memberId(), "range");
        assertTrue(again.isWaiting());
        assertEquals("PreparingRebalance", yard.state());
    }

    @Test void a_follower_that_joins_again_unchanged_gets_the_present_generation() {
        var follower = yard.stableGroupOfTwo().getLast();
        var again = yard.join(follower.memberId(), "range").answer();
        assertEquals(follower.generationId(), again.generationId());
        assertEquals("Stable", yard.state());
    }

    @Test void a_follower_that_changes_its_mind_starts_a_rebalance() {
        var follower = yard.stableGroupOfTwo().getLast();
        var again = yard.join(
            joining(follower.memberId()).protocols(List.of(protocol("range", "other"))).build(),
            V3);
        assertTrue(again.isWaiting());
        assertEquals("PreparingRebalance", yard.state());
    }

    @Test void a_member_that_missed_the_answer_to_its_join_is_told_again() {
        var join = yard.join("", "range");
        yard.loop.passMs(3000);
        var first = join.answer();
        var again = yard.join(first.memberId(), "range").answer();
        assertEquals(first, again);
        assertEquals("CompletingRebalance", yard.state());
    }

    @Test void a_member_that_changes_its_mind_before_the_assignment_starts_over() {
        var join = yard.join("", "range");
        yard.loop.passMs(3000);
        var again = yard.join(joining(join.answer().memberId())
            .protocols(List.of(protocol("range", "other"))).build(), V3).answer();
        assertEquals(2, again.generationId());
    }

    @Test void a_join_that_is_repeated_while_it_waits_answers_the_earlier_one() {
        var two = yard.stableGroupOfTwo();
        var leader = two.getFirst().memberId();
        var earlier = yard.join(leader, "range");
        var later = yard.join(leader, "range");
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, error(earlier.answer().errorCode()));
        assertTrue(later.isWaiting());
    }

    @Test void a_newcomer_makes_a_stable_group_join_again() {
        var one = yard.stableGroupOfOne();
        var newcomer = yard.join("", "range");
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, yard.heartbeat(one.memberId(), 1));
        var again = yard.join(one.memberId(), "range");
        assertEquals(2, again.answer().generationId());
        assertEquals(2, newcomer.answer().generationId());
        assertEquals(one.memberId(), newcomer.answer().leader());
    }

    @Test void a_full_group_takes_no_newcomer_but_its_own_members() {
        var full = new Yard(Yard.upTo(2));
        var two = full.stableGroupOfTwo();
        var refused = full.join("", "range").answer();
        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, error(refused.errorCode()));
        assertEquals("", refused.memberId());
        assertEquals("Stable", full.state());
        assertTrue(full.join(two.getFirst().memberId(), "range").isWaiting());
    }

    @Test void while_members_join_the_first_ones_get_the_places() {
        var full = new Yard(Yard.upTo(2));
        var two = full.stableGroupOfTwo();
        full.leave(leaving(two.getLast().memberId()));
        var newcomer = full.join("", "range");
        var another = full.join("", "range");
        assertTrue(newcomer.isWaiting() && another.isWaiting());
        var late = full.join(two.getFirst().memberId(), "range").answer();
        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, error(late.errorCode()));
        assertEquals(2, newcomer.answer().generationId());
    }

    @Test void a_rejoin_straight_after_the_sync_works() {
        var leader = yard.stableGroupOfOne();
        var again = yard.join(joining(leader.memberId())
            .protocols(List.of(protocol("range", "owning less"))).build(), V3).answer();
        assertEquals(2, again.generationId());
        var synced = yard.sync(syncing(again, again.memberId())).answer();
        assertEquals("for " + again.memberId(), Yard.text(synced.assignment()));
        assertEquals("Stable", yard.state());
    }

    @Test void without_a_rebalance_timeout_the_session_timeout_counts() {
        var two = yard.stableGroupOfTwo();
        var old = joining("", "range").rebalanceTimeoutMs(-1).build();
        assertEquals(10_000, old.sessionTimeoutMs());
        var solo = new Yard();
        var first = solo.stableGroupOfOne(old, (short) 0);
        var newcomer = solo.join(old, (short) 0);
        solo.passBeating(9999, first);
        assertTrue(newcomer.isWaiting());
        solo.loop.passMs(1);
        assertFalse(newcomer.isWaiting());
        assertEquals(2, two.size());
    }

    @Test void generations_grow_one_by_one() {
        JoinGroupResponse last = yard.stableGroupOfOne();
        for (int generation = 2; generation < 5; generation++) {
            last = yard.join(last.memberId(), "range").answer();
            assertEquals(generation, last.generationId());
            yard.sync(syncing(last)).answer();
        }
    }
}
