package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers that are older than what had been promised before the question was asked. A leader that
/// was deposed and does not know it yet may not know what its successors promise; what was promised
/// before they began, it knows.
final class StaleReadChecks {
    private StaleReadChecks() {}

    /// Known from `atNs` on: everything below `endOffset` is committed.
    private record Known(long atNs, long endOffset, String why) {}

    static List<String> find(History history, AgreedLog log) {
        var found = new ArrayList<String>();
        var known = known(history);
        for (var each : history.seen()) {
            switch (each) {
                case Seen.Latest latest -> {
                    var least = leastEnd(known, latest.slot(), Math.min(latest.startNs(),
                        history.supersededNs(latest.slot(), latest.leaderEpoch())));
                    if (least != null && latest.offset() < least.endOffset()) {
                        found.add("stale: " + latest + " after " + least.why());
                    }
                }
                case Seen.Empty empty -> {
                    var least = leastEnd(known, empty.slot(), Math.min(empty.startNs(),
                        history.supersededNs(empty.slot(), empty.leaderEpoch())));
                    if (least == null || empty.position() >= least.endOffset()) continue;
                    if (log.valuesOf(empty.slot()).ceilingKey(empty.position()) == null) continue;
                    found.add("stale: " + empty + " after " + least.why());
                }
                default -> {
                }
            }
        }
        return found;
    }

    /// By partition, in the order of time, with ends that rise.
    private static Map<Slot, NavigableMap<Long, Known>> known(History history) {
        Map<Slot, List<Known>> all = new TreeMap<>();
        for (var write : history.writes()) {
            if (!write.isAcked() || !write.promise().isAll() || write.offset() < 0) continue;
            all.computeIfAbsent(write.slot(), _ -> new ArrayList<>())
                .add(new Known(write.endNs(), write.offset() + 1, write.toString()));
        }
        for (var each : history.seen()) {
            if (each instanceof Seen.Latest latest) {
                all.computeIfAbsent(latest.slot(), _ -> new ArrayList<>())
                    .add(new Known(latest.endNs(), latest.offset(), latest.toString()));
            } else if (each instanceof Seen.Read read) {
                all.computeIfAbsent(read.slot(), _ -> new ArrayList<>())
                    .add(new Known(read.atNs(), read.offset() + 1, read.toString()));
            }
        }
        Map<Slot, NavigableMap<Long, Known>> known = new TreeMap<>();
        for (var each : all.entrySet()) {
            var rising = new TreeMap<Long, Known>();
            each.getValue().sort(Comparator.comparingLong(Known::atNs));
            long end = -1;
            for (var next : each.getValue()) {
                if (next.endOffset() <= end) continue;
                end = next.endOffset();
                rising.put(next.atNs(), next);
            }
            known.put(each.getKey(), rising);
        }
        return known;
    }

    private static @Nullable Known leastEnd(
        Map<Slot, NavigableMap<Long, Known>> known, Slot slot, long beforeNs) {
        var ofSlot = known.get(slot);
        if (ofSlot == null) return null;
        var last = ofSlot.lowerEntry(beforeNs);
        return last == null ? null : last.getValue();
    }
}
