package dev.naru.client;

import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.wire.message.FetchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells which batches of one fetched partition belong to aborted transactions. Asked batch by batch, in
/// their order; the answer of a node to one who reads all has no list, and then nothing is aborted.
final class AbortedBatches {
    private final ArrayDeque<FetchResponse.AbortedTransaction> ahead;
    private final Set<Long> producerIds = new HashSet<>();

    AbortedBatches(@Nullable List<FetchResponse.AbortedTransaction> transactions) {
        var sorted = new ArrayList<FetchResponse.AbortedTransaction>(
            transactions == null ? List.of() : transactions);
        sorted.sort(Comparator.comparingLong(FetchResponse.AbortedTransaction::firstOffset));
        ahead = new ArrayDeque<>(sorted);
    }

    /// Whether the next batch is data that was aborted.
    boolean holds(BatchView batch) {
        while (!ahead.isEmpty() && ahead.peekFirst().firstOffset() <= batch.lastOffset()) {
            producerIds.add(ahead.removeFirst().producerId());
        }
        if (!batch.isTransactional() || !producerIds.contains(batch.producerId())) return false;
        var marker = ControlMarker.in(batch);
        if (marker.isEmpty()) return !batch.isControl();
        if (marker.get().type() == ControlMarker.Type.ABORT) producerIds.remove(batch.producerId());
        return false;
    }
}
