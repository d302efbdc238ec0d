package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Follows the transactions of a log while it is walked batch by batch: which batches were aborted, and
/// of which transactions nothing but the marker is left. Owned by a pass of cleaning.
final class TransactionTrail {
    private final LogParts parts;
    /// Aborted transactions that begin further on, by first offset.
    private final TreeMap<Long, AbortedTransaction> ahead = new TreeMap<>();
    private final Map<Long, Aborted> abortedByProducer = new HashMap<>();
    private final Set<Long> committedProducers = new HashSet<>();
    private long collectedUpTo = -1;

    /// What has been met of an aborted transaction.
    private static final class Aborted {
        private final AbortedTransaction transaction;
        private boolean hasData;

        private Aborted(AbortedTransaction transaction) {
            this.transaction = transaction;
        }
    }

    /// What a marker means here.
    enum Left {
        /// Batches of its transaction, or nobody knows.
        SOME,
        /// None, but an abort index tells of it: without the marker, readers would not know where that
        /// ends. It goes from the index first.
        IN_INDEX,
        /// Nothing: the marker may go in time.
        NOTHING
    }

    /// @param aborted the transaction whose batches a marker takes back, if some are left
    record Ending(Left left, @Nullable AbortedTransaction aborted) {}

    private static final Ending ALONE = new Ending(Left.NOTHING, null);
    private static final Ending INDEXED = new Ending(Left.IN_INDEX, null);
    private static final Ending NEEDED = new Ending(Left.SOME, null);

    TransactionTrail(LogParts parts) {
        this.parts = parts;
    }

    /// The walk comes to this stretch of the log next.
    void enter(long fromOffset, long upToOffset) throws DiskFault {
        for (var each : parts.abortedBetween(fromOffset, upToOffset)) {
            if (each.firstOffset() >= collectedUpTo) ahead.put(each.firstOffset(), each);
        }
        collectedUpTo = upToOffset;
    }

    /// Whether the next batch, of data, was aborted.
    boolean isAborted(BatchView data) {
        begin(data.lastOffset());
        if (!data.isTransactional()) return false;
        var aborted = abortedByProducer.get(data.producerId());
        if (aborted != null && data.baseOffset() < aborted.transaction.lastOffset()) {
            aborted.hasData = true;
            return true;
        }
        if (aborted != null) abortedByProducer.remove(data.producerId());
        committedProducers.add(data.producerId());
        return false;
    }

    /// What to make of the next batch, of control records.
    Ending ending(BatchView control) {
        begin(control.lastOffset());
        var marker = ControlMarker.in(control);
        if (marker.isEmpty()) return control.recordCount() == 0 ? ALONE : NEEDED;
        boolean hasCommitted = committedProducers.remove(control.producerId());
        return switch (marker.get().type()) {
            case COMMIT -> hasCommitted ? NEEDED : ALONE;
            case ABORT -> {
                var aborted = abortedByProducer.remove(control.producerId());
                if (aborted == null) yield hasCommitted ? NEEDED : ALONE;
                yield aborted.hasData ? new Ending(Left.SOME, aborted.transaction) : INDEXED;
            }
        };
    }

    private void begin(long upToOffset) {
        while (!ahead.isEmpty() && ahead.firstKey() <= upToOffset) {
            var first = ahead.pollFirstEntry().getValue();
            var before = abortedByProducer.get(first.producerId());
            if (before == null || before.transaction.lastOffset() < first.firstOffset()) {
                abortedByProducer.put(first.producerId(), new Aborted(first));
            }
        }
    }
}
