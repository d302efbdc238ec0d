package dev.naru.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Offsets by group, topic and partition, in order. `order` tells which of two was put first.
final class Offsets {
    private final SortedMap<String, SortedMap<String, SortedMap<Integer, Kept>>> byGroup = new TreeMap<>();

    record Kept(CommittedOffset committed, long order) {}

    /// One offset with where it belongs.
    record Entry(String group, String topic, int partition, Kept kept) {}

    void put(String group, String topic, int partition, Kept kept) {
        byGroup.computeIfAbsent(group, _ -> new TreeMap<>())
            .computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition, kept);
    }

    @Nullable Kept get(String group, String topic, int partition) {
        var ofTopic = topics(group).get(topic);
        return ofTopic == null ? null : ofTopic.get(partition);
    }

    void remove(String group, String topic, int partition) {
        var topics = byGroup.get(group);
        var partitions = topics == null ? null : topics.get(topic);
        if (topics == null || partitions == null) return;
        partitions.remove(partition);
        if (partitions.isEmpty()) topics.remove(topic);
        if (topics.isEmpty()) byGroup.remove(group);
    }

    boolean has(String group) {
        return byGroup.containsKey(group);
    }

    SortedMap<String, SortedMap<Integer, Kept>> topics(String group) {
        return Objects.requireNonNullElseGet(byGroup.get(group), TreeMap::new);
    }

    List<Entry> of(String group) {
        var entries = new ArrayList<Entry>();
        topics(group).forEach((topic, partitions) -> partitions
            .forEach((partition, kept) -> entries.add(new Entry(group, topic, partition, kept))));
        return entries;
    }

    List<Entry> all() {
        var entries = new ArrayList<Entry>();
        byGroup.keySet().forEach(group -> entries.addAll(of(group)));
        return entries;
    }

    boolean isEmpty() {
        return byGroup.isEmpty();
    }

    Map<String, CommittedOffset> picture() {
        var picture = new TreeMap<String, CommittedOffset>();
        for (var entry : all()) {
            picture.put(entry.group + "/" + entry.topic + "/" + entry.partition,
                entry.kept.committed);
        }
        return picture;
    }
}
