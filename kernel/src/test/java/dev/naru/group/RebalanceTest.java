package dev.naru.group;

import static dev.naru.group.Yard.GROUP;
import static dev.naru.group.Yard.V3;
import static dev.naru.group.Yard.V9;
import static dev.naru.group.Yard.error;
import static dev.naru.group.Yard.joining;
import static dev.naru.group.Yard.leaving;
import static dev.naru.group.Yard.syncing;
import static dev.naru.group.Yard.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.shard.Heard;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupRequest.SyncGroupRequestAssignment;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RebalanceTest {
    private final Yard yard = new Yard();

    @Test void the_first_rebalance_waits_for_the_initial_delay() {
        var join = yard.join("", "range");
        yard.loop.passMs(2999);
        assertTrue(join.isWaiting());
        yard.loop.passMs(1);
        assertEquals(1, join.answer().generationId());
    }

    @Test void a_newcomer_extends_the_initial_delay() {
        var first = yard.join("", "range");
        yard.loop.passMs(2000);
        yard.join("", "range");
        yard.loop.passMs(3999);
        assertTrue(first.isWaiting());
        yard.loop.passMs(1);
        assertEquals(2, first.answer().members().size());
    }

    @Test void the_initial_delay_is_extended_up_to_the_rebalance_timeout() {
        var first = yard.join(joining("", "range").rebalanceTimeoutMs(10_000).build(), V3);
        for (int second = 1; second <= 9; second++) {
            yard.loop.passMs(1000);
            yard.join(joining("", "range").rebalanceTimeoutMs(10_000).build(), V3);
        }
        assertTrue(first.isWaiting());
        yard.loop.passMs(1000);
        assertEquals(10, first.answer().members().size());
    }

    @Test void dynamic_members_that_do_not_rejoin_in_time_are_out() {
        var two = yard.stableGroupOfTwo();
        var leader = yard.join(two.getFirst().memberId(), "range");
        yard.passBeating(59_000, two.getLast());
        assertTrue(leader.isWaiting());
        yard.loop.passMs(1000);
        assertEquals(1, leader.answer().members().size());
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat(two.getLast().memberId(), 1));
    }

    @Test void a_rebalance_ends_as_soon_as_all_have_joined() {
        var two = yard.stableGroupOfTwo();
        var a = yard.join(two.getFirst().memberId(), "range");
        assertTrue(a.isWaiting());
        var b = yard.join(two.getLast().memberId(), "range");
        assertEquals(2, a.answer().generationId());
        assertEquals(2, b.answer().generationId());
    }

    @Test void a_rebalance_waits_for_those_who_were_given_an_id() {
        var one = yard.stableGroupOfOne();
        var given = yard.join(joining("", "range").build(), V9).answer().memberId();
        var again = yard.join(one.memberId(), "range");
        assertTrue(again.isWaiting());
        yard.join(joining(given, "range").build(), V9);
        assertEquals(2, again.answer().members().size());
    }

    @Test void when_the_leader_does_not_rejoin_another_member_leads() {
        var two = yard.stableGroupOfTwo();
        yard.leave(leaving(two.getFirst().memberId()));
        var again = yard.join(two.getLast().memberId(), "range").answer();
        assertEquals(two.getLast().memberId(), again.leader());
    }

    @Test void an_assignment_goes_to_each_member_when_the_leader_has_synced() {
        var a = yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        var follower = yard.sync(syncing(b.answer()));
        assertTrue(follower.isWaiting());
        var ids = List.of(a.answer().memberId(), b.answer().memberId());
        var leader = yard.sync(syncing(a.answer(), ids.getFirst(), ids.getLast())).answer();
        assertEquals("for " + ids.getFirst(), text(leader.assignment()));
        assertEquals("for " + ids.getLast(), text(follower.answer().assignment()));
        assertEquals("consumer", leader.protocolType());
        assertEquals("range", leader.protocolName());
        assertEquals("Stable", yard.state());
    }

    @Test void a_member_that_the_leader_forgot_gets_nothing() {
        var a = yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        yard.sync(syncing(a.answer(), a.answer().memberId()));
        assertFalse(yard.sync(syncing(b.answer())).answer().assignment().hasRemaining());
    }

    @Test void the_assignment_is_not_told_before_it_is_committed() {
        var join = yard.join("", "range");
        yard.loop.passMs(3000);
        yard.log.hold();
        var sync = yard.sync(syncing(join.answer(), join.answer().memberId()));
        assertTrue(sync.isWaiting());
        yard.log.advance();
        assertEquals(ErrorCode.NONE, error(sync.answer().errorCode()));
    }

    @Test void an_assignment_that_the_log_refuses_can_be_handed_in_again() {
        var a = yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        var follower = yard.sync(syncing(b.answer()));
        yard.log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertEquals(ErrorCode.NOT_ENOUGH_REPLICAS, yard.sync(syncing(a.answer())).refusal());
        assertTrue(follower.isWaiting());
        yard.log.accept();
        yard.sync(syncing(a.answer(), b.answer().memberId())).answer();
        assertEquals("for " + b.answer().memberId(), text(follower.answer().assignment()));
    }

    @Test void a_sync_says_who_it_is_and_for_which_generation() {
        var leader = yard.stableGroupOfOne();
        var good = syncing(leader).toBuilder();
        assertEquals(ErrorCode.INVALID_GROUP_ID, syncError(good.groupId("").build()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, syncError(good.groupId("none").build()));
        good.groupId(GROUP);
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, syncError(good.memberId("stranger").build()));
        good.memberId(leader.memberId());
        assertEquals(ErrorCode.ILLEGAL_GENERATION, syncError(good.generationId(2).build()));
        good.generationId(1);
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            syncError(good.protocolType("connect").build()));
        good.protocolType("consumer");
        assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
            syncError(good.protocolName("sticky").build()));
        assertEquals(ErrorCode.NONE, syncError(good.protocolName("range").build()));
    }

    private ErrorCode syncError(SyncGroupRequest message) {
        return error(yard.sync(message).answer().errorCode());
    }

    @Test void assignments_are_bounded() {
        var join = yard.join("", "range");
        yard.loop.passMs(3000);
        var tooMuch = ByteBuffer.allocate(Limits.GROUP_ASSIGNMENT_BYTES_MAX + 1);
        var message = syncing(join.answer()).toBuilder();
        assertEquals(ErrorCode.MESSAGE_TOO_LARGE, syncError(message.assignments(List.of(
            assignment(join.answer().memberId(), tooMuch))).build()));
        assertEquals(ErrorCode.NONE, syncError(message.assignments(List.of(
            assignment(join.answer().memberId(), tooMuch.slice(1, tooMuch.limit() - 1)))).build()));
    }

    private static SyncGroupRequestAssignment assignment(String memberId, ByteBuffer bytes) {
        return SyncGroupRequestAssignment.builder().memberId(memberId).assignment(bytes).build();
    }

    @Test void a_sync_during_the_joining_phase_is_told_to_rejoin() {
        var two = yard.stableGroupOfTwo();
        yard.join(two.getFirst().memberId(), "range");
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, syncError(syncing(two.getLast())));
    }

    @Test void a_rebalance_cancels_syncs_that_wait() {
        yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        var follower = yard.sync(syncing(b.answer()));
        yard.join("", "range");
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, error(follower.answer().errorCode()));
    }

    @Test void members_that_do_not_sync_in_time_are_out() {
        var a = yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        yard.sync(syncing(a.answer(), a.answer().memberId())).answer();
        yard.passBeating(59_000, a.answer(), b.answer());
        assertEquals("Stable", yard.state());
        yard.loop.passMs(1000);
        assertEquals("PreparingRebalance", yard.state());
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat(b.answer().memberId(), 1));
    }

    @Test void a_leader_that_does_not_sync_in_time_is_out() {
        var a = yard.join("", "range");
        var b = yard.join("", "range");
        yard.loop.passMs(6000);
        var follower = yard.sync(syncing(b.answer()));
        yard.passBeating(60_000, a.answer());
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, error(follower.answer().errorCode()));
        var again = yard.join(b.answer().memberId(), "range").answer();
        assertEquals(b.answer().memberId(), again.leader());
    }

    @Test void heartbeats_say_how_the_group_stands() {
        var leader = yard.stableGroupOfOne();
        var id = leader.memberId();
        assertEquals(ErrorCode.NONE, yard.heartbeat(id, 1));
        assertEquals(ErrorCode.ILLEGAL_GENERATION, yard.heartbeat(id, 2));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat("stranger", 1));
        var message = HeartbeatRequest.builder().groupId("").memberId(id).build();
        assertEquals(ErrorCode.INVALID_GROUP_ID, yard.heartbeat(message));
        var elsewhere = HeartbeatRequest.builder().groupId("none").memberId(id).build();
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat(elsewhere));
        yard.join("", "range");
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, yard.heartbeat(id, 1));
    }

    @Test void a_heartbeat_before_the_assignment_is_fine() {
        var join = yard.join("", "range");
        yard.loop.passMs(3000);
        assertEquals("CompletingRebalance", yard.state());
        assertEquals(ErrorCode.NONE, yard.heartbeat(join.answer().memberId(), 1));
    }

    @Test void a_silent_member_is_out_when_its_session_ends() {
        var two = yard.stableGroupOfTwo();
        yard.passBeating(9000, two.getFirst());
        assertEquals("Stable", yard.state());
        yard.passBeating(2000, two.getFirst());
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, yard.heartbeat(two.getFirst().memberId(), 1));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat(two.getLast().memberId(), 1));
    }

    @Test void heartbeats_keep_a_session_alive() {
        var leader = yard.stableGroupOfOne();
        yard.passBeating(100_000, leader);
        assertEquals("Stable", yard.state());
    }

    @Test void a_member_whose_join_is_parked_is_not_silent() {
        var two = yard.stableGroupOfTwo();
        var parked = yard.join(two.getFirst().memberId(), "range");
        yard.passBeating(50_000, two.getLast());
        assertTrue(parked.isWaiting());
        yard.join(two.getLast().memberId(), "range");
        assertEquals(2, parked.answer().generationId());
    }

    @Test void a_new_member_has_five_minutes_for_its_first_join() {
        var patient = joining("", "range").rebalanceTimeoutMs(1_000_000).build();
        var one = yard.stableGroupOfOne(patient, V3);
        var newcomer = yard.join(patient, V3);
        yard.passBeating(299_000, one);
        assertTrue(newcomer.isWaiting());
        yard.passBeating(1000, one);
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, error(newcomer.answer().errorCode()));
    }

    @Test void the_last_member_leaves_an_empty_group_that_is_stored() {
        var leader = yard.stableGroupOfOne();
        var answer = yard.leave(leaving(leader.memberId()));
        assertEquals(0, answer.errorCode());
        assertEquals("Empty", yard.state());
        yard.reload();
        assertEquals("Empty", yard.state());
        assertEquals("consumer", yard.describe(GROUP).protocolType());
        assertEquals(3, yard.stableGroupOfOne().generationId());
    }

    @Test void several_members_leave_with_one_request_and_each_is_answered() {
        var two = yard.stableGroupOfTwo();
        var answer = yard.leave(leaving(two.getFirst().memberId()), leaving("stranger"),
            leaving(""), leaving(two.getLast().memberId()));
        var unknown = ErrorCode.UNKNOWN_MEMBER_ID.code();
        assertEquals(List.of((short) 0, unknown, unknown, (short) 0),
            answer.members().stream().map(member -> member.errorCode()).toList());
        assertEquals("Empty", yard.state());
    }

    @Test void one_who_was_only_given_an_id_may_leave() {
        var given = yard.join(joining("", "range").build(), V9).answer().memberId();
        assertEquals(0, yard.leave(leaving(given)).members().getFirst().errorCode());
        assertEquals("Dead", yard.state());
    }

    @Test void leaving_an_unknown_group_is_refused_as_a_whole() {
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, error(yard.leave(leaving("x")).errorCode()));
        var heard = new Heard<LeaveGroupResponse>();
        var message = LeaveGroupRequest.builder().groupId("").members(List.of(leaving("x")))
            .build();
        yard.host.submit(new GroupRequest.Leave(message, heard));
        assertEquals(ErrorCode.INVALID_GROUP_ID, error(heard.answer().errorCode()));
    }

    @Test void a_parked_join_of_one_who_leaves_is_answered() {
        var two = yard.stableGroupOfTwo();
        var parked = yard.join(two.getFirst().memberId(), "range");
        yard.leave(leaving(two.getFirst().memberId()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, error(parked.answer().errorCode()));
    }

    @Test void all_leave_during_the_initial_delay() {
        var parked = yard.join("", "range");
        var heard = yard.describe(GROUP).members().getFirst().memberId();
        yard.leave(leaving(heard));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, error(parked.answer().errorCode()));
        yard.loop.passMs(3000);
        assertEquals("Empty", yard.state());
    }

    @Test void members_of_a_stored_group_go_on_after_a_restart() {
        var leader = yard.stableGroupOfOne();
        yard.reload();
        assertEquals(ErrorCode.NONE, yard.heartbeat(leader.memberId(), 1));
        var synced = yard.sync(syncing(leader)).answer();
        assertEquals("for " + leader.memberId(), text(synced.assignment()));
    }

    @Test void members_that_are_silent_after_a_restart_are_out() {
        yard.stableGroupOfOne();
        yard.reload();
        yard.loop.passMs(9999);
        assertEquals("Stable", yard.state());
        yard.loop.passMs(1);
        assertEquals("Empty", yard.state());
    }

    @Test void what_waits_inside_a_group_is_told_when_the_shard_moves() {
        var join = yard.join("", "range");
        yard.log.lose();
        assertEquals(ErrorCode.NOT_COORDINATOR, join.refusal());
    }

    @Test void a_generation_that_was_never_assigned_is_forgotten_by_a_restart() {
        var one = yard.stableGroupOfOne();
        assertEquals(2, yard.join(one.memberId(), "range").answer().generationId());
        yard.reload();
        assertEquals(ErrorCode.ILLEGAL_GENERATION, yard.heartbeat(one.memberId(), 2));
        assertEquals(ErrorCode.NONE, yard.heartbeat(one.memberId(), 1));
    }

    @Test void a_group_that_is_too_large_after_a_restart_joins_again() {
        var two = yard.stableGroupOfTwo();
        var smaller = new Yard(Yard.upTo(1));
        smaller.log.records().addAll(yard.log.records());
        smaller.log.advance();
        smaller.reload();
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS,
            smaller.heartbeat(two.getFirst().memberId(), 1));
        assertTrue(smaller.join(two.getFirst().memberId(), "range").isWaiting());
        var second = smaller.join(two.getLast().memberId(), "range").answer();
        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, error(second.errorCode()));
    }
}
