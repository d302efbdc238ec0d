package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class GroupsTest {
    private final Clients clients;
    private final Admin admin;
    private final String group = Clients.name("group");

    GroupsTest(Broker broker) {
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach void close() {
        admin.close();
    }

    private Consumer<String, String> joined(String topic) {
        var consumer = clients.member(group, Map.of("client.id", "the-member"));
        consumer.subscribe(List.of(topic));
        Clients.eventually("an assignment", () -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return consumer;
    }

    private void leftBehind(TopicPartition at, long offset) {
        try (var consumer = clients.member(group, Map.of())) {
            consumer.assign(List.of(at));
            consumer.commitSync(Map.of(at, new OffsetAndMetadata(offset, "kept")));
        }
    }

    private ConsumerGroupDescription described() {
        return got(admin.describeConsumerGroups(List.of(group)).all()).get(group);
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        return got(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    @Test void a_group_with_a_member_is_listed_as_stable() {
        try (var member = joined(clients.topic(1))) {
            assertThat(member.assignment()).hasSize(1);
            var stable = new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE))
                .withTypes(Set.of(GroupType.CLASSIC));
            assertThat(got(admin.listGroups(stable).all())).extracting(GroupListing::groupId)
                .contains(group);
            assertThat(got(admin.listGroups().all())).anySatisfy(one -> {
                assertThat(one.groupId()).isEqualTo(group);
                assertThat(one.protocol()).isEqualTo("consumer");
                assertThat(one.groupState()).contains(GroupState.STABLE);
                assertThat(one.type()).contains(GroupType.CLASSIC);
            });
            var empty = new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY));
            assertThat(got(admin.listGroups(empty).all())).extracting(GroupListing::groupId)
                .doesNotContain(group);
        }
    }

    @Test void a_group_is_described_with_its_members_and_what_they_own() {
        String topic = clients.topic(2);
        try (var member = joined(topic)) {
            assertThat(member.assignment()).hasSize(2);
            var described = described();
            assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
            assertThat(described.partitionAssignor()).isEqualTo("range");
            assertThat(described.coordinator().port()).isPositive();
            assertThat(described.members()).singleElement().satisfies(one -> {
                assertThat(one.clientId()).isEqualTo("the-member");
                assertThat(one.consumerId()).startsWith("the-member-");
                assertThat(one.host()).contains("127.0.0.1");
                assertThat(one.assignment().topicPartitions()).containsExactlyInAnyOrder(
                    new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            });
        }
        Clients.eventually("an empty group", () -> described().groupState() == GroupState.EMPTY);
        assertThat(described().members()).isEmpty();
    }

    @Test void a_group_nobody_knows_is_not_found() {
        assertThat(failure(admin.describeConsumerGroups(List.of(group)).all()))
            .isInstanceOf(GroupIdNotFoundException.class);
        assertThat(failure(admin.deleteConsumerGroups(List.of(group)).all()))
            .isInstanceOf(GroupIdNotFoundException.class);
        assertThat(offsets()).isEmpty();
    }

    @Test void offsets_of_several_groups_are_read_at_once() {
        var at = new TopicPartition(clients.topic(2), 0);
        var other = new TopicPartition(at.topic(), 1);
        leftBehind(at, 7);
        String second = Clients.name("group");
        got(admin.alterConsumerGroupOffsets(second, Map.of(other, new OffsetAndMetadata(9))).all());
        var all = got(admin
            .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec(),
                second, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(at, other))))
            .all());
        assertThat(all.get(group)).isEqualTo(Map.of(at, new OffsetAndMetadata(7, "kept")));
        assertThat(all.get(second).get(other).offset()).isEqualTo(9);
        assertThat(all.get(second).get(at)).isNull();
    }

    @Test void offsets_of_a_group_without_members_are_altered_and_deleted() {
        var at = new TopicPartition(clients.topic(1), 0);
        got(admin.alterConsumerGroupOffsets(group, Map.of(at, new OffsetAndMetadata(5))).all());
        assertThat(offsets()).containsEntry(at, new OffsetAndMetadata(5));
        got(admin.alterConsumerGroupOffsets(group, Map.of(at, new OffsetAndMetadata(2))).all());
        assertThat(offsets().get(at).offset()).isEqualTo(2);
        got(admin.deleteConsumerGroupOffsets(group, Set.of(at)).all());
        assertThat(offsets()).isEmpty();
    }

    @Test void offsets_of_a_group_with_members_are_theirs_alone() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        try (var member = joined(topic)) {
            member.commitSync(Map.of(at, new OffsetAndMetadata(0)));
            assertThat(failure(admin.alterConsumerGroupOffsets(group,
                Map.of(at, new OffsetAndMetadata(5))).all()))
                .isInstanceOf(UnknownMemberIdException.class);
            assertThat(
                failure(admin.deleteConsumerGroupOffsets(group, Set.of(at)).partitionResult(at)))
                .isInstanceOf(GroupSubscribedToTopicException.class);
            assertThat(failure(admin.deleteConsumerGroups(List.of(group)).all()))
                .isInstanceOf(GroupNotEmptyException.class);
            assertThat(offsets().get(at).offset()).isZero();
        }
    }

    @Test void offsets_of_a_topic_the_members_left_can_be_deleted() {
        var elsewhere = new TopicPartition(clients.topic(1), 0);
        got(admin.alterConsumerGroupOffsets(group, Map.of(elsewhere, new OffsetAndMetadata(5)))
            .all());
        try (var member = joined(clients.topic(1))) {
            assertThat(member.assignment()).hasSize(1);
            got(admin.deleteConsumerGroupOffsets(group, Set.of(elsewhere)).all());
            assertThat(offsets()).isEmpty();
        }
    }

    @Test void a_deleted_group_has_no_offsets() {
        var at = new TopicPartition(clients.topic(1), 0);
        leftBehind(at, 7);
        got(admin.deleteConsumerGroups(List.of(group)).all());
        assertThat(offsets()).isEmpty();
        assertThat(got(admin.listGroups().all())).extracting(GroupListing::groupId)
            .doesNotContain(group);
    }

    @Test void all_members_can_be_removed() {
        try (var member = joined(clients.topic(1))) {
            got(admin
                .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                .all());
            assertThat(described().members()).isEmpty();
            Clients.eventually("the member comes back", () -> {
                member.poll(Duration.ofMillis(100));
                return described().members().size() == 1;
            });
        }
    }

    @Test void offsets_of_a_deleted_topic_are_gone() {
        String topic = clients.topic(1);
        leftBehind(new TopicPartition(topic, 0), 3);
        got(admin.deleteTopics(List.of(topic)).all());
        Clients.eventually("no offsets of " + topic, () -> offsets().isEmpty());
    }
}
