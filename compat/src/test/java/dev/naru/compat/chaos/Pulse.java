package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/// How long partitions took no writes: the longest time between two acknowledgements while the load ran.
/// Written by many threads.
final class Pulse {
    private final Map<Slot, Long> lastAckNs = new TreeMap<>();
    private final Map<Slot, Long> acks = new TreeMap<>();
    private long gapNsMax;
    private String where = "";
    private boolean isMeasuring;

    synchronized void begin() {
        gapNsMax = 0;
        where = "";
        acks.clear();
        long nowNs = System.nanoTime();
        lastAckNs.replaceAll((slot, before) -> nowNs);
        isMeasuring = true;
    }

    synchronized void acked(Slot slot) {
        long nowNs = System.nanoTime();
        var before = lastAckNs.put(slot, nowNs);
        acks.merge(slot, 1L, Long::sum);
        if (before != null && isMeasuring) gap(slot, before, nowNs);
    }

    private void gap(Slot slot, long fromNs, long toNs) {
        if (toNs - fromNs <= gapNsMax) return;
        gapNsMax = toNs - fromNs;
        where = slot + " until " + LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS);
    }

    /// Which partition it was, and until when.
    synchronized String where() {
        return where;
    }

    /// Ends the measuring, with the longest time in milliseconds.
    synchronized long end() {
        long nowNs = System.nanoTime();
        lastAckNs.forEach((slot, lastNs) -> gap(slot, lastNs, nowNs));
        isMeasuring = false;
        return gapNsMax / 1_000_000;
    }

    /// Acknowledgements by partition since the measuring began.
    synchronized Map<Slot, Long> acks() {
        return new TreeMap<>(acks);
    }
}
