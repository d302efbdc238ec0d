package dev.naru.metadata;

import static dev.naru.metadata.Fixtures.withNodes;
import static dev.naru.metadata.Fixtures.withTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.CreatedTopic;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import dev.naru.metadata.ClusterRequest.Assignment;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.Growth;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.Setting;
import dev.naru.metadata.ClusterRequest.TopicRef;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicDeciderTest {
    private final TopicDecider decider = new TopicDecider(Fixtures.rules().configs(),
        Fixtures.entropy(1));

    private static NewTopic topic(String name, int partitions, int factor) {
        return new NewTopic(name, partitions, factor, List.of(), List.of());
    }

    private static NewTopic assigned(String name, Assignment... assignments) {
        return new NewTopic(name, -1, -1, List.of(assignments), List.of());
    }

    private static CreateTopics create(NewTopic... topics) {
        return new CreateTopics(List.of(topics), 3, 1, false, false);
    }

    private Decided decide(ClusterImage image, NewTopic... topics) {
        return decider.create(image, create(topics));
    }

    private static List<CreatedTopic> created(Decided decided) {
        return ((ClusterAnswer.TopicsCreated) decided.answer()).topics();
    }

    private ErrorCode errorOf(ClusterImage image, NewTopic topic) {
        var decided = decide(image, topic);
        var answer = created(decided).getFirst();
        if (answer.error() != ErrorCode.NONE) {
            assertEquals(List.of(), decided.facts());
            assertEquals(Uuid.ZERO, answer.topicId());
            assertTrue(!answer.message().isEmpty());
        }
        return answer.error();
    }

    private ErrorCode growthError(ClusterImage image, Growth growth) {
        var decided = decider.grow(image, new CreatePartitions(List.of(growth), false));
        var error = ((ClusterAnswer.PartitionsCreated) decided.answer()).topics().getFirst()
            .error();
        assertEquals(error != ErrorCode.NONE, decided.facts().isEmpty());
        return error;
    }

    @Test void a_topic_gets_its_partitions_an_id_and_its_settings() {
        var decided = decide(withNodes(1), new NewTopic("orders", 2, 1, List.of(),
            List.of(new Setting("retention.ms", "1000"))));
        var answer = created(decided).getFirst();
        assertEquals(ErrorCode.NONE, answer.error());
        assertEquals(2, answer.partitions());
        assertEquals(1, answer.replicationFactor());
        var partition = PartitionImage.fresh(List.of(1));
        assertEquals(List.of(
            new TopicCreated("orders", answer.topicId(), List.of(partition, partition)),
            new ConfigSet(ConfigResource.topic("orders"), "retention.ms", "1000")),
            decided.facts());
    }

    @Test void counts_of_minus_one_are_the_defaults() {
        var answer = created(decide(withNodes(2), topic("a", -1, -1))).getFirst();
        assertEquals(3, answer.partitions());
        assertEquals(1, answer.replicationFactor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\n",
            "a:b"}) void bad_names_are_refused(
                String name) {
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION, errorOf(withNodes(1), topic(name, 1, 1)));
    }

    @Test void a_name_may_be_as_long_as_the_limit_and_no_longer() {
        int max = Limits.TOPIC_NAME_CHARS_MAX;
        assertEquals(ErrorCode.NONE, errorOf(withNodes(1), topic("x".repeat(max), 1, 1)));
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION,
            errorOf(withNodes(1), topic("x".repeat(max + 1), 1, 1)));
    }

    @Test void a_name_that_is_taken_is_refused() {
        var image = withTopic(withNodes(1), "a", 1);
        assertEquals(ErrorCode.TOPIC_ALREADY_EXISTS, errorOf(image, topic("a", 1, 1)));
    }

    @Test void names_that_differ_in_dots_and_underscores_only_collide() {
        var image = withTopic(withNodes(1), "a.b", 1);
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION, errorOf(image, topic("a_b", 1, 1)));
        assertEquals(ErrorCode.NONE, errorOf(image, topic("a-b", 1, 1)));
        var answers = created(decide(withNodes(1), topic("x.y_z", 1, 1), topic("x_y.z", 1, 1)));
        assertEquals(ErrorCode.NONE, answers.get(0).error());
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION, answers.get(1).error());
    }

    @Test void a_deleted_topic_frees_its_name_and_its_look() {
        var image = withTopic(withNodes(1), "a.b", 1);
        var gone = Fixtures.after(image, List.of(new TopicDeleted(Fixtures.idOf("a.b"))));
        assertEquals(ErrorCode.NONE, errorOf(gone, topic("a_b", 1, 1)));
    }

    @Test void a_topic_named_twice_in_one_request_is_refused_and_the_others_are_not() {
        var decided = decide(withNodes(1), topic("a", 1, 1), topic("b", 1, 1), topic("a", 2, 1));
        assertEquals(
            List.of(ErrorCode.INVALID_REQUEST, ErrorCode.NONE, ErrorCode.INVALID_REQUEST),
            created(decided).stream().map(CreatedTopic::error).toList());
        assertEquals(1, decided.facts().size());
    }

    @Test void the_name_of_the_metadata_log_is_kept() {
        assertEquals(ErrorCode.TOPIC_AUTHORIZATION_FAILED,
            errorOf(withNodes(1), topic("__cluster_metadata", 1, 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2, Integer.MIN_VALUE, Limits.PARTITIONS_PER_TOPIC_MAX + 1,
            Integer.MAX_VALUE}) void impossible_counts_of_partitions_are_refused(int count) {
        assertEquals(ErrorCode.INVALID_PARTITIONS, errorOf(withNodes(1), topic("a", count, 1)));
    }

    @Test void the_largest_topic_is_accepted() {
        var decided = decide(withNodes(1), topic("a", Limits.PARTITIONS_PER_TOPIC_MAX, 1));
        assertEquals(ErrorCode.NONE, created(decided).getFirst().error());
    }

    @Test void one_request_creates_no_more_partitions_than_the_largest_topic_has() {
        int max = Limits.PARTITIONS_PER_REQUEST_MAX;
        var answers = created(decide(withNodes(1), topic("a", max - 1, 1), topic("b", 2, 1),
            topic("c", 1, 1)));
        assertEquals(List.of(ErrorCode.NONE, ErrorCode.POLICY_VIOLATION, ErrorCode.NONE),
            answers.stream().map(CreatedTopic::error).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2, 3,
            Short.MAX_VALUE}) void impossible_replication_factors_are_refused(
                int factor) {
        assertEquals(ErrorCode.INVALID_REPLICATION_FACTOR,
            errorOf(withNodes(2), topic("a", 1, factor)));
    }

    @Test void an_internal_topic_makes_do_with_the_nodes_there_are() {
        var request = new CreateTopics(List.of(topic("__consumer_offsets", 50, 3)), 1, 1, false,
            true);
        var answer = created(decider.create(withNodes(1), request)).getFirst();
        assertEquals(ErrorCode.NONE, answer.error());
        assertEquals(1, answer.replicationFactor());
        assertEquals(50, answer.partitions());
    }

    @Test void nothing_can_be_placed_before_a_node_is_registered() {
        assertEquals(ErrorCode.INVALID_REPLICATION_FACTOR,
            errorOf(ClusterImage.EMPTY, topic("a", 1, 1)));
        var internal = new CreateTopics(List.of(topic("__consumer_offsets", 1, 1)), 1, 1, false,
            true);
        assertEquals(ErrorCode.INVALID_REPLICATION_FACTOR,
            created(decider.create(ClusterImage.EMPTY, internal)).getFirst().error());
    }

    @Test void given_nodes_are_used_as_given() {
        var decided = decide(withNodes(3), assigned("a", new Assignment(1, List.of(3, 1)),
            new Assignment(0, List.of(2, 3))));
        var fact = (TopicCreated) decided.facts().getFirst();
        assertEquals(
            List.of(PartitionImage.fresh(List.of(2, 3)), PartitionImage.fresh(List.of(3, 1))),
            fact.partitions());
        assertEquals(2, created(decided).getFirst().replicationFactor());
    }

    @Test void given_nodes_that_make_no_sense_are_refused() {
        var image = withNodes(3);
        var why = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of()))), "no node");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of(1, 1)))), "twice");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of(9)))), "stranger");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(1, List.of(1)))),
            "not from 0");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(-1, List.of(1)))),
            "negative");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of(1)),
            new Assignment(2, List.of(1)))), "a gap");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of(1)),
            new Assignment(0, List.of(2)))), "one partition twice");
        assertEquals(why, errorOf(image, assigned("a", new Assignment(0, List.of(1, 2)),
            new Assignment(1, List.of(2)))), "different factors");
    }

    @Test void counts_and_given_nodes_exclude_each_other() {
        var given = List.of(new Assignment(0, List.of(1)));
        assertEquals(ErrorCode.INVALID_REQUEST,
            errorOf(withNodes(1), new NewTopic("a", 1, -1, given, List.of())));
        assertEquals(ErrorCode.INVALID_REQUEST,
            errorOf(withNodes(1), new NewTopic("a", -1, 1, given, List.of())));
    }

    @Test void settings_are_checked() {
        var bad = List.of(new Setting("retention.ms", "soon"));
        assertEquals(ErrorCode.INVALID_CONFIG,
            errorOf(withNodes(1), new NewTopic("a", 1, 1, List.of(), bad)));
        var unknown = List.of(new Setting("retention", "1"));
        assertEquals(ErrorCode.INVALID_CONFIG,
            errorOf(withNodes(1), new NewTopic("a", 1, 1, List.of(), unknown)));
        var none = List.of(new Setting("retention.ms", null));
        assertEquals(ErrorCode.INVALID_CONFIG,
            errorOf(withNodes(1), new NewTopic("a", 1, 1, List.of(), none)));
    }

    @Test void validate_only_answers_the_same_and_changes_nothing() {
        var request = new CreateTopics(List.of(topic("a", 2, 1), topic("", 1, 1)), 1, 1, true,
            false);
        var decided = decider.create(withNodes(1), request);
        assertEquals(List.of(), decided.facts());
        assertEquals(new CreatedTopic("a", Uuid.ZERO, ErrorCode.NONE, "", 2, 1,
            new TreeMap<>()), created(decided).get(0));
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION, created(decided).get(1).error());
    }

    @Test void leaders_and_replicas_are_spread_over_the_nodes() {
        var fact = (TopicCreated) decide(withNodes(4), topic("a", 12, 3)).facts().getFirst();
        for (int node = 1; node <= 4; node++) {
            int id = node;
            var partitions = fact.partitions().stream();
            assertEquals(9, partitions.filter(p -> p.replicas().contains(id)).count());
            assertEquals(3, fact.partitions().stream().filter(p -> p.leader() == id).count());
        }
    }

    @Test void replicas_stand_in_different_racks() {
        var image = Fixtures.after(ClusterImage.EMPTY, List.of(
            new ClusterRecord.NodeRegistered(Fixtures.node(1, "north")),
            new ClusterRecord.NodeRegistered(Fixtures.node(2, "north")),
            new ClusterRecord.NodeRegistered(Fixtures.node(3, "south")),
            new ClusterRecord.NodeRegistered(Fixtures.node(4, "south"))));
        var placement = new Placement(image, 0);
        for (int partition = 0; partition < 4; partition++) {
            var replicas = placement.partition(partition, 2).replicas();
            assertNotEquals(rack(image, replicas.get(0)), rack(image, replicas.get(1)));
        }
    }

    private static String rack(ClusterImage image, int nodeId) {
        return image.node(nodeId).orElseThrow().rack();
    }

    @Test void topics_are_deleted_by_name_and_by_id() {
        var image = withTopic(withTopic(withNodes(1), "a", 1), "b", 1);
        var decided = decider.delete(image, new DeleteTopics(List.of(new TopicRef.ByName("b"),
            new TopicRef.ById(Fixtures.idOf("a")), new TopicRef.ByName("c"),
            new TopicRef.ById(new Uuid(1, 1)))));
        var answers = ((ClusterAnswer.TopicsDeleted) decided.answer()).topics();
        assertEquals(List.of(ErrorCode.NONE, ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.UNKNOWN_TOPIC_ID), answers.stream().map(a -> a.error()).toList());
        assertEquals("a", answers.get(1).name());
        assertEquals(0, Fixtures.after(image, decided.facts()).topicCount());
    }

    @Test void a_topic_named_twice_is_not_deleted() {
        var image = withTopic(withNodes(1), "a", 1);
        var decided = decider.delete(image, new DeleteTopics(List.of(new TopicRef.ByName("a"),
            new TopicRef.ById(Fixtures.idOf("a")))));
        assertEquals(List.of(), decided.facts());
        assertTrue(((ClusterAnswer.TopicsDeleted) decided.answer()).topics().stream()
            .allMatch(a -> a.error() == ErrorCode.INVALID_REQUEST));
    }

    @Test void a_topic_grows() {
        var image = withTopic(withNodes(1), "a", 2);
        var decided = decider.grow(image,
            new CreatePartitions(List.of(new Growth("a", 5, null)), false));
        var fact = (PartitionsAdded) decided.facts().getFirst();
        assertEquals(3, fact.partitions().size());
        var grown = Fixtures.after(image, decided.facts());
        assertEquals(5, grown.topic("a").orElseThrow().partitionCount());
        assertEquals(5, grown.partitionCount());
    }

    @Test void a_topic_does_not_shrink_or_stay() {
        var image = withTopic(withNodes(1), "a", 2);
        assertEquals(ErrorCode.INVALID_PARTITIONS, growthError(image, new Growth("a", 2, null)));
        assertEquals(ErrorCode.INVALID_PARTITIONS, growthError(image, new Growth("a", 1, null)));
        assertEquals(ErrorCode.INVALID_PARTITIONS,
            growthError(image, new Growth("a", Integer.MIN_VALUE, null)));
        assertEquals(ErrorCode.INVALID_PARTITIONS,
            growthError(image, new Growth("a", Integer.MAX_VALUE, null)));
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            growthError(image, new Growth("b", 3, null)));
    }

    @Test void growth_with_given_nodes_is_checked() {
        var image = withTopic(withNodes(2), "a", 1);
        var why = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        assertEquals(ErrorCode.NONE, growthError(image, new Growth("a", 2, List.of(List.of(2)))));
        assertEquals(why, growthError(image, new Growth("a", 3, List.of(List.of(2)))), "too few");
        assertEquals(why, growthError(image, new Growth("a", 2, List.of())), "none");
        assertEquals(why, growthError(image, new Growth("a", 2, List.of(List.of(2, 1)))), "factor");
        assertEquals(why, growthError(image, new Growth("a", 2, List.of(List.of(9)))), "stranger");
    }

    @Test void growth_named_twice_or_only_validated_changes_nothing() {
        var image = withTopic(withNodes(1), "a", 1);
        var twice = List.of(new Growth("a", 2, null), new Growth("a", 3, null));
        assertEquals(List.of(), decider.grow(image, new CreatePartitions(twice, false)).facts());
        var once = List.of(new Growth("a", 2, null));
        assertEquals(List.of(), decider.grow(image, new CreatePartitions(once, true)).facts());
    }

    @Test void empty_requests_are_answered() {
        assertEquals(List.of(), created(decide(withNodes(1))));
        assertEquals(List.of(), decider.delete(withNodes(1), new DeleteTopics(List.of())).facts());
        assertEquals(List.of(),
            decider.grow(withNodes(1), new CreatePartitions(List.of(), false)).facts());
    }
}
