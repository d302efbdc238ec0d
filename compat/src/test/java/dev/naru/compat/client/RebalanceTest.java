package dev.naru.compat.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class RebalanceTest {
    private static final String STRATEGY = "partition.assignment.strategy";
    private static final String ASSIGNORS = "org.apache.kafka.clients.consumer.";
    private static final String COOPERATIVE = ASSIGNORS + "CooperativeStickyAssignor";
    private static final Map<String, Object> QUICK = Map.of("session.timeout.ms", "10000",
        "heartbeat.interval.ms", "100");

    private final Clients clients;

    RebalanceTest(Broker broker) {
        clients = new Clients(broker);
    }

    private Members members(String topic, String assignor) {
        var settings = new HashMap<>(QUICK);
        settings.put(STRATEGY, assignor);
        return new Members(clients, topic, settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.kafka.clients.consumer.RangeAssignor",
            "org.apache.kafka.clients.consumer.RoundRobinAssignor",
            "org.apache.kafka.clients.consumer.StickyAssignor",
            COOPERATIVE}) void members_share_the_partitions_whoever_comes_and_goes(
                String assignor) {
        String topic = clients.topic(6);
        try (var members = members(topic, assignor)) {
            var first = members.join();
            members.settle(6, 6);
            members.join();
            members.join();
            members.settle(6, 2);
            members.forget(first);
            first.consumer.close();
            members.settle(6, 3);
        }
    }

    @Test void a_cooperative_member_keeps_what_it_need_not_give_away() {
        String topic = clients.topic(4);
        try (var members = members(topic, COOPERATIVE)) {
            var first = members.join();
            members.settle(4, 4);
            members.join();
            members.settle(4, 2);
            assertThat(first.revoked).hasSize(2);
            assertThat(first.consumer.assignment()).doesNotContainAnyElementsOf(first.revoked);
        }
    }

    @Test void an_eager_member_gives_everything_away_first() {
        String topic = clients.topic(4);
        try (var members = members(topic, "org.apache.kafka.clients.consumer.RangeAssignor")) {
            var first = members.join();
            members.settle(4, 4);
            members.join();
            members.settle(4, 2);
            assertThat(first.revoked).hasSize(4);
        }
    }

    @Test void ten_members_that_join_at_once_all_get_a_share() {
        String topic = clients.topic(20);
        try (var members = members(topic, COOPERATIVE)) {
            for (int n = 0; n < 10; n++)
                members.join();
            members.settle(20, 1);
        }
    }

    @Test void records_are_read_once_through_a_rebalance_with_commits() {
        String topic = clients.topic(4);
        try (var members = members(topic, COOPERATIVE)) {
            var first = members.join();
            members.settle(4, 4);
            sendAll(topic, 0, 40);
            Clients.eventually("forty records", () -> {
                first.poll();
                return first.read.size() >= 40;
            });
            first.consumer.commitSync();
            var second = members.join();
            members.settle(4, 2);
            sendAll(topic, 40, 80);
            Clients.eventually("eighty records", () -> {
                first.poll();
                second.poll();
                return first.read.size() + second.read.size() >= 80;
            });
            var all = new HashSet<>(first.read);
            all.addAll(second.read);
            assertThat(all).hasSize(80);
            assertThat(first.read.size() + second.read.size()).isEqualTo(80);
        }
    }

    private void sendAll(String topic, int from, int to) {
        for (int partition = 0; partition < 4; partition++) {
            int at = partition;
            clients.send(topic, at,
                IntStream.range(from, to).filter(n -> n % 4 == at).mapToObj(n -> "n" + n).toList());
        }
    }

    @Test void a_static_member_that_returns_has_its_partitions_without_a_rebalance() {
        String topic = clients.topic(4);
        try (var members = members(topic, "org.apache.kafka.clients.consumer.RangeAssignor")) {
            var first = members.join(Map.of("group.instance.id", "one"));
            var second = members.join(Map.of("group.instance.id", "two"));
            members.settle(4, 2);
            var had = first.consumer.assignment();
            int rebalances = second.rebalances;
            int generation = second.consumer.groupMetadata().generationId();
            members.forget(first);
            first.consumer.close();
            var again = members.join(Map.of("group.instance.id", "one"));
            members.settle(4, 2);
            assertThat(again.consumer.assignment()).isEqualTo(had);
            assertThat(second.rebalances).isEqualTo(rebalances);
            assertThat(again.consumer.groupMetadata().generationId()).isEqualTo(generation);
        }
    }

    @Test void a_second_member_of_the_same_instance_fences_the_first() {
        String topic = clients.topic(2);
        try (var members = members(topic, COOPERATIVE)) {
            var first = members.join(Map.of("group.instance.id", "one"));
            members.settle(2, 2);
            members.forget(first);
            var second = members.join(Map.of("group.instance.id", "one"));
            members.settle(2, 2);
            assertThatThrownBy(() -> Clients.eventually("the fence", () -> {
                first.poll();
                return false;
            })).isInstanceOf(FencedInstanceIdException.class);
            assertThat(second.consumer.assignment()).hasSize(2);
            first.consumer.close();
        }
    }

    @Test void a_static_member_that_is_removed_makes_room() {
        String topic = clients.topic(4);
        try (var members = members(topic, COOPERATIVE); var admin = clients.admin()) {
            var first = members.join(Map.of("group.instance.id", "one"));
            members.join(Map.of("group.instance.id", "two"));
            members.settle(4, 2);
            members.forget(first);
            first.consumer.close();
            Clients.got(admin.removeMembersFromConsumerGroup(members.group(),
                new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("one"))))
                .all());
            members.settle(4, 4);
        }
    }

    @Test void a_member_that_falls_silent_is_dropped_after_its_session() {
        String topic = clients.topic(4);
        try (var members = members(topic, COOPERATIVE)) {
            members.join();
            var silent = members.join(Map.of("session.timeout.ms", "1000"));
            members.settle(4, 2);
            members.forget(silent);
            silent.consumer.close(CloseOptions.groupMembershipOperation(
                CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            members.settle(4, 4);
        }
    }

    @Test void a_member_that_does_not_poll_loses_its_partitions_and_may_not_commit() {
        String topic = clients.topic(2);
        var at = new TopicPartition(topic, 0);
        try (var members = members(topic, COOPERATIVE)) {
            var slow = members.join(Map.of("max.poll.interval.ms", "1000"));
            members.settle(2, 2);
            members.forget(slow);
            members.join();
            members.settle(2, 2);
            assertThatThrownBy(() -> slow.consumer.commitSync(Map.of(at, new OffsetAndMetadata(1))))
                .isInstanceOf(CommitFailedException.class);
            Clients.eventually("the slow one is back", () -> {
                slow.consumer.poll(Duration.ofMillis(50));
                members.settle(2, 0);
                return true;
            });
            slow.consumer.close();
        }
    }

    @Test void partitions_added_to_a_topic_reach_its_group() {
        String topic = clients.topic(2);
        var settings = new HashMap<>(QUICK);
        settings.put("metadata.max.age.ms", "300");
        try (var members = new Members(clients, topic, settings); var admin = clients.admin()) {
            members.join();
            members.settle(2, 2);
            Clients.got(admin.createPartitions(
                Map.of(topic, NewPartitions.increaseTo(5))).all());
            members.settle(5, 5);
        }
    }

    @Test void asking_for_a_rebalance_makes_one() {
        String topic = clients.topic(2);
        try (var members = members(topic, COOPERATIVE)) {
            var only = members.join();
            members.settle(2, 2);
            int generation = only.consumer.groupMetadata().generationId();
            only.consumer.enforceRebalance("the test wants one");
            Clients.eventually("a new generation", () -> {
                only.poll();
                return only.consumer.groupMetadata().generationId() > generation;
            });
        }
    }
}
