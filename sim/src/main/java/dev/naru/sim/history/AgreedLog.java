package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The log that all observations together describe: one value for each offset. Agreement is checked
/// while it is made.
final class AgreedLog {
    private final Map<Slot, NavigableMap<Long, Integer>> values = new TreeMap<>();
    private final Map<Integer, NavigableSet<Long>> offsetsOfValue = new TreeMap<>();
    private final Map<Slot, Long> readUpTo = new TreeMap<>();

    private AgreedLog() {}

    static AgreedLog of(History history, List<String> found) {
        var log = new AgreedLog();
        for (var each : history.seen()) {
            if (each instanceof Seen.Lent lent) {
                var place = lent.place();
                log.add(place.slot(), place.offset(), lent.value(), lent.member(), found);
            }
            if (!(each instanceof Seen.Read read)) continue;
            log.add(read.slot(), read.offset(), read.value(), "reader " + read.reader(), found);
            log.readUpTo.merge(read.slot(), read.offset(), Math::max);
        }
        for (var scan : history.scans()) {
            for (var slot : scan.slots()) {
                for (var each : scan.valuesOf(slot).entrySet()) {
                    log.add(slot, each.getKey(), each.getValue(), scan.name(), found);
                }
            }
        }
        for (var write : history.writes()) {
            if (!history.mustLast(write) || write.offset() < 0) continue;
            var there = log.valuesOf(write.slot()).get(write.offset());
            if (there != null && there != write.number()) {
                found.add("agreement: acked " + write + ", but that offset holds value " + there);
            }
        }
        return log;
    }

    private void add(Slot slot, long offset, int value, String who, List<String> found) {
        var before = values.computeIfAbsent(slot, _ -> new TreeMap<>()).put(offset, value);
        if (before != null && before != value) {
            found.add("agreement: " + slot + " offset " + offset + " held value " + before
                + ", then " + who + " saw value " + value);
        }
        offsetsOfValue.computeIfAbsent(value, _ -> new TreeSet<>()).add(offset);
    }

    NavigableMap<Long, Integer> valuesOf(Slot slot) {
        return values.getOrDefault(slot, new TreeMap<>());
    }

    Map<Slot, NavigableMap<Long, Integer>> values() {
        return values;
    }

    /// Every offset at which the value was seen.
    NavigableSet<Long> offsetsOf(int value) {
        return offsetsOfValue.getOrDefault(value, new TreeSet<>());
    }

    /// The highest offset that a reader saw before the end, -1 for none.
    long readUpTo(Slot slot) {
        return readUpTo.getOrDefault(slot, -1L);
    }
}
