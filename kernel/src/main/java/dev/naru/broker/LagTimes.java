package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.Uuid;
import dev.naru.log.Read;
import dev.naru.partition.Partition;
import dev.naru.record.BatchLayout;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// When the batches were written at which groups stand, by the time of their first record. What was looked
/// up once is kept for as long as somebody stands there, since nothing below the high watermark changes;
/// each look at a log costs a read of a batch's header, so there are only so many in one round, and the
/// rest come in the next. Owned by the partitions' loop.
final class LagTimes {
    private record Place(Uuid topicId, int partition, long offset) {}

    private final int readsMax;
    private Map<Place, Long> known = new HashMap<>();
    private Map<Place, Long> next = new HashMap<>();
    private int reads;

    LagTimes(int readsMax) {
        this.readsMax = readsMax;
    }

    /// A round begins: what was not asked for in the last one is forgotten.
    void begin() {
        known = next;
        next = new HashMap<>();
        reads = 0;
    }

    /// The time, in milliseconds, of the batch with `offset`, or of the first one after it; empty when
    /// there is none, its time is not known, or this round has read enough.
    OptionalLong at(Partition partition, long offset) {
        var place = new Place(partition.id().topicId(), partition.id().index(), offset);
        var kept = known.get(place);
        if (kept == null) {
            if (reads >= readsMax) return OptionalLong.empty();
            reads++;
            kept = read(partition, offset);
        }
        next.put(place, kept);
        return kept < 0 ? OptionalLong.empty() : OptionalLong.of(kept);
    }

    private static long read(Partition partition, long offset) {
        var log = partition.log();
        try {
            var found = log.read(Math.max(offset, log.logStartOffset()), BatchLayout.RECORDS,
                partition.highWatermark(), true);
            return found instanceof Read.Found batch ? timeOf(batch) : -1;
        } catch (DiskFault unreadable) {
            return -1;
        }
    }

    private static long timeOf(Read.Found batch) throws DiskFault {
        var slice = batch.bytes();
        try {
            var header = ByteBuffer.allocate(BatchLayout.RECORDS);
            slice.file().read(slice.filePosition(), header);
            if (header.hasRemaining()) return -1;
            var view = BatchView.over(header, 0);
            return view.isLogAppendTime() ? view.maxTimestamp() : view.baseTimestamp();
        } finally {
            slice.discard();
        }
    }
}
