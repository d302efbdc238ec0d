package dev.naru.metadata;

import dev.naru.base.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which topics came, went or got partitions lately: a value, so that whoever looked at the topics
/// before need not look at all of them again. Bounded: what is too long ago is not known.
public final class TopicChanges {
    static final TopicChanges NONE = new TopicChanges(0, List.of());

    private final long knownAfter; // every change of a later index is in `recent`
    private final List<Change> recent; // oldest first

    private record Change(long index, String topic) {}

    private TopicChanges(long knownAfter, List<Change> recent) {
        this.knownAfter = knownAfter;
        this.recent = recent;
    }

    /// Another number whenever topics or partitions came or went: the index of the last change.
    public long version() {
        return recent.isEmpty() ? knownAfter : recent.getLast().index();
    }

    /// The names of the topics that changed after `version`; empty if that is too long ago.
    public Optional<SortedSet<String>> since(long version) {
        if (version < knownAfter) return Optional.empty();
        var topics = new TreeSet<String>();
        for (var change : recent.reversed()) {
            if (change.index() <= version) break;
            topics.add(change.topic());
        }
        return Optional.of(Collections.unmodifiableSortedSet(topics));
    }

    TopicChanges with(List<String> topics, long index) {
        if (topics.isEmpty()) return this;
        boolean isTooMany = topics.size() > Limits.TOPIC_CHANGES_KEPT_MAX;
        if (isTooMany) return new TopicChanges(index, List.of());
        var all = new ArrayList<>(recent);
        topics.forEach(topic -> all.add(new Change(index, topic)));
        int dropped = Math.max(0, all.size() - Limits.TOPIC_CHANGES_KEPT_MAX);
        // a change of which a part is dropped is not known any more
        long forgotten = dropped == 0 ? knownAfter : all.get(dropped - 1).index();
        return new TopicChanges(forgotten, List.copyOf(all.subList(dropped, all.size())));
    }
}
