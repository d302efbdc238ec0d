package dev.naru.log;

import java.util.TreeMap;

/// Which stretches of a log readers of committed data must not enter yet. Owned by its producer table.
/// Law I1: a transaction stays undecided until the high watermark has passed its marker.
final class OpenTransactions {
    static final long NONE = Long.MAX_VALUE;

    /// First offset to producer id.
    private final TreeMap<Long, Long> open = new TreeMap<>();
    /// First offset to the offset of the marker.
    private final TreeMap<Long, Long> decided = new TreeMap<>();

    void begin(long firstOffset, long producerId) {
        open.put(firstOffset, producerId);
    }

    int openCount() {
        return open.size();
    }

    void end(long firstOffset, long markerOffset) {
        open.remove(firstOffset);
        decided.put(firstOffset, markerOffset);
    }

    /// Up to where everything would be decided with a marker at `markerOffset`.
    long stableAfter(long producerId, long markerOffset) {
        for (var entry : open.entrySet()) {
            if (entry.getValue() != producerId) return entry.getKey();
        }
        return markerOffset + 1;
    }

    /// The first offset of a transaction whose end is not committed; [#NONE] when there is none.
    long firstUndecided(long highWatermark) {
        if (!decided.isEmpty()) decided.values().removeIf(marker -> marker < highWatermark);
        long first = open.isEmpty() ? NONE : open.firstKey();
        return decided.isEmpty() ? first : Math.min(first, decided.firstKey());
    }

    /// Of the transactions that `other` knows as decided, those whose markers are still in a log that
    /// was cut at `endOffset`.
    void keepDecided(OpenTransactions other, long endOffset) {
        for (var entry : other.decided.entrySet()) {
            if (entry.getValue() < endOffset) decided.put(entry.getKey(), entry.getValue());
        }
    }
}
