package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Acknowledged writes that are not there, records that were seen and are gone, logs that start
/// later than anybody asked for.
final class LossChecks {
    private LossChecks() {}

    static List<String> find(History history, AgreedLog log) {
        var found = new ArrayList<String>();
        passedOver(history, log, found);
        for (var scan : history.scans()) {
            ackedMissing(history, scan, found);
            seenMissing(log, scan, found);
            starts(history, scan, found);
        }
        scansDiffer(history, found);
        return found;
    }

    private static void passedOver(History history, AgreedLog log, List<String> found) {
        for (var write : history.writes()) {
            if (!history.mustLast(write) || write.offset() < 0) continue;
            if (write.offset() > log.readUpTo(write.slot())) continue;
            if (write.offset() < largestStart(history, write.slot())) continue;
            if (log.offsetsOf(write.number()).isEmpty()) {
                found.add("lost: acked, passed over by a reader, never seen: " + write);
            }
        }
    }

    private static long largestStart(History history, Slot slot) {
        long largest = 0;
        for (var scan : history.scans()) {
            largest = Math.max(largest, scan.logStarts().getOrDefault(slot, 0L));
        }
        return largest;
    }

    private static void ackedMissing(History history, FinalScan scan, List<String> found) {
        for (var write : history.writes()) {
            if (!history.mustLast(write)) continue;
            var start = scan.logStarts().get(write.slot());
            if (start == null || (write.offset() >= 0 && write.offset() < start)) continue;
            if (write.offset() < 0 && (start > 0)) continue;
            var values = scan.valuesOf(write.slot());
            boolean isThere = write.offset() >= 0
                ? Integer.valueOf(write.number()).equals(values.get(write.offset()))
                : values.containsValue(write.number());
            if (!isThere) {
                found.add("lost: acked, not in " + scan.name() + ": " + write);
            }
        }
    }

    private static void seenMissing(AgreedLog log, FinalScan scan, List<String> found) {
        for (var slot : scan.slots()) {
            var values = scan.valuesOf(slot);
            long start = scan.logStarts().getOrDefault(slot, 0L);
            long end = Math.max(start, scan.endOf(slot));
            for (var each : log.valuesOf(slot).subMap(start, end).entrySet()) {
                if (!values.containsKey(each.getKey())) {
                    found.add("lost: " + slot + " offset " + each.getKey() + " was seen with value "
                        + each.getValue() + " and is not in " + scan.name());
                }
            }
        }
    }

    private static void starts(History history, FinalScan scan, List<String> found) {
        Map<Slot, Long> asked = new TreeMap<>();
        Map<Slot, Long> promised = new TreeMap<>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Deleted deletion)) continue;
            long before = Math.max(deletion.before(), deletion.lowWatermark());
            if (deletion.before() < 0) before = Long.MAX_VALUE;
            if (deletion.outcome() != Outcome.REFUSED) {
                asked.merge(deletion.slot(), before, Math::max);
            }
            if (deletion.outcome() == Outcome.OK) {
                promised.merge(deletion.slot(), deletion.lowWatermark(), Math::max);
            }
        }
        for (var each : scan.logStarts().entrySet()) {
            var slot = each.getKey();
            if (each.getValue() < promised.getOrDefault(slot, 0L)) {
                found.add("deleted records are back: " + slot + " starts at " + each.getValue()
                    + " in " + scan.name() + ", deleted before " + promised.get(slot));
            }
            if (history.isTrimmedTopic(slot.topic())) continue;
            if (each.getValue() > asked.getOrDefault(slot, 0L)) {
                found.add("lost: " + slot + " starts at " + each.getValue() + " in "
                    + scan.name() + ", and nobody asked for that");
            }
        }
    }

    private static void scansDiffer(History history, List<String> found) {
        if (history.scans().isEmpty()) return;
        var first = history.scans().getFirst();
        for (var scan : history.scans()) {
            for (var slot : scan.slots()) {
                long start = Math.max(scan.logStarts().getOrDefault(slot, 0L),
                    first.logStarts().getOrDefault(slot, 0L));
                long end = Math.max(start, Math.min(scan.endOf(slot), first.endOf(slot)));
                var expected = first.valuesOf(slot).subMap(start, end);
                boolean isShorter = scan.endOf(slot) < first.endOf(slot);
                if (isShorter || !expected.equals(scan.valuesOf(slot).subMap(start, end))) {
                    found.add("lost: " + slot + " differs between " + first.name() + " and "
                        + scan.name());
                }
            }
        }
    }
}
