package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Order: of one producer's writes in a partition, and of what one reader gets.
final class OrderChecks {
    private OrderChecks() {}

    private record Lane(int process, Slot slot) implements Comparable<Lane> {
        @Override public int compareTo(Lane other) {
            int byProcess = Integer.compare(process, other.process);
            return byProcess != 0 ? byProcess : slot.compareTo(other.slot);
        }
    }

    static List<String> find(History history, AgreedLog log) {
        var found = new ArrayList<String>();
        Map<Lane, List<Write>> lanes = new TreeMap<>();
        for (var write : history.writes()) {
            lanes.computeIfAbsent(new Lane(write.writer(), write.slot()), _ -> new ArrayList<>())
                .add(write);
        }
        for (var lane : lanes.values()) {
            ackedBeforeSent(history, lane, found);
            if (lane.getFirst().promise().isIdempotent()) sentInOrder(log, lane, found);
        }
        Map<Lane, Seen.Read> last = new TreeMap<>();
        for (var each : history.seen()) {
            if (each instanceof Seen.Read read) rises(log, last, read, found);
        }
        return found;
    }

    /// What was acknowledged before another one was sent lies before it.
    private static void ackedBeforeSent(History history, List<Write> lane, List<String> found) {
        var byEnd = new ArrayList<Write>();
        for (var write : lane) {
            if (history.mustLast(write) && write.offset() >= 0) byEnd.add(write);
        }
        var byStart = List.copyOf(byEnd);
        byEnd.sort(Comparator.comparingLong(Write::endNs));
        int ended = 0;
        Write highest = null;
        for (var write : byStart) {
            while (ended < byEnd.size() && byEnd.get(ended).endNs() < write.startNs()) {
                var next = byEnd.get(ended++);
                if (highest == null || next.offset() > highest.offset()) highest = next;
            }
            if (highest != null && highest.offset() >= write.offset()) {
                found.add("reordered: " + write + " lies before " + highest);
            }
        }
    }

    /// One idempotent producer: everything lies in the order in which it was sent.
    private static void sentInOrder(AgreedLog log, List<Write> lane, List<String> found) {
        Write before = null;
        long beforeOffset = -1;
        for (var write : lane) {
            var offsets = log.offsetsOf(write.number());
            long offset = offsets.isEmpty() ? write.offset() : offsets.first();
            if (offset < 0) continue;
            if (before != null && offset <= beforeOffset) {
                found.add("reordered: " + write + " (at " + offset + ") lies before " + before
                    + " (at " + beforeOffset + ")");
            }
            before = write;
            beforeOffset = offset;
        }
    }

    private static void rises(AgreedLog log, Map<Lane, Seen.Read> last, Seen.Read read,
        List<String> found) {
        var lane = new Lane(read.reader(), read.slot());
        var before = last.put(lane, read);
        if (before == null || before.stretch() != read.stretch()) return;
        if (read.offset() <= before.offset()) {
            found.add("went back: " + read + " after offset " + before.offset());
            return;
        }
        var between = log.valuesOf(read.slot())
            .subMap(before.offset(), false, read.offset(), false);
        if (!between.isEmpty()) {
            found.add("skipped: " + read + " after offset " + before.offset() + ", leaving out "
                + between.firstKey());
        }
    }
}
