package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class TopicsTest {
    private static final ListTopicsOptions ALL = new ListTopicsOptions().listInternal(true);

    private final Clients clients;
    private final Admin admin;

    TopicsTest(Broker broker) {
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach void close() {
        admin.close();
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, (short) 1);
    }

    private Throwable refusal(NewTopic topic) {
        return failure(admin.createTopics(Set.of(topic)).all());
    }

    private TopicDescription described(String topic) {
        // a topic of Apache Kafka's may be made before every part of the node has heard of it
        if (Brokers.areKafka()) {
            Clients.eventually(topic, () -> got(admin.listTopics(ALL).names()).contains(topic));
        }
        return got(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
    }

    private int nodeId() {
        return got(admin.describeCluster().nodes()).iterator().next().id();
    }

    @Test void a_created_topic_is_listed_described_and_gone_after_its_deletion() {
        String name = Clients.name("made");
        var made = admin.createTopics(Set.of(topic(name, 3)));
        got(made.all());
        assertThat(got(made.numPartitions(name))).isEqualTo(3);
        assertThat(got(made.replicationFactor(name))).isEqualTo(1);
        assertThat(got(admin.listTopics().names())).contains(name);
        var described = described(name);
        assertThat(described.topicId()).isEqualTo(got(made.topicId(name)))
            .isNotEqualTo(Uuid.ZERO_UUID);
        assertThat(described.isInternal()).isFalse();
        assertThat(described.partitions()).extracting(TopicPartitionInfo::partition)
            .containsExactly(0, 1, 2);
        assertThat(described.partitions()).allSatisfy(one -> {
            assertThat(one.leader().id()).isEqualTo(nodeId());
            assertThat(one.replicas()).hasSize(1);
            assertThat(one.isr()).isEqualTo(one.replicas());
        });
        got(admin.deleteTopics(Set.of(name)).all());
        assertThat(got(admin.listTopics().names())).doesNotContain(name);
        assertThat(failure(admin.describeTopics(List.of(name)).allTopicNames()))
            .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test void a_created_topic_has_the_configs_it_was_given() {
        String name = Clients.name("made");
        var made = admin
            .createTopics(Set.of(topic(name, 1).configs(Map.of("retention.ms", "1234"))));
        assertThat(got(made.config(name)).get("retention.ms").value()).isEqualTo("1234");
        assertThat(got(made.config(name)).get("cleanup.policy").isDefault()).isTrue();
    }

    @Test void a_topic_without_numbers_takes_the_brokers_defaults() {
        String name = Clients.name("made");
        var made = admin
            .createTopics(Set.of(new NewTopic(name, Optional.empty(), Optional.empty())));
        assertThat(got(made.numPartitions(name))).isEqualTo(1);
        assertThat(described(name).partitions()).hasSize(1);
    }

    @Test void a_topic_is_made_on_the_nodes_that_are_named() {
        String name = Clients.name("made");
        int node = nodeId();
        got(admin
            .createTopics(Set.of(new NewTopic(name, Map.of(0, List.of(node), 1, List.of(node)))))
            .all());
        assertThat(described(name).partitions()).hasSize(2);
        assertThat(refusal(new NewTopic(Clients.name("made"), Map.of(0, List.of(77)))))
            .isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(refusal(new NewTopic(Clients.name("made"), Map.of(1, List.of(node)))))
            .isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(refusal(new NewTopic(Clients.name("made"), Map.of(0, List.of(node, node)))))
            .isInstanceOf(InvalidReplicaAssignmentException.class);
    }

    @Test void a_topic_is_made_once() {
        String name = clients.topic(1);
        assertThat(refusal(topic(name, 1))).isInstanceOf(TopicExistsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "a b", "나루", "a,b",
            "a\nb"}) void a_name_with_other_signs_is_refused(String name) {
        assertThat(refusal(topic(name, 1))).isInstanceOf(InvalidTopicException.class);
    }

    @Test void names_are_not_empty_and_have_at_most_249_signs() {
        assertThat(refusal(topic("", 1))).isInstanceOf(InvalidTopicException.class);
        assertThat(refusal(topic("x".repeat(250), 1))).isInstanceOf(InvalidTopicException.class);
        got(admin.createTopics(Set.of(topic("x".repeat(249), 1))).all());
        assertThat(described("x".repeat(249)).partitions()).hasSize(1);
    }

    @Test void names_that_differ_in_dots_and_underscores_collide() {
        String name = Clients.name("a.b");
        got(admin.createTopics(Set.of(topic(name, 1))).all());
        assertThat(refusal(topic(name.replace('.', '_'), 1)))
            .isInstanceOf(InvalidTopicException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2}) void a_topic_needs_a_partition(int partitions) {
        assertThat(refusal(topic(Clients.name("made"), partitions)))
            .isInstanceOf(InvalidPartitionsException.class);
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 2, 3, 32767}) void a_topic_has_no_more_replicas_than_there_are_nodes(
        short replicas) {
        assertThat(refusal(new NewTopic(Clients.name("made"), 1, replicas)))
            .isInstanceOf(InvalidReplicationFactorException.class);
    }

    @Test void a_config_that_no_topic_has_or_that_does_not_parse_is_refused() {
        for (var wrong : List.of(Map.of("retention.days", "7"), Map.of("retention.ms", "a week"),
            Map.of("cleanup.policy", "burn"), Map.of("segment.bytes", "1"))) {
            assertThat(refusal(topic(Clients.name("made"), 1).configs(wrong)))
                .isInstanceOf(InvalidConfigurationException.class);
        }
    }

    @Test void validating_makes_nothing() {
        String name = Clients.name("made");
        var only = new CreateTopicsOptions().validateOnly(true);
        got(admin.createTopics(Set.of(topic(name, 4)), only).all());
        assertThat(got(admin.listTopics().names())).doesNotContain(name);
        assertThat(failure(admin.createTopics(Set.of(topic("..", 4)), only).all()))
            .isInstanceOf(InvalidTopicException.class);
    }

    @Test void one_request_makes_what_it_can() {
        String good = Clients.name("made");
        var made = admin.createTopics(List.of(topic(good, 1), topic("a b", 1)));
        got(made.values().get(good));
        assertThat(failure(made.values().get("a b"))).isInstanceOf(InvalidTopicException.class);
    }

    @Test void a_topic_is_described_and_deleted_by_its_id() {
        String name = clients.topic(2);
        var id = described(name).topicId();
        var found = got(
            admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds());
        assertThat(found.get(id).name()).isEqualTo(name);
        got(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
        assertThat(got(admin.listTopics().names())).doesNotContain(name);
        assertThat(failure(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all()))
            .isInstanceOf(UnknownTopicIdException.class);
    }

    @Test void what_is_not_there_cannot_be_deleted() {
        assertThat(failure(admin.deleteTopics(Set.of("not-there")).all()))
            .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test void a_topic_made_again_is_another_and_empty() {
        String name = clients.topic(1);
        var id = described(name).topicId();
        clients.send(name, 0, List.of("of the first"));
        got(admin.deleteTopics(Set.of(name)).all());
        Clients.eventually("the name is free", () -> {
            try {
                admin.createTopics(Set.of(topic(name, 1))).all().toCompletionStage()
                    .toCompletableFuture().join();
                return true;
            } catch (CompletionException stillThere) {
                return false;
            }
        });
        assertThat(described(name).topicId()).isNotEqualTo(id);
        assertThat(clients.everythingIn(name)).isEmpty();
        clients.send(name, 0, List.of("of the second"));
        assertThat(Clients.values(clients.everythingIn(name))).containsExactly("of the second");
    }

    @Test void partitions_are_added_and_never_taken() {
        String name = clients.topic(2);
        clients.send(name, 1, List.of("kept"));
        got(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(4))).all());
        assertThat(described(name).partitions()).hasSize(4);
        clients.send(name, 3, List.of("new"));
        assertThat(Clients.values(clients.everythingIn(name))).containsExactlyInAnyOrder("kept",
            "new");
        for (int wrong : new int[]{4, 3, 0, -1}) {
            assertThat(failure(
                admin.createPartitions(Map.of(name, NewPartitions.increaseTo(wrong))).all()))
                .isInstanceOf(InvalidPartitionsException.class);
        }
    }

    @Test void adding_partitions_can_be_validated_and_placed() {
        String name = clients.topic(1);
        int node = nodeId();
        got(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(9)),
            new CreatePartitionsOptions().validateOnly(true)).all());
        assertThat(described(name).partitions()).hasSize(1);
        var placed = NewPartitions.increaseTo(2, List.of(List.of(node)));
        got(admin.createPartitions(Map.of(name, placed)).all());
        assertThat(described(name).partitions()).hasSize(2);
        var tooFew = NewPartitions.increaseTo(4, List.of(List.of(node)));
        assertThat(failure(admin.createPartitions(Map.of(name, tooFew)).all()))
            .isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(
            failure(admin.createPartitions(Map.of("not-there", NewPartitions.increaseTo(2))).all()))
            .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test void a_topic_of_many_partitions_is_described_page_by_page() {
        String name = clients.topic(50);
        var pages = new DescribeTopicsOptions().partitionSizeLimitPerResponse(7);
        var described = got(admin.describeTopics(List.of(name), pages).topicNameValues().get(name));
        assertThat(described.partitions()).extracting(TopicPartitionInfo::partition)
            .containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
    }

    @Test void internal_topics_are_listed_when_asked_for() {
        try (var consumer = clients.member(Clients.name("group"), Map.of())) {
            String topic = clients.topic(1);
            consumer.subscribe(List.of(topic));
            Clients.eventually("an assignment", () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
            });
        }
        assertThat(got(admin.listTopics().names())).doesNotContain("__consumer_offsets");
        assertThat(got(admin.listTopics(ALL).names()))
            .contains("__consumer_offsets");
        assertThat(described("__consumer_offsets").isInternal()).isTrue();
    }
}
