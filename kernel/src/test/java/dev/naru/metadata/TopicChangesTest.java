package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Limits;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TopicChangesTest {
    private static Optional<List<String>> since(ClusterImage image, long version) {
        return image.topicChanges().since(version).map(List::copyOf);
    }

    @Test void topics_that_come_grow_or_go_are_told_by_name() {
        var image = Fixtures.withTopic(ClusterImage.EMPTY, "a", 1);
        image = Fixtures.withTopic(image, "b", 1);
        long before = image.topicChanges().version();
        assertEquals(Optional.of(List.of()), since(image, before));

        image = Fixtures.after(image, List.of(new PartitionsAdded(Fixtures.idOf("a"),
            List.of(PartitionImage.fresh(List.of(1))))));
        assertEquals(Optional.of(List.of("a")), since(image, before));
        image = Fixtures.withTopic(image, "c", 1);
        image = Fixtures.after(image, List.of(new TopicDeleted(Fixtures.idOf("b"))));
        assertEquals(Optional.of(List.of("a", "b", "c")), since(image, before));
        assertEquals(Optional.of(List.of("a", "b", "c")), since(image, 0));
    }

    @Test void other_changes_leave_the_version_as_it_is() {
        var image = Fixtures.withTopic(ClusterImage.EMPTY, "a", 1);
        long version = image.topicChanges().version();
        image = Fixtures.after(image, List.of(
            new ConfigSet(ConfigResource.topic("a"), "k", "v"), new ProducerIdsGranted(1, 0, 5)));
        assertTrue(image.acceptedIndex() > version);
        assertEquals(version, image.topicChanges().version());
    }

    @Test void what_is_too_long_ago_is_not_known() {
        var changes = TopicChanges.NONE;
        int most = Limits.TOPIC_CHANGES_KEPT_MAX;
        for (int index = 1; index <= most; index++)
            changes = changes.with(List.of("t" + index), index);
        assertEquals(most, changes.since(0).orElseThrow().size());

        changes = changes.with(List.of("one more"), most + 1);
        assertTrue(changes.since(0).isEmpty());
        assertEquals(most, changes.since(1).orElseThrow().size());
    }

    @Test void a_change_of_many_topics_is_known_whole_or_not_at_all() {
        var many = new ArrayList<String>();
        for (int each = 0; each < Limits.TOPIC_CHANGES_KEPT_MAX; each++)
            many.add("t" + each);
        var changes = TopicChanges.NONE.with(many, 5);
        assertEquals(Optional.of(new TreeSet<>(many)), changes.since(4));
        changes = changes.with(List.of("u"), 6);
        assertTrue(changes.since(4).isEmpty(), "one of the change before is forgotten");
        assertEquals(Optional.of(new TreeSet<>(List.of("u"))), changes.since(5));

        many.add("v");
        changes = changes.with(many, 7);
        assertEquals(7, changes.version());
        assertTrue(changes.since(6).isEmpty());
        assertEquals(Optional.of(new TreeSet<>()), changes.since(7));
    }
}
