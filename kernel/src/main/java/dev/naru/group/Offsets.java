package dev.naru.group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Offsets by group, topic and partition, in order.
final class Offsets {
    private static final Comparator<Place> ORDER = Comparator.comparing(Place::topic)
        .thenComparingInt(Place::partition);

    private final SortedMap<String, SortedMap<Place, Kept>> byGroup = new TreeMap<>();

    private record Place(String topic, int partition) {}

    /// `order` tells which of two was put first.
    record Kept(CommittedOffset committed, long order) {}

    /// One offset with where it belongs.
    record Entry(String group, String topic, int partition, Kept kept) {}

    void put(String group, String topic, int partition, Kept kept) {
        byGroup.computeIfAbsent(group, _ -> new TreeMap<>(ORDER))
            .put(new Place(topic, partition), kept);
    }

    @Nullable Kept get(String group, String topic, int partition) {
        var places = byGroup.get(group);
        return places == null ? null : places.get(new Place(topic, partition));
    }

    void remove(String group, String topic, int partition) {
        var places = byGroup.get(group);
        if (places == null) return;
        places.remove(new Place(topic, partition));
        if (places.isEmpty()) byGroup.remove(group);
    }

    boolean has(String group) {
        return byGroup.containsKey(group);
    }

    Set<String> groups() {
        return byGroup.keySet();
    }

    List<Entry> of(String group) {
        var entries = new ArrayList<Entry>();
        var places = byGroup.get(group);
        if (places == null) return entries;
        places.forEach((place, kept) -> entries
            .add(new Entry(group, place.topic, place.partition, kept)));
        return entries;
    }

    List<Entry> all() {
        var entries = new ArrayList<Entry>();
        byGroup.keySet().forEach(group -> entries.addAll(of(group)));
        return entries;
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
