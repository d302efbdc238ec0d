package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Partitions by the id of their topic, in order: a value. A topic in it has partitions.
record Partitions(SortedMap<Uuid, SortedSet<Integer>> byTopic) {
    static final Partitions NONE = new Partitions(Collections.emptySortedMap());

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    SortedSet<Integer> of(Uuid topicId) {
        return byTopic.getOrDefault(topicId, Collections.emptySortedSet());
    }

    boolean has(Uuid topicId, int partition) {
        return of(topicId).contains(partition);
    }

    int count() {
        int count = 0;
        for (var partitions : byTopic.values()) {
            count += partitions.size();
        }
        return count;
    }

    /// Gathers partitions.
    static final class Gathering {
        private final SortedMap<Uuid, SortedSet<Integer>> byTopic = new TreeMap<>();

        Gathering add(Uuid topicId, int partition) {
            byTopic.computeIfAbsent(topicId, _ -> new TreeSet<>()).add(partition);
            return this;
        }

        /// False if it was there already.
        boolean addIfNew(Uuid topicId, int partition) {
            return byTopic.computeIfAbsent(topicId, _ -> new TreeSet<>()).add(partition);
        }

        Partitions done() {
            return byTopic.isEmpty() ? NONE : new Partitions(byTopic);
        }
    }
}
