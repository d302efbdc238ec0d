package dev.naru.compat.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// KafkaConsumer with `group.protocol=consumer` (KIP-848).
class ConsumerProtocolTest {
    static final Map<String, String> QUICK = Map.of(
        "group.consumer.min.heartbeat.interval.ms", "100",
        "group.consumer.heartbeat.interval.ms", "100",
        "group.consumer.assignment.interval.ms", "100",
        "group.consumer.min.session.timeout.ms", "1000",
        "group.consumer.session.timeout.ms", "10000");
    private static final Map<String, Object> CONSUMER = Map.of("group.protocol", "consumer");
    private static final Map<String, Object> CLASSIC = Map.of("group.protocol", "classic",
        "heartbeat.interval.ms", "100", "session.timeout.ms", "10000");

    private static Broker broker;
    private final Clients clients = new Clients(broker);

    @BeforeAll static void start() {
        broker = Brokers.start(QUICK);
    }

    @AfterAll static void stop() {
        broker.close();
    }

    private Members members(String topic) {
        return new Members(clients, topic, CONSUMER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range"}) void members_share_the_partitions(
        String assignor) {
        String topic = clients.topic(6);
        try (var members = new Members(clients, topic,
            Map.of("group.protocol", "consumer", "group.remote.assignor", assignor))) {
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

    @Test void a_member_keeps_what_it_need_not_give_away() {
        String topic = clients.topic(4);
        try (var members = members(topic)) {
            var first = members.join();
            members.settle(4, 4);
            members.join();
            members.settle(4, 2);
            assertThat(first.revoked).hasSize(2);
            assertThat(first.consumer.assignment()).doesNotContainAnyElementsOf(first.revoked);
        }
    }

    @Test void records_are_read_once_through_rebalances_with_commits() {
        String topic = clients.topic(4);
        try (var members = members(topic)) {
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
            Clients.eventually("forty more", () -> {
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
            int mine = partition;
            clients.send(topic, mine, IntStream.range(from, to).filter(n -> n % 4 == mine)
                .mapToObj(Integer::toString).toList());
        }
    }

    @Test void a_pattern_is_matched_by_the_broker_and_again_when_topics_come() {
        String stem = Clients.name("p");
        String first = clients.topic(2);
        try (var consumer = clients.member(Clients.name("group"), CONSUMER);
            var admin = clients.admin()) {
            consumer.subscribe(new SubscriptionPattern(first + "|" + stem + ".*"));
            poll(consumer, Set.of(first), 2);
            Clients.got(admin.createTopics(List.of(new NewTopic(
                stem + "x", 3, (short) 1))).all());
            poll(consumer, Set.of(first, stem + "x"), 5);
        }
    }

    private static void poll(Consumer<String, String> consumer, Set<String> topics,
        int partitions) {
        Clients.eventually("partitions of " + topics, () -> {
            consumer.poll(Duration.ofMillis(50));
            var owned = consumer.assignment();
            return owned.size() == partitions
                && owned.stream().map(TopicPartition::topic).allMatch(topics::contains);
        });
    }

    @Test void what_is_no_pattern_or_assignor_is_an_error_to_the_consumer() {
        try (var consumer = clients.member(Clients.name("group"), CONSUMER)) {
            consumer.subscribe(new SubscriptionPattern("(("));
            assertThatThrownBy(() -> Clients.read(consumer, 1))
                .isInstanceOf(InvalidRegularExpression.class);
        }
        try (var consumer = clients.member(Clients.name("group"),
            Map.of("group.protocol", "consumer", "group.remote.assignor", "clever"))) {
            consumer.subscribe(List.of(clients.topic(1)));
            assertThatThrownBy(() -> Clients.read(consumer, 1))
                .isInstanceOf(UnsupportedAssignorException.class);
        }
    }

    @Test void a_static_member_that_restarts_gets_its_partitions_back() {
        String topic = clients.topic(4);
        try (var members = members(topic)) {
            var first = members.join(Map.of("group.instance.id", "one"));
            var second = members.join();
            members.settle(4, 2);
            var before = Set.copyOf(first.consumer.assignment());
            members.forget(first);
            first.consumer.close();
            second.poll();
            assertThat(second.consumer.assignment()).hasSize(2);
            var again = members.join(Map.of("group.instance.id", "one"));
            members.settle(4, 2);
            assertThat(again.consumer.assignment()).isEqualTo(before);
            assertThat(second.revoked).isEmpty();
        }
    }

    @Test void an_administrator_sees_the_group() {
        String topic = clients.topic(4);
        try (var members = members(topic); var admin = clients.admin()) {
            members.join();
            members.join();
            members.settle(4, 2);
            Clients.eventually("a stable group", () -> {
                members.settle(4, 2);
                var seen = Clients.got(admin.describeConsumerGroups(List.of(members.group()))
                    .describedGroups().get(members.group()));
                return seen.groupState() == GroupState.STABLE;
            });
            var described = Clients.got(admin.describeConsumerGroups(List.of(members.group()))
                .describedGroups().get(members.group()));
            assertThat(described.type()).isEqualTo(GroupType.CONSUMER);
            assertThat(described.partitionAssignor()).isEqualTo("uniform");
            assertThat(described.members()).hasSize(2).allSatisfy(member -> {
                assertThat(member.assignment().topicPartitions()).hasSize(2);
                assertThat(member.targetAssignment().orElseThrow().topicPartitions())
                    .isEqualTo(member.assignment().topicPartitions());
                assertThat(member.upgraded()).contains(true);
            });
            var listed = Clients.got(admin.listGroups(new ListGroupsOptions()
                .withTypes(Set.of(GroupType.CONSUMER))).all());
            assertThat(listed).extracting(GroupListing::groupId).contains(members.group());
            var classic = Clients.got(admin.listGroups(new ListGroupsOptions()
                .withTypes(Set.of(GroupType.CLASSIC))).all());
            assertThat(classic).extracting(GroupListing::groupId)
                .doesNotContain(members.group());
            assertThat(Clients.failure(
                admin.deleteConsumerGroups(List.of(members.group())).all()))
                .isInstanceOf(GroupNotEmptyException.class);
        }
    }

    @Test void a_group_can_have_settings_of_its_own() {
        String topic = clients.topic(2);
        var group = Clients.name("group");
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        try (var admin = clients.admin();
            var consumer = clients.member(group, CONSUMER)) {
            Clients.got(admin.incrementalAlterConfigs(Map.of(resource,
                List.of(new AlterConfigOp(
                    new ConfigEntry("consumer.session.timeout.ms", "5000"),
                    AlterConfigOp.OpType.SET))))
                .all());
            consumer.subscribe(List.of(topic));
            poll(consumer, Set.of(topic), 2);
        }
    }

    @Test void a_group_goes_on_after_the_broker_was_killed() {
        try (var own = Brokers.start(QUICK)) {
            var its = new Clients(own);
            String topic = its.topic(4);
            try (var members = new Members(its, topic, CONSUMER)) {
                var first = members.join();
                members.join();
                members.settle(4, 2);
                its.send(topic, 0, List.of("before"));
                its.send(topic, 1, List.of("before"));
                Clients.eventually("both", () -> {
                    members.settle(4, 2);
                    return members.readCount() == 2;
                });
                members.commitAll();
                int epoch = first.consumer.groupMetadata().generationId();
                first.revoked.clear();
                own.kill();
                own.restart();
                its.send(topic, 0, List.of("after"));
                Clients.eventually("the one after", () -> {
                    members.settle(4, 2);
                    return members.readCount() == 3;
                });
                members.commitAll();
                assertThat(first.consumer.groupMetadata().generationId())
                    .isGreaterThanOrEqualTo(epoch);
                assertThat(first.revoked).isEmpty();
            }
        }
    }

    @Test void a_group_moves_to_the_new_protocol_and_back_under_load() {
        String topic = clients.topic(4);
        try (var members = new Members(clients, topic, Map.of())) {
            var one = members.join(CLASSIC);
            var two = members.join(CLASSIC);
            members.settle(4, 2);
            assertThat(type(members.group())).isEqualTo(GroupType.CLASSIC);
            sendAll(topic, 0, 40);
            var newOne = roll(members, one, CONSUMER);
            assertThat(type(members.group())).isEqualTo(GroupType.CONSUMER);
            sendAll(topic, 40, 80);
            var newTwo = roll(members, two, CONSUMER);
            sendAll(topic, 80, 120);
            members.settle(4, 2);
            roll(members, newOne, CLASSIC);
            sendAll(topic, 120, 160);
            assertThat(type(members.group())).isEqualTo(GroupType.CONSUMER);
            roll(members, newTwo, CLASSIC);
            assertThat(type(members.group())).isEqualTo(GroupType.CLASSIC);
            Clients.eventually("all that was sent", () -> {
                members.settle(4, 2);
                return members.everRead().size() == 160;
            });
        }
    }

    private GroupType type(String group) {
        try (var admin = clients.admin()) {
            return Clients.got(admin.listGroups().all()).stream()
                .filter(listed -> listed.groupId().equals(group)).findFirst().orElseThrow()
                .type().orElseThrow();
        }
    }

    /// One member is replaced by one of the other protocol, while the rest work on.
    private Members.Member roll(Members members, Members.Member old, Map<String, Object> how) {
        old.poll();
        old.consumer.commitSync();
        members.forget(old);
        old.consumer.close();
        var next = members.join(how);
        members.settle(4, 2);
        members.commitAll();
        return next;
    }
}
