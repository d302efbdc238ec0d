package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Partitions that a member owns, each with the epoch in which it was given: a value.
record Owned(SortedMap<Uuid, SortedMap<Integer, Integer>> byTopic) {
    static final Owned NONE = new Owned(Collections.emptySortedMap());
    static final int NO_EPOCH = -1;

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    SortedMap<Integer, Integer> of(Uuid topicId) {
        return byTopic.getOrDefault(topicId, Collections.emptySortedMap());
    }

    boolean has(Uuid topicId, int partition) {
        return of(topicId).containsKey(partition);
    }

    /// The epoch in which it was given, or [#NO_EPOCH].
    int epochOf(Uuid topicId, int partition) {
        return of(topicId).getOrDefault(partition, NO_EPOCH);
    }

    boolean hasAnyOf(Partitions others) {
        for (var topic : others.byTopic().entrySet()) {
            for (int partition : topic.getValue()) {
                if (has(topic.getKey(), partition)) return true;
            }
        }
        return false;
    }

    boolean hasAllOf(Partitions others) {
        for (var topic : others.byTopic().entrySet()) {
            if (!of(topic.getKey()).keySet().containsAll(topic.getValue())) return false;
        }
        return true;
    }

    Partitions partitions() {
        var gathered = new Partitions.Gathering();
        each((topicId, partition, _) -> gathered.add(topicId, partition));
        return gathered.done();
    }

    void each(Visitor visitor) {
        byTopic.forEach((topicId, partitions) -> partitions
            .forEach((partition, epoch) -> visitor.visit(topicId, partition, epoch)));
    }

    interface Visitor {
        void visit(Uuid topicId, int partition, int epoch);
    }

    /// Gathers partitions.
    static final class Gathering {
        private final SortedMap<Uuid, SortedMap<Integer, Integer>> byTopic = new TreeMap<>();

        Gathering add(Uuid topicId, int partition, int epoch) {
            byTopic.computeIfAbsent(topicId, _ -> new TreeMap<>()).put(partition, epoch);
            return this;
        }

        Gathering addAll(Owned others) {
            others.each(this::add);
            return this;
        }

        boolean isEmpty() {
            return byTopic.isEmpty();
        }

        Owned done() {
            return byTopic.isEmpty() ? NONE : new Owned(byTopic);
        }
    }
}
