package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Invariant;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterImageTest {
    private static final PartitionImage ALONE = PartitionImage.fresh(List.of(1));

    private static List<String> names(Iterable<TopicImage> topics) {
        var names = new ArrayList<String>();
        topics.forEach(t -> names.add(t.name()));
        return names;
    }

    @Test void topics_are_found_by_name_and_id_and_listed_by_name() {
        var image = ClusterImage.EMPTY;
        for (var name : List.of("b", "c", "a"))
            image = Fixtures.withTopic(image, name, 1);
        assertEquals(List.of("a", "b", "c"), names(image.topics()));
        assertEquals(List.of("b", "c"), names(image.topicsFrom("aa")));
        assertEquals(List.of("b", "c"), names(image.topicsFrom("b")));
        assertEquals(List.of(), names(image.topicsFrom("d")));
        assertEquals("b", image.topic(Fixtures.idOf("b")).orElseThrow().name());
        assertTrue(image.topic("x").isEmpty());
        assertTrue(image.topic(new Uuid(1, 2)).isEmpty());
        assertTrue(image.partition("a", 1).isEmpty());
        assertTrue(image.partition("a", -1).isEmpty());
    }

    @Test void an_image_never_changes() {
        var before = Fixtures.withTopic(ClusterImage.EMPTY, "a", 1);
        var facts = Fixtures.facts(before);
        Fixtures.after(before, List.of(new TopicDeleted(Fixtures.idOf("a")),
            new ConfigSet(ConfigResource.everyBroker(), "k", "v"),
            new ProducerIdsGranted(1, 0, 5)));
        assertEquals(facts, Fixtures.facts(before));
    }

    @Test void a_deleted_topic_takes_its_settings_with_it() {
        var image = Fixtures.after(Fixtures.withTopic(ClusterImage.EMPTY, "a", 3),
            List.of(new ConfigSet(ConfigResource.topic("a"), "k", "v")));
        var gone = Fixtures.after(image, List.of(new TopicDeleted(Fixtures.idOf("a"))));
        assertEquals(0, gone.topicCount());
        assertEquals(0, gone.partitionCount());
        assertTrue(gone.configs(ConfigResource.topic("a")).isEmpty());
        assertEquals(List.of(), Fixtures.facts(gone));
    }

    @Test void configured_resources_are_listed_by_type() {
        var image = Fixtures.after(ClusterImage.EMPTY, List.of(
            new ConfigSet(ConfigResource.group("z"), "k", "v"),
            new ConfigSet(ConfigResource.group("g"), "k", "v"),
            new ConfigSet(ConfigResource.everyBroker(), "k", "v")));
        assertEquals(List.of(ConfigResource.group("g"), ConfigResource.group("z")),
            image.configured(ConfigResource.Type.GROUP));
    }

    @Test void a_partition_changes_only_to_its_next_epoch() {
        var image = Fixtures.withTopic(ClusterImage.EMPTY, "a", 2);
        var id = Fixtures.idOf("a");
        var next = new PartitionImage(1, 1, 1, List.of(1), List.of(1), List.of(), List.of());
        var after = Fixtures.after(image, List.of(new PartitionChanged(id, 1, next)));
        assertEquals(next, after.partition("a", 1).orElseThrow());
        assertEquals(ALONE, after.partition("a", 0).orElseThrow());
        assertThrows(Invariant.Broken.class,
            () -> Fixtures.after(after, List.of(new PartitionChanged(id, 1, next))));
    }

    @Test void a_leader_outside_the_isr_cannot_be() {
        assertThrows(Invariant.Broken.class,
            () -> new PartitionImage(2, 0, 0, List.of(1, 2), List.of(1),
                List.of(), List.of()));
        assertThrows(Invariant.Broken.class,
            () -> new PartitionImage(-1, 0, 0, List.of(1), List.of(2),
                List.of(), List.of()));
    }

    @Test void the_same_facts_make_the_same_image_and_an_image_tells_its_facts() {
        var chance = new SplittableRandom(7);
        var rounds = new ArrayList<List<ClusterRecord>>();
        var image = Fixtures.withNodes(3);
        for (int round = 0; round < 400; round++) {
            var facts = someFacts(image, chance, round);
            rounds.add(facts);
            image = Fixtures.after(image, facts);
        }
        var replayed = Fixtures.withNodes(3);
        for (var facts : rounds)
            replayed = Fixtures.after(replayed, facts);
        assertEquals(Fixtures.facts(image), Fixtures.facts(replayed));

        var restored = ClusterImage.EMPTY.apply(
            new MetadataBatch(image.controllerEpoch(), 0, Fixtures.facts(image)),
            image.acceptedIndex());
        assertEquals(Fixtures.facts(image), Fixtures.facts(restored));
        assertEquals(image.partitionCount(), restored.partitionCount());
        assertEquals(image.nextProducerId(), restored.nextProducerId());
        assertTrue(image.topicCount() > 20);
    }

    private static List<ClusterRecord> someFacts(ClusterImage image, SplittableRandom chance,
        int round) {
        var topics = new ArrayList<TopicImage>();
        image.topics().forEach(topics::add);
        var some = topics.isEmpty() ? null : topics.get(chance.nextInt(topics.size()));
        if (some == null || chance.nextInt(3) == 0) {
            return List.of(new TopicCreated("t." + chance.nextInt() + "." + round,
                new Uuid(chance.nextLong(), round),
                List.of(ALONE, PartitionImage.fresh(List.of(2, 3)))));
        }
        return switch (chance.nextInt(6)) {
            case 0 -> List.of(new TopicDeleted(some.topicId()));
            case 1 -> List.of(new LeaderEpochsRaised(1 + chance.nextInt(3)));
            case 2 -> List.of(new ProducerIdsGranted(1, image.nextProducerId(), 10));
            case 3 -> List.of(new ClusterRecord.PartitionsAdded(some.topicId(), List.of(ALONE)));
            case 4 ->
                List.of(new ConfigSet(ConfigResource.topic(some.name()), "k" + round % 3, "v"));
            default ->
                List.of(new ClusterRecord.FeatureChanged("f" + round % 3, (short) (round % 4)));
        };
    }

    @Test void one_partition_of_many_changes_without_touching_the_others() {
        var image = Fixtures.withTopic(ClusterImage.EMPTY, "a", 100_000);
        var next = ALONE.withLeaderEpochRaised();
        var after = Fixtures.after(image,
            List.of(new PartitionChanged(Fixtures.idOf("a"), 77_777, next)));
        assertEquals(next, after.partition("a", 77_777).orElseThrow());
        assertSame(image.partition("a", 3).orElseThrow(), after.partition("a", 3).orElseThrow());
        assertEquals(100_000, after.partitionCount());
    }

    @Test void a_hundred_thousand_topics_are_created_raised_and_deleted() {
        int count = 100_000;
        var created = new ArrayList<ClusterRecord>();
        for (int i = 0; i < count; i++) {
            created.add(new TopicCreated("topic-" + i, new Uuid(i * 0x9E3779B97F4A7C15L, i),
                List.of(ALONE)));
        }
        var image = Fixtures.after(ClusterImage.EMPTY, created);
        assertEquals(count, image.topicCount());
        var raised = Fixtures.after(image, List.of(new LeaderEpochsRaised(1)));
        assertEquals(1, raised.partition("topic-99999", 0).orElseThrow().leaderEpoch());
        assertEquals(0, image.partition("topic-99999", 0).orElseThrow().leaderEpoch());
        var deleted = new ArrayList<ClusterRecord>();
        for (int i = 0; i < count; i++) {
            deleted.add(new TopicDeleted(new Uuid(i * 0x9E3779B97F4A7C15L, i)));
        }
        assertEquals(0, Fixtures.after(raised, deleted).topicCount());
    }

    @Test void a_spine_is_a_sorted_map_whose_forks_do_not_change_it() {
        var chance = new SplittableRandom(3);
        var expected = new TreeMap<Integer, Integer>();
        SortedSpine<Integer, Integer> spine = SortedSpine.empty();
        for (int fork = 0; fork < 40; fork++) {
            var expectedBefore = new TreeMap<>(expected);
            var before = spine;
            spine = spine.fork();
            for (int change = 0; change < 500; change++) {
                int key = chance.nextInt(3_000);
                if (chance.nextInt(5) < 3) {
                    expected.put(key, change);
                    spine.put(key, change);
                } else {
                    expected.remove(key);
                    spine.remove(key);
                }
                assertEquals(expected.size(), spine.size());
            }
            assertAgree(expectedBefore, before, fork);
            assertAgree(expected, spine, fork);
        }
        assertTrue(spine.size() > 1_000);
    }

    private static void assertAgree(NavigableMap<Integer, Integer> expected,
        SortedSpine<Integer, Integer> spine,
        int from) {
        var values = new ArrayList<Integer>();
        spine.forEach(values::add);
        assertEquals(new ArrayList<>(expected.values()), values);
        var tail = new ArrayList<Integer>();
        spine.from(from).forEachRemaining(tail::add);
        assertEquals(new ArrayList<>(expected.tailMap(from, true).values()), tail);
        expected.forEach((key, value) -> assertEquals(value, spine.get(key).orElseThrow()));
        assertTrue(spine.get(-1).isEmpty());
    }
}
