package dev.naru.compat.share;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Share groups, as Kafka's Admin sees and changes them.
@ExtendWith(SharedBroker.class)
class ShareAdminTest {
    private final Clients clients;
    private final Admin admin;
    private final Queue queue;

    ShareAdminTest(Broker broker) {
        clients = new Clients(broker);
        admin = clients.admin();
        queue = new Queue(broker, Clients.name("queue"));
    }

    @AfterEach void close() {
        admin.close();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(each -> "v" + each).toList();
    }

    private long startOffset(TopicPartition at) {
        var offsets = got(admin.listShareGroupOffsets(
            Map.of(queue.group(), new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(queue.group()));
        return offsets.get(at).startOffset();
    }

    /// The group has read so many records of a topic's only partition, and has no members now.
    private TopicPartition read(int count) {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, numbers(count));
        try (var member = queue.member(topic)) {
            Queue.take(member, count);
            member.commitSync();
        }
        return new TopicPartition(topic, 0);
    }

    @Test void a_group_is_described_and_listed_with_its_members() {
        var topic = clients.topic(2);
        queue.fromTheStart(admin);
        clients.send(topic, 0, numbers(1));
        try (var member = queue.member(topic, Map.of("client.id", "worker"))) {
            Queue.take(member, 1);
            var described = got(
                admin.describeShareGroups(List.of(queue.group())).all()).get(queue.group());
            assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
            assertThat(described.members()).singleElement().satisfies(each -> {
                assertThat(each.clientId()).isEqualTo("worker");
                assertThat(each.assignment().topicPartitions()).containsExactlyInAnyOrder(
                    new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            });
            var listed = got(admin.listGroups(ListGroupsOptions.forShareGroups()).all());
            assertThat(listed).filteredOn(each -> each.groupId().equals(queue.group()))
                .singleElement()
                .satisfies(each -> assertThat(each.type()).contains(GroupType.SHARE));
            assertThat(failure(admin.deleteShareGroups(List.of(queue.group())).all()))
                .isInstanceOf(GroupNotEmptyException.class);
        }
    }

    @Test void offsets_are_listed_and_altered_and_deleted() {
        var at = read(10);
        assertThat(startOffset(at)).isEqualTo(10);
        got(admin.alterShareGroupOffsets(queue.group(), Map.of(at, 4L)).all());
        assertThat(startOffset(at)).isEqualTo(4);
        try (var member = queue.member(at.topic())) {
            assertThat(Queue.values(Queue.take(member, 6))).containsExactly("v4", "v5", "v6",
                "v7", "v8", "v9");
        }
        got(admin.deleteShareGroupOffsets(queue.group(), Set.of(at.topic())).all());
        try (var member = queue.member(at.topic())) {
            assertThat(Queue.values(Queue.take(member, 10))).isEqualTo(numbers(10));
        }
    }

    @Test void a_group_that_is_deleted_starts_over() {
        var at = read(5);
        got(admin.deleteShareGroups(List.of(queue.group())).all());
        assertThat(failure(admin.describeShareGroups(List.of(queue.group())).all()))
            .isInstanceOf(GroupIdNotFoundException.class);
        try (var member = queue.member(at.topic())) {
            assertThat(Queue.values(Queue.take(member, 5))).isEqualTo(numbers(5));
        }
    }
}
