package dev.naru.group;

import dev.naru.base.Uuid;
import dev.naru.shard.BatchKind;
import dev.naru.shard.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All offsets that the groups of one shard have committed, and those that wait for the end of a
/// transaction. Owned by the shard's loop.
final class OffsetTable {
    private final Offsets settled = new Offsets();
    private final SortedMap<Long, Offsets> undecidedByProducer = new TreeMap<>();
    private long puts;

    void apply(GroupFact.OffsetCommitted fact, Origin origin) {
        var kept = new Offsets.Kept(fact.committed(), puts++);
        var into = switch (origin.kind()) {
            case BatchKind.Plain _ -> settled;
            case BatchKind.Transactional(long producerId, _) -> undecidedByProducer
                .computeIfAbsent(producerId, _ -> new Offsets());
        };
        into.put(fact.group(), fact.topic(), fact.partition(), kept);
    }

    /// What is removed does not come back with the end of a transaction: compaction keeps the removal
    /// only, whatever was committed before it (I10).
    void apply(GroupFact.OffsetRemoved fact) {
        settled.remove(fact.group(), fact.topic(), fact.partition());
        for (var undecided : undecidedByProducer.values())
            undecided.remove(fact.group(), fact.topic(), fact.partition());
    }

    /// Settles what a producer left undecided. A plain commit that came later stays. Tells which
    /// groups that concerned.
    List<String> decide(long producerId, boolean isCommitted) {
        var undecided = undecidedByProducer.remove(producerId);
        if (undecided == null) return List.of();
        var entries = undecided.all();
        for (var entry : entries) {
            var present = settled.get(entry.group(), entry.topic(), entry.partition());
            boolean isNewer = present == null || present.order() < entry.kept().order();
            if (isCommitted && isNewer) {
                settled.put(entry.group(), entry.topic(), entry.partition(), entry.kept());
            }
        }
        return entries.stream().map(Offsets.Entry::group).distinct().toList();
    }

    @Nullable CommittedOffset get(String group, String topic, int partition) {
        var kept = settled.get(group, topic, partition);
        return kept == null ? null : kept.committed();
    }

    /// Whether a transaction that is still open has committed an offset here.
    boolean isUndecided(String group, String topic, int partition) {
        for (var undecided : undecidedByProducer.values()) {
            if (undecided.get(group, topic, partition) != null) return true;
        }
        return false;
    }

    /// Whether anything at all is kept for the group.
    boolean has(String group) {
        return settled.has(group) || hasUndecided(group);
    }

    /// Whether an open transaction has committed an offset of the group.
    boolean hasUndecided(String group) {
        for (var undecided : undecidedByProducer.values()) {
            if (undecided.has(group)) return true;
        }
        return false;
    }

    /// A group's committed offsets, by topic and partition.
    List<Offsets.Entry> of(String group) {
        return settled.of(group);
    }

    /// Whether there is, or may yet be, an offset here.
    boolean has(String group, String topic, int partition) {
        return settled.get(group, topic, partition) != null || isUndecided(group, topic, partition);
    }

    /// The groups that have, or may yet have, offsets.
    SortedSet<String> groups() {
        var groups = new TreeSet<>(settled.groups());
        undecidedByProducer.values().forEach(undecided -> groups.addAll(undecided.groups()));
        return groups;
    }

    /// A group's topics, with every partition in which it has, or may yet have, an offset.
    SortedMap<String, SortedSet<Integer>> topics(String group) {
        var topics = new TreeMap<String, SortedSet<Integer>>();
        add(topics, settled.of(group));
        undecidedByProducer.values().forEach(undecided -> add(topics, undecided.of(group)));
        return topics;
    }

    /// Where all that is kept, or may yet be, was committed for topics of which none exists any
    /// more. Offsets that were stored without the id of their topic are not among them.
    List<Offsets.Entry> ofGone(Predicate<Uuid> exists) {
        var gone = new ArrayList<Offsets.Entry>();
        for (var entry : settled.all())
            if (isGone(entry, exists)) gone.add(entry);
        for (var undecided : undecidedByProducer.values()) {
            for (var entry : undecided.all())
                if (isGone(entry, exists)) gone.add(entry);
        }
        gone.removeIf(entry -> isKept(entry, exists));
        return gone;
    }

    private static boolean isGone(Offsets.Entry entry, Predicate<Uuid> exists) {
        var topicId = entry.kept().committed().topicId();
        return !topicId.isZero() && !exists.test(topicId);
    }

    /// Whether something at the same place belongs to a topic that exists.
    private boolean isKept(Offsets.Entry place, Predicate<Uuid> exists) {
        if (isLive(settled, place, exists)) return true;
        for (var undecided : undecidedByProducer.values())
            if (isLive(undecided, place, exists)) return true;
        return false;
    }

    private static boolean isLive(Offsets offsets, Offsets.Entry place, Predicate<Uuid> exists) {
        var kept = offsets.get(place.group(), place.topic(), place.partition());
        if (kept == null) return false;
        var topicId = kept.committed().topicId();
        return topicId.isZero() || exists.test(topicId);
    }

    private static void add(SortedMap<String, SortedSet<Integer>> topics,
        List<Offsets.Entry> entries) {
        for (var entry : entries) {
            topics.computeIfAbsent(entry.topic(), _ -> new TreeSet<>()).add(entry.partition());
        }
    }

    /// For comparisons in tests.
    Map<String, CommittedOffset> picture() {
        return settled.picture();
    }
}
