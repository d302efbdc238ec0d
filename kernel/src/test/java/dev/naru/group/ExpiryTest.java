package dev.naru.group;

import static dev.naru.group.Yard.GROUP;
import static dev.naru.group.Yard.V3;
import static dev.naru.group.Yard.V9;
import static dev.naru.group.Yard.committing;
import static dev.naru.group.Yard.joining;
import static dev.naru.group.Yard.leaving;
import static dev.naru.group.Yard.subscribed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
    private static final long RETENTION_MS = 3_600_000;
    private static final long CHECK_MS = 60_000;

    private final Yard yard = new Yard(
        new GroupRules(RETENTION_MS, CHECK_MS, 4096, 3000, 6000, 1_800_000, 100, 300_000));

    private static JoinGroupRequest reading(String topic) {
        return joining("").sessionTimeoutMs(1_800_000)
            .protocols(List.of(subscribed("range", topic))).build();
    }

    private void commitAs(JoinGroupResponse member, String topic) {
        yard.commit(committing(topic, 0, 5).memberId(member.memberId())
            .generationIdOrMemberEpoch(member.generationId()).build(), V9);
    }

    @Test void an_offset_of_a_group_without_members_ever_expires_after_its_commit() {
        yard.commit("t", 0, 5);
        yard.loop.passMs(RETENTION_MS - CHECK_MS);
        assertEquals(5, yard.fetch("t", 0));
        yard.loop.passMs(2 * CHECK_MS);
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals("Dead", yard.state());
        yard.reload();
        assertEquals("Dead", yard.state());
    }

    @Test void a_commit_starts_the_time_anew() {
        yard.commit("t", 0, 5);
        yard.loop.passMs(RETENTION_MS - CHECK_MS);
        yard.commit("t", 0, 6);
        yard.loop.passMs(RETENTION_MS - CHECK_MS);
        assertEquals(6, yard.fetch("t", 0));
    }

    @Test void the_time_of_a_group_that_had_members_runs_from_when_it_became_empty() {
        var member = yard.stableGroupOfOne(reading("t"), V3);
        commitAs(member, "t");
        yard.passBeating(2 * RETENTION_MS, member);
        yard.leave(leaving(member.memberId()));
        yard.loop.passMs(RETENTION_MS - CHECK_MS);
        assertEquals(5, yard.fetch("t", 0));
        yard.loop.passMs(2 * CHECK_MS);
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void the_moment_a_group_became_empty_survives_a_restart() {
        var member = yard.stableGroupOfOne(reading("t"), V3);
        commitAs(member, "t");
        yard.leave(leaving(member.memberId()));
        yard.loop.passMs(RETENTION_MS - CHECK_MS);
        yard.reload();
        yard.loop.passMs(2 * CHECK_MS);
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void what_members_read_never_expires() {
        var member = yard.stableGroupOfOne(reading("t"), V3);
        commitAs(member, "t");
        yard.passBeating(3 * RETENTION_MS, member);
        assertEquals(5, yard.fetch("t", 0));
    }

    @Test void what_no_member_of_a_stable_group_reads_any_more_expires_after_its_commit() {
        var member = yard.stableGroupOfOne(reading("t"), V3);
        commitAs(member, "t");
        commitAs(member, "left");
        yard.passBeating(RETENTION_MS + CHECK_MS, member);
        assertEquals(5, yard.fetch("t", 0));
        assertEquals(-1, yard.fetch("left", 0));
    }

    @Test void what_members_that_are_no_consumers_commit_never_expires() {
        var message = joining("", "x").protocolType("connect").sessionTimeoutMs(1_800_000).build();
        var member = yard.stableGroupOfOne(message, V3);
        commitAs(member, "t");
        yard.passBeating(2 * RETENTION_MS, member);
        assertEquals(5, yard.fetch("t", 0));
    }

    @Test void an_empty_group_without_offsets_is_forgotten_at_the_next_look() {
        var member = yard.stableGroupOfOne(reading("t"), V3);
        yard.leave(leaving(member.memberId()));
        assertEquals("Empty", yard.state());
        yard.loop.passMs(CHECK_MS);
        assertEquals("Dead", yard.state());
        yard.reload();
        assertEquals("Dead", yard.describe(GROUP).groupState());
    }

    @Test void a_wall_clock_that_jumps_ahead_expires_nothing_at_the_next_look() {
        yard.commit("t", 0, 5);
        yard.loop.jumpMs(2 * RETENTION_MS);
        yard.loop.passMs(CHECK_MS);
        assertEquals(5, yard.fetch("t", 0));
        yard.loop.jumpMs(-2 * RETENTION_MS);
        yard.loop.passMs(CHECK_MS);
        assertEquals(5, yard.fetch("t", 0));
    }

    @Test void a_refused_sweep_is_tried_again() {
        yard.commit("t", 0, 5);
        yard.log.refuse(dev.naru.base.ErrorCode.NOT_ENOUGH_REPLICAS);
        yard.loop.passMs(RETENTION_MS + 2 * CHECK_MS);
        assertEquals(5, yard.fetch("t", 0));
        yard.log.accept();
        yard.loop.passMs(2000);
        assertEquals(-1, yard.fetch("t", 0));
        assertTrue(yard.host.isReady());
    }
}
