package dev.naru.group;

import static dev.naru.group.Yard.GROUP;
import static dev.naru.group.Yard.V5;
import static dev.naru.group.Yard.V9;
import static dev.naru.group.Yard.error;
import static dev.naru.group.Yard.joiningAs;
import static dev.naru.group.Yard.syncing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest.MemberIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StaticMemberTest {
    private final Yard yard = new Yard();

    private List<JoinGroupResponse> twoInstances() {
        return yard.stableGroupOfTwo(joiningAs("i1", "", "range"), joiningAs("i2", "", "range"),
            V5);
    }

    @Test void a_static_member_joins_in_one_step_under_an_id_made_of_its_instance() {
        var join = yard.join(joiningAs("i1", "", "range"), V9);
        yard.loop.passMs(3000);
        assertTrue(join.answer().memberId().startsWith("i1-"));
    }

    @Test void a_static_member_that_comes_back_takes_its_place_without_a_rebalance() {
        var follower = twoInstances().getLast();
        var back = yard.join(joiningAs("i2", "", "range"), V5).answer();
        assertNotEquals(follower.memberId(), back.memberId());
        assertEquals(1, back.generationId());
        assertEquals("Stable", yard.state());
        var synced = yard.sync(
            syncing(back).toBuilder().groupInstanceId("i2").build()).answer();
        assertEquals("for " + follower.memberId(), Yard.text(synced.assignment()));
    }

    @Test void the_new_id_of_a_static_member_survives_a_restart() {
        twoInstances();
        var back = yard.join(joiningAs("i2", "", "range"), V5).answer();
        yard.reload();
        assertEquals(ErrorCode.NONE, yard.heartbeat(back.memberId(), 1));
    }

    @Test void the_former_self_of_a_static_member_is_fenced() {
        var follower = twoInstances().getLast();
        yard.join(joiningAs("i2", "", "range"), V5);
        var heartbeat = HeartbeatRequest.builder().groupId(GROUP).memberId(follower.memberId())
            .groupInstanceId("i2").generationId(1).build();
        assertEquals(ErrorCode.FENCED_INSTANCE_ID, yard.heartbeat(heartbeat));
        var join = yard.join(joiningAs("i2", follower.memberId(), "range"), V5).answer();
        assertEquals(ErrorCode.FENCED_INSTANCE_ID, error(join.errorCode()));
        var sync = yard.sync(
            syncing(follower).toBuilder().groupInstanceId("i2").build()).answer();
        assertEquals(ErrorCode.FENCED_INSTANCE_ID, error(sync.errorCode()));
        var leave = yard.leave(MemberIdentity.builder().memberId(follower.memberId())
            .groupInstanceId("i2").build());
        assertEquals(ErrorCode.FENCED_INSTANCE_ID,
            error(leave.members().getFirst().errorCode()));
    }

    @Test void a_parked_request_of_the_former_self_is_fenced_at_once() {
        twoInstances();
        yard.join(joiningAs("i3", "", "range"), V5);
        var earlier = yard.join(joiningAs("i1", "", "range"), V5);
        assertTrue(earlier.isWaiting());
        var later = yard.join(joiningAs("i1", "", "range"), V5);
        assertEquals(ErrorCode.FENCED_INSTANCE_ID, error(earlier.answer().errorCode()));
        assertTrue(later.isWaiting());
    }

    @Test void an_unknown_instance_is_an_unknown_member() {
        var leader = twoInstances().getFirst();
        var heartbeat = HeartbeatRequest.builder().groupId(GROUP).memberId(leader.memberId())
            .groupInstanceId("i9").generationId(1).build();
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.heartbeat(heartbeat));
    }

    @Test void an_old_leader_that_comes_back_is_not_asked_to_assign() {
        var leader = twoInstances().getFirst();
        var back = yard.join(joiningAs("i1", "", "range"), V5).answer();
        assertEquals(leader.memberId(), back.leader());
        assertEquals(List.of(), back.members());
        assertFalse(back.skipAssignment());
        assertEquals("Stable", yard.state());
    }

    @Test void a_new_leader_that_comes_back_learns_the_members_and_skips_the_assignment() {
        twoInstances();
        var back = yard.join(joiningAs("i1", "", "range"), V9).answer();
        assertEquals(back.memberId(), back.leader());
        assertEquals(2, back.members().size());
        assertTrue(back.skipAssignment());
        var follower = yard.join(joiningAs("i2", "", "range"), V9).answer();
        assertFalse(follower.skipAssignment());
        assertEquals(back.memberId(), follower.leader());
    }

    @Test void a_static_member_that_changes_the_choice_of_protocol_starts_a_rebalance() {
        yard.stableGroupOfTwo(joiningAs("i1", "", "range", "sticky"),
            joiningAs("i2", "", "range", "sticky"), V5);
        var back = yard.join(joiningAs("i2", "", "sticky"), V5);
        assertTrue(back.isWaiting());
        assertEquals("PreparingRebalance", yard.state());
    }

    @Test void a_static_member_that_comes_back_before_the_assignment_starts_over() {
        var one = yard.join(joiningAs("i1", "", "range"), V5);
        yard.loop.passMs(3000);
        assertEquals(1, one.answer().generationId());
        var back = yard.join(joiningAs("i1", "", "range"), V5).answer();
        assertEquals(2, back.generationId());
    }

    @Test void a_static_member_that_does_not_rejoin_keeps_its_place_until_its_session_ends() {
        var two = twoInstances();
        yard.join(joiningAs("i3", "", "range"), V5);
        var again = yard.join(joiningAs("i1", two.getFirst().memberId(), "range"), V5);
        yard.loop.passMs(10_000);
        assertEquals(2, again.answer().members().size());
    }

    @Test void a_static_member_is_still_listed_when_the_time_to_rejoin_is_over() {
        var patient = joiningAs("i2", "", "range").toBuilder().sessionTimeoutMs(300_000).build();
        var two = yard.stableGroupOfTwo(joiningAs("i1", "", "range"), patient, V5);
        yard.join(joiningAs("i3", "", "range"), V5);
        var again = yard.join(joiningAs("i1", two.getFirst().memberId(), "range"), V5);
        yard.loop.passMs(60_000);
        assertEquals(3, again.answer().members().size());
    }

    @Test void an_administrator_sends_a_static_member_off_by_its_instance() {
        twoInstances();
        var answer = yard
            .leave(MemberIdentity.builder().memberId("").groupInstanceId("i2").build());
        assertEquals(0, answer.members().getFirst().errorCode());
        assertEquals("i2", answer.members().getFirst().groupInstanceId());
        assertEquals(1, yard.describe(GROUP).members().size());
        var unknown = yard.leave(
            MemberIdentity.builder().memberId("").groupInstanceId("i9").build());
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, error(unknown.members().getFirst().errorCode()));
    }

    @Test void a_replacement_that_cannot_be_stored_does_not_happen() {
        var follower = twoInstances().getLast();
        yard.log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
        var back = yard.join(joiningAs("i2", "", "range"), V5);
        assertEquals(ErrorCode.NOT_ENOUGH_REPLICAS, back.refusal());
        assertEquals(ErrorCode.NONE, yard.heartbeat(follower.memberId(), 1));
    }
}
