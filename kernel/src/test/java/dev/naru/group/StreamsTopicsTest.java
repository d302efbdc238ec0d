package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.wire.message.StreamsGroupTopologyValue;
import dev.naru.wire.message.StreamsGroupTopologyValue.CopartitionGroup;
import dev.naru.wire.message.StreamsGroupTopologyValue.Subtopology;
import dev.naru.wire.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StreamsTopicsTest {
    private final TestTopics topics = new TestTopics();

    private StreamsTopics.Outcome configure(Subtopology... parts) {
        var topology = StreamsGroupTopologyValue.builder().epoch(1)
            .subtopologies(List.of(parts)).build();
        return StreamsTopics.configure(topology, topics.view(), TestPorts::compile);
    }

    private StreamsTopics.NotReady hindered(Subtopology... parts) {
        return (StreamsTopics.NotReady) configure(parts);
    }

    private static TopicInfo topic(String name, int partitions) {
        return TopicInfo.builder().name(name).partitions(partitions).build();
    }

    private static InternalTopic internal(String name, int partitions) {
        return new InternalTopic(name, partitions, 0, new TreeMap<>());
    }

    private static Subtopology.Builder part(String id, String... sources) {
        return Subtopology.builder().subtopologyId(id).sourceTopics(List.of(sources));
    }

    @Test void a_subtopology_has_as_many_tasks_as_its_largest_source_has_partitions() {
        topics.add("a", 2).add("b", 5);
        var ready = (StreamsTopics.Ready) configure(part("0", "a", "b").build(),
            part("1", "a").build());
        assertEquals(new TreeMap<>(Map.of("0", 5, "1", 2)), ready.taskCounts());
    }

    @Test void a_repartition_topic_is_as_wide_as_what_is_written_to_it() {
        topics.add("a", 4);
        var missing = hindered(
            part("0", "a").repartitionSinkTopics(List.of("r")).build(),
            part("1").repartitionSourceTopics(List.of(topic("r", 0)))
                .repartitionSinkTopics(List.of("s"))
                .stateChangelogTopics(List.of(topic("log", 0))).build(),
            part("2").repartitionSourceTopics(List.of(topic("s", 0))).build());
        assertEquals(StreamsTopics.MISSING_INTERNAL_TOPICS, missing.status());
        assertEquals(List.of(internal("log", 4), internal("r", 4), internal("s", 4)),
            missing.toCreate());
    }

    @Test void a_repartition_topic_follows_those_it_is_joined_with() {
        topics.add("a", 4).add("b", 6);
        var together = CopartitionGroup.builder().sourceTopics(List.of((short) 0))
            .repartitionSourceTopics(List.of((short) 0)).build();
        var missing = hindered(
            part("0", "a").repartitionSinkTopics(List.of("r")).build(),
            part("1", "b").repartitionSourceTopics(List.of(topic("r", 0)))
                .copartitionGroups(List.of(together)).build());
        assertEquals(List.of(internal("r", 6)), missing.toCreate());
    }

    @Test void sources_that_are_joined_must_be_alike() {
        topics.add("a", 4).add("b", 6);
        var together = CopartitionGroup.builder()
            .sourceTopics(List.of((short) 0, (short) 1)).build();
        assertEquals(StreamsTopics.INCORRECTLY_PARTITIONED_TOPICS,
            hindered(part("0", "a", "b").copartitionGroups(List.of(together)).build()).status());
    }

    @Test void a_source_that_is_its_own_changelog_is_not_created() {
        topics.add("a", 4);
        assertTrue(configure(part("0", "a").stateChangelogTopics(List.of(topic("a", 0)))
            .build()) instanceof StreamsTopics.Ready);
    }

    @Test void sources_may_be_named_by_a_pattern() {
        var named = part("0").sourceTopicRegex(List.of("x.*")).build();
        assertEquals(StreamsTopics.MISSING_SOURCE_TOPICS, hindered(named).status());
        topics.add("x1", 3);
        assertTrue(configure(named) instanceof StreamsTopics.Ready);
    }

    @Test void a_circle_of_repartition_topics_is_an_error() {
        var circle = part("0").repartitionSourceTopics(List.of(topic("r", 0)))
            .repartitionSinkTopics(List.of("r")).build();
        assertEquals(StreamsTopics.INCORRECTLY_PARTITIONED_TOPICS, hindered(circle).status());
    }
}
