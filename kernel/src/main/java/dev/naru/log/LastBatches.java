package dev.naru.log;

import dev.naru.record.BatchView;
import java.util.HashMap;
import java.util.Map;

/// Which batches tell how far the producers of a log have come: cleaning leaves their headers, even if
/// nothing else is left of them. Immutable once made.
final class LastBatches {
    /// @param dataOffset last offset of its last batch with sequences, -1 when there is none
    /// @param latestOffset last offset of its last batch of any kind, -1 when that is not known
    private record Last(long dataOffset, long latestOffset, short producerEpoch) {}

    private final Map<Long, Last> byProducer = new HashMap<>();

    static LastBatches of(ProducerTable producers) {
        var last = new LastBatches();
        for (var entry : producers.entries()) {
            int count = entry.batchCount();
            long dataOffset = count == 0 ? -1 : entry.lastOffset(count - 1);
            last.byProducer.put(entry.producerId(),
                new Last(dataOffset, entry.latestOffset(), entry.producerEpoch()));
        }
        return last;
    }

    /// Whether it is the last one with sequences; or, of a producer that has none, the marker that tells
    /// its epoch.
    boolean has(BatchView batch) {
        var last = batch.hasProducer() ? byProducer.get(batch.producerId()) : null;
        if (last == null) return false;
        if (last.dataOffset >= 0) return batch.lastOffset() == last.dataOffset;
        if (last.latestOffset >= 0) return batch.lastOffset() == last.latestOffset;
        return batch.isControl() && batch.producerEpoch() == last.producerEpoch;
    }
}
