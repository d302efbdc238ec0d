package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConsumerGroupTest {
    private final ConsumerYard yard = new ConsumerYard();

    @BeforeEach void topics() {
        yard.yard.topics.add("t", 4).add("u", 2);
    }

    private static SortedSet<String> owned(String... partitions) {
        return new TreeSet<>(List.of(partitions));
    }

    @Test void the_first_member_is_given_everything_with_its_first_heartbeat() {
        var a = yard.join("a", "t", "u");

        assertEquals(owned("t-0", "t-1", "t-2", "t-3", "u-0", "u-1"), a.owned);
        assertEquals(1, a.epoch);
        assertEquals("Stable", yard.describe().groupState());
    }

    @Test void a_partition_is_given_only_when_its_owner_has_given_it_up() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        assertTrue(b.owned.isEmpty(), "a still owns all");

        b.beat();
        assertTrue(b.owned.isEmpty());
        var told = a.beat();
        assertEquals(1, told.memberEpoch(), "it stays in its epoch until it has revoked");
        assertEquals(2, a.owned.size());
        b.beat();
        assertTrue(b.owned.isEmpty(), "a has not said that it has revoked");
        a.beat();
        assertEquals(2, a.epoch);
        b.beat();
        assertEquals(2, b.owned.size());
        assertEquals("Stable", yard.describe().groupState());
    }

    @Test void a_member_that_does_not_revoke_in_time_is_out() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        var stubborn = a.beating().build();
        yard.send(stubborn);
        for (int second = 0; second < 70; second += 5) {
            yard.yard.loop.passMs(5_000);
            if (second < 55) assertEquals(ErrorCode.NONE, yard.error(stubborn));
            b.beat();
        }
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.error(stubborn));
        yard.members.remove("a");
        yard.settle();
        assertEquals(4, b.owned.size());
    }

    @Test void a_silent_member_is_out_when_its_session_ends() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        yard.settle();
        for (int second = 0; second < 50; second += 5) {
            yard.yard.loop.passMs(5_000);
            b.beat();
        }
        b.beat();
        assertEquals(4, b.owned.size());
        a.beat();
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, a.error);
    }

    @Test void one_who_leaves_is_gone_at_once() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        yard.settle();
        assertEquals(-1, a.leave(-1).memberEpoch());
        b.beat();
        assertEquals(4, b.owned.size());
        b.leave(-1);
        assertEquals("Empty", yard.describe().groupState());
    }

    @Test void a_member_in_an_older_epoch_is_fenced_and_may_rejoin() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        yard.settle();
        assertEquals(ErrorCode.FENCED_MEMBER_EPOCH,
            yard.error(a.beating().memberEpoch(a.epoch + 1).build()));
        assertEquals(ErrorCode.FENCED_MEMBER_EPOCH,
            yard.error(a.beating().memberEpoch(a.epoch - 1).topicPartitions(null).build()));
        var again = yard.join("a", "t");
        assertEquals(ErrorCode.NONE, again.error);
        yard.settle();
        assertEquals(2, again.owned.size());
        assertEquals(2, b.owned.size());
    }

    @Test void one_that_missed_the_answer_may_go_on_from_the_epoch_before() {
        var a = yard.join("a", "t");
        var before = a.beating().build();
        yard.join(ConsumerYard.joining("b", "u").build());
        a.beat();
        assertEquals(2, a.epoch);
        assertEquals(ErrorCode.NONE, yard.error(before));
    }

    @Test void an_assignment_is_told_when_it_changes_and_when_everything_is_said_again() {
        var a = yard.join("a", "t");
        assertNull(a.beat().assignment());
        var full = a.beating().rebalanceTimeoutMs(60_000).subscribedTopicNames(List.of("t"));
        assertNotNull(yard.send(full.build()).assignment());
    }

    @Test void another_subscription_moves_the_group_on() {
        var a = yard.join("a", "t");
        a.say(a.beating().subscribedTopicNames(List.of("u")));
        yard.settle();
        assertEquals(owned("u-0", "u-1"), a.owned);
        assertTrue(a.epoch > 1);
    }

    @Test void topics_that_come_grow_and_go_are_noticed() {
        var a = yard.join("a", "t", "later");
        yard.yard.topics.add("later", 1);
        a.beat();
        assertTrue(a.owned.contains("later-0"));
        yard.yard.topics.grow("later", 2);
        a.beat();
        assertTrue(a.owned.contains("later-1"));
        yard.yard.topics.remove("later");
        yard.settle();
        assertEquals(owned("t-0", "t-1", "t-2", "t-3"), a.owned);
        int epoch = a.epoch;
        yard.yard.topics.add("nothing-to-us", 1);
        yard.settle();
        assertEquals(epoch, a.epoch);
    }

    @Test void a_pattern_takes_in_topics_as_they_come() {
        var message = ConsumerYard.joining("a").subscribedTopicNames(null)
            .subscribedTopicRegex("t|x.*").build();
        var a = yard.join(message);
        assertEquals(4, a.owned.size());
        yard.yard.topics.add("x1", 1);
        a.beat();
        assertTrue(a.owned.contains("x1-0"));
        a.say(a.beating().subscribedTopicRegex(""));
        yard.settle();
        assertTrue(a.owned.isEmpty());
    }

    @Test void what_is_no_pattern_is_refused() {
        var message = ConsumerYard.joining("a").subscribedTopicNames(null);
        assertEquals(ErrorCode.INVALID_REGULAR_EXPRESSION,
            yard.error(message.subscribedTopicRegex("(").build()));
        assertEquals(ErrorCode.INVALID_REGULAR_EXPRESSION,
            yard.error(message.subscribedTopicRegex("x".repeat(2_001)).build()));
        assertEquals(ErrorCode.NONE,
            yard.error(message.subscribedTopicRegex("x".repeat(2_000)).build()));
    }

    @Test void an_assignor_that_is_not_there_is_refused() {
        assertEquals(ErrorCode.UNSUPPORTED_ASSIGNOR,
            yard.error(ConsumerYard.joining("a", "t").serverAssignor("clever").build()));
    }

    @Test void the_assignor_that_most_ask_for_assigns() {
        yard.join(ConsumerYard.joining("a", "t", "u").serverAssignor("range").build());
        assertEquals("range", yard.describe().assignorName());
        yard.join(ConsumerYard.joining("b", "t", "u").build());
        yard.settle();
        assertEquals("range", yard.describe().assignorName());
        var b = yard.member("b");
        assertEquals(owned("t-2", "t-3", "u-1"), b.owned);
    }

    @Test void malformed_requests_are_refused() {
        var good = ConsumerYard.joining("a", "t").build().toBuilder();
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.groupId("").build()));
        good.groupId(Yard.GROUP);
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.memberId("").build()));
        good.memberId("a");
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.instanceId("").build()));
        good.instanceId(null);
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.rebalanceTimeoutMs(-1).build()));
        good.rebalanceTimeoutMs(1000);
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.topicPartitions(null).build()));
        good.topicPartitions(List.of());
        assertEquals(ErrorCode.INVALID_REQUEST,
            yard.error(good.subscribedTopicNames(null).build()));
        good.subscribedTopicNames(List.of("t"));
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.memberEpoch(-2).build()));
        assertEquals(ErrorCode.INVALID_REQUEST, yard.error(good.memberEpoch(-3).build()));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, yard.error(good.memberEpoch(1).build()));
        assertEquals(ErrorCode.NONE, yard.error(good.memberEpoch(0).build()));
    }

    @Test void a_group_has_a_largest_size() {
        var rules = new ConsumerRules(true, 1, List.of("uniform"), true, true);
        var small = new ConsumerYard(rules, ConsumerYard.AT_ONCE);
        assertEquals(ErrorCode.NONE, small.join("a", "t").error);
        assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, small.join("b", "t").error);
        assertEquals(ErrorCode.NONE, small.join("a", "t").error);
    }

    @Test void the_protocol_can_be_turned_off() {
        var rules = new ConsumerRules(false, 9, List.of("uniform"), true, true);
        var off = new ConsumerYard(rules, ConsumerYard.AT_ONCE);
        assertEquals(ErrorCode.UNSUPPORTED_VERSION, off.join("a", "t").error);
    }

    @Test void a_group_has_its_own_session_timeout_and_heartbeat_interval() {
        var own = new ConsumerYard(ConsumerRules.DEFAULT,
            Map.of("consumer.session.timeout.ms", "50000", "consumer.heartbeat.interval.ms",
                "7000"));
        own.yard.topics.add("t", 1);
        var a = own.join("a", "t");
        own.yard.loop.passMs(7_000);
        assertEquals(7000, a.beat().heartbeatIntervalMs());
        own.yard.loop.passMs(49_000);
        assertEquals(1, own.describe().members().size());
        own.yard.loop.passMs(2_000);
        assertEquals(0, own.describe().members().size());
    }

    @Test void members_beat_sooner_until_all_have_heard_of_the_last_assignment() {
        var group = new ConsumerYard(ConsumerRules.DEFAULT, Map.of());
        group.yard.topics.add("t", 4);
        var a = group.join("a", "t");
        assertEquals(250, a.beat().heartbeatIntervalMs());
        group.yard.loop.passMs(5_000);
        assertEquals(5_000, a.beat().heartbeatIntervalMs());
        var b = group.join("b", "t");
        // its part is still another's
        assertEquals(250, b.beat().heartbeatIntervalMs());
        group.settle();
        assertEquals(250, a.beat().heartbeatIntervalMs());
        group.yard.loop.passMs(5_000);
        assertEquals(5_000, a.beat().heartbeatIntervalMs());
        assertEquals(5_000, b.beat().heartbeatIntervalMs());
    }

    @Test void a_large_group_beats_a_thousand_times_a_second_at_most() {
        assertEquals(3_000, BeatPace.intervalMs(5_000, 3_000, false, 0));
        assertEquals(5_000, BeatPace.intervalMs(5_000, 15_000, false, 0));
        assertEquals(100, BeatPace.intervalMs(100, 1, false, 0));
        assertEquals(5_000, BeatPace.intervalMs(5_000, 1, true, -1));
    }

    @Test void assignments_keep_their_distance_in_time() {
        var slow = new ConsumerYard(ConsumerRules.DEFAULT, Map.of());
        slow.yard.topics.add("t", 4);
        var a = slow.join("a", "t");
        var b = slow.join("b", "t");
        assertEquals(4, a.owned.size());
        assertEquals("Assigning", slow.describe().groupState());
        assertTrue(b.owned.isEmpty());
        slow.yard.loop.passMs(1_000);
        assertEquals("Reconciling", slow.describe().groupState());
        slow.settle();
        assertEquals(2, b.owned.size());
    }

    @Test void a_static_member_comes_back_to_what_it_had() {
        var a = yard.join(ConsumerYard.joining("a", "t").instanceId("i").build());
        var b = yard.join("b", "t");
        yard.settle();
        var before = new TreeSet<>(a.owned);
        assertEquals(-2, a.leave(-2).memberEpoch());
        b.beat();
        assertEquals(2, b.owned.size(), "its place is kept");
        var again = yard.join(ConsumerYard.joining("a2", "t").instanceId("i").build());
        assertEquals(before, again.owned);
        yard.settle();
        assertEquals(before, again.owned);
    }

    @Test void a_static_member_that_stays_away_loses_its_place() {
        var a = yard.join(ConsumerYard.joining("a", "t").instanceId("i").build());
        var b = yard.join("b", "t");
        yard.settle();
        a.leave(-2);
        for (int second = 0; second < 50; second += 5) {
            yard.yard.loop.passMs(5_000);
            b.beat();
        }
        assertEquals(4, b.owned.size());
    }

    @Test void an_instance_id_has_one_owner() {
        var a = yard.join(ConsumerYard.joining("a", "t").instanceId("i").build());
        var other = ConsumerYard.joining("b", "t").instanceId("i").build();
        assertEquals(ErrorCode.UNRELEASED_INSTANCE_ID, yard.error(other));
        assertEquals(ErrorCode.FENCED_INSTANCE_ID,
            yard.error(a.beating().memberId("b").build()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID,
            yard.error(a.beating().instanceId("j").build()));
        a.leave(-2);
        assertEquals(ErrorCode.NONE, yard.error(other));
    }

    @Test void members_commit_in_their_epoch_and_in_older_ones_what_they_have_kept() {
        var a = yard.join("a", "t");
        yard.join("b", "t");
        assertEquals(ErrorCode.NONE, commit("a", a.epoch, a.owned.first()));
        yard.settle();
        assertEquals(2, a.epoch);
        assertEquals(ErrorCode.NONE, commit("a", 2, a.owned.first()));
        assertEquals(ErrorCode.NONE, commit("a", 1, a.owned.first()));
        assertEquals(ErrorCode.STALE_MEMBER_EPOCH, commit("a", 1, "t-" + given("b")));
        assertEquals(ErrorCode.STALE_MEMBER_EPOCH, commit("a", 3, a.owned.first()));
        assertEquals(ErrorCode.STALE_MEMBER_EPOCH, commit("a", -1, a.owned.first()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, commit("z", 2, a.owned.first()));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, commit("", -1, a.owned.first()));
    }

    private String given(String memberId) {
        var first = yard.member(memberId).owned.first();
        return first.substring(first.lastIndexOf('-') + 1);
    }

    private ErrorCode commit(String memberId, int epoch, String partition) {
        int index = Integer.parseInt(partition.substring(partition.lastIndexOf('-') + 1));
        var message = Yard.committing("t", index, 7).build();
        var topic = message.topics().getFirst().toBuilder().topicId(yard.yard.topics.id("t"));
        return yard.yard.commit(message.toBuilder().memberId(memberId)
            .generationIdOrMemberEpoch(epoch).topics(List.of(topic.build())).build(), Yard.V9);
    }

    @Test void an_old_client_cannot_commit_as_a_member() {
        yard.join("a", "t");
        var message = Yard.committing("t", 0, 1).memberId("a").generationIdOrMemberEpoch(1);
        assertEquals(ErrorCode.UNSUPPORTED_VERSION,
            yard.yard.commit(message.build(), (short) 8));
    }

    @Test void a_loaded_group_goes_on_where_it_was() {
        var a = yard.join("a", "t");
        var b = yard.join("b", "t");
        a.beat();
        yard.yard.reload();
        yard.settle();
        assertEquals(2, a.owned.size());
        assertEquals(2, b.owned.size());
        assertEquals("Stable", yard.describe().groupState());
        yard.yard.reload();
        yard.yard.loop.passMs(46_000);
        assertEquals("Empty", yard.describe().groupState());
    }

    @Test void an_empty_group_can_be_deleted_and_become_another_kind() {
        var a = yard.join("a", "t");
        assertEquals(ErrorCode.NON_EMPTY_GROUP, yard.yard.delete(Yard.GROUP));
        a.leave(-1);
        assertEquals("Dead", yard.yard.state());
        yard.yard.stableGroupOfOne();
        assertEquals("Stable", yard.yard.state());
        yard.yard.loop.passMs(20_000);
        assertEquals("Empty", yard.yard.state());
        assertEquals(ErrorCode.NONE, yard.join("b", "t").error);
        yard.member("b").leave(-1);
        assertEquals(ErrorCode.NONE, yard.yard.delete(Yard.GROUP));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND.code(), yard.describe().errorCode());
        assertFalse(yard.yard.shard().picture().containsKey(Yard.GROUP));
    }

    @Test void one_heartbeat_in_a_group_of_a_thousand_changes_one_member() {
        var large = new ConsumerYard(ConsumerRules.DEFAULT, Map.of());
        large.yard.topics.add("many", 1_000);
        for (int index = 0; index < 1_000; index++) {
            large.later(ConsumerYard.joining("m" + index, "many").build());
        }
        large.yard.loop.passMs(1_000);
        int before = large.yard.log.records().size();
        large.send(ConsumerYard.joining("m5", "many").build());
        assertTrue(large.yard.log.records().size() - before <= 2);
        assertTrue(before < 5_000);
    }
}
