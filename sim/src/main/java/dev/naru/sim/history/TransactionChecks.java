package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Transaction atomicity: readers of committed data see all of a committed transaction and nothing
/// of an aborted one, never anything undecided, and nothing twice; and what they saw stays.
final class TransactionChecks {
    private TransactionChecks() {}

    static List<String> find(History history) {
        var found = new ArrayList<String>();
        var byValue = new TreeMap<Integer, Transaction>();
        for (var transaction : history.transactions()) {
            for (var write : transaction.writes())
                byValue.put(write.number(), transaction);
        }
        for (var scan : history.committedScans()) {
            atomicity(history, scan, found);
            strangers(scan, byValue, found);
        }
        reads(history, byValue, found);
        scansDiffer(history, found);
        return found;
    }

    private static void atomicity(History history, FinalScan scan, List<String> found) {
        var times = new TreeMap<Integer, Integer>();
        for (var slot : scan.slots()) {
            for (int value : scan.valuesOf(slot).values())
                times.merge(value, 1, Integer::sum);
        }
        for (var transaction : history.transactions()) {
            int there = 0;
            for (var write : transaction.writes()) {
                int count = times.getOrDefault(write.number(), 0);
                if (count > 1)
                    found.add("duplicate: " + write + " is " + count + " times in "
                        + scan.name());
                if (count > 0) there++;
            }
            boolean isWhole = there == transaction.writes().size();
            if (transaction.isAborted() && there > 0) {
                found.add("atomicity: " + there + " values of an aborted " + transaction
                    + " are in " + scan.name());
            } else if (transaction.isCommitted() && !isWhole) {
                found.add("atomicity: only " + there + " of " + transaction.writes().size()
                    + " values of a committed " + transaction + " are in " + scan.name());
            } else if (!isWhole && there > 0) {
                found.add("atomicity: " + transaction + " is torn: " + there + " of "
                    + transaction.writes().size() + " in " + scan.name());
            }
        }
    }

    private static void strangers(FinalScan scan, Map<Integer, Transaction> byValue,
        List<String> found) {
        for (var slot : scan.slots()) {
            for (var each : scan.valuesOf(slot).entrySet()) {
                if (!byValue.containsKey(each.getValue())) {
                    found.add("phantom: " + slot + " offset " + each.getKey() + " holds value "
                        + each.getValue() + ", which no transaction wrote");
                }
            }
        }
    }

    private static void reads(History history, Map<Integer, Transaction> byValue,
        List<String> found) {
        var before = new TreeMap<String, Seen.ReadCommitted>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.ReadCommitted read)) continue;
            var transaction = byValue.get(read.value());
            if (transaction == null) {
                found.add("phantom: " + read + ", which no transaction wrote");
                continue;
            }
            if (transaction.isAborted()) found.add("atomicity: aborted, and " + read);
            if (read.atNs() < transaction.commitAskedNs())
                found.add("atomicity: undecided, and " + read);
            for (var scan : history.committedScans()) {
                var there = scan.valuesOf(read.slot()).get(read.offset());
                if (there == null || there != read.value())
                    found.add("atomicity: " + read + ", but in " + scan.name() + " there is "
                        + there);
            }
            var last = before.put(read.reader() + " " + read.stretch() + " " + read.slot(), read);
            if (last != null) between(history, last, read, found);
        }
    }

    private static void between(History history, Seen.ReadCommitted last, Seen.ReadCommitted next,
        List<String> found) {
        if (next.offset() <= last.offset()) {
            found.add("going back: " + last + ", then " + next);
            return;
        }
        for (var scan : history.committedScans()) {
            var skipped = scan.valuesOf(next.slot()).subMap(last.offset() + 1, next.offset());
            if (!skipped.isEmpty())
                found.add("skipped: " + skipped + " between " + last + " and " + next);
        }
    }

    private static void scansDiffer(History history, List<String> found) {
        if (history.committedScans().isEmpty()) return;
        var first = history.committedScans().getFirst();
        for (var scan : history.committedScans()) {
            for (Slot slot : scan.slots()) {
                if (!first.valuesOf(slot).equals(scan.valuesOf(slot))) {
                    found.add("atomicity: " + slot + " differs between " + first.name() + " and "
                        + scan.name());
                }
            }
        }
    }
}
