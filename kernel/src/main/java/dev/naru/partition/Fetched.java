package dev.naru.partition;

import dev.naru.base.Bytes;
import dev.naru.base.ErrorCode;
import dev.naru.log.AbortedTransaction;
import java.util.List;
import java.util.Optional;

/// What a read of one partition found. `records` hold leases: they are sent or discarded. `isCold`
/// says that the bytes may have to come from the device, so that they are warmed before a loop
/// sends them. `isSettling` says that there may be more, once what an earlier life left is flushed.
///
/// @param aborted the aborted transactions that `records` may hold batches of; empty unless only
/// committed data was asked for
public record Fetched(ErrorCode error, Ends ends, List<Bytes> records,
    List<AbortedTransaction> aborted, boolean isCold, boolean isSettling,
    Optional<Diverging> diverging) {

    /// Where the partition begins and ends, for each kind of reader; -1 where it is not told.
    public record Ends(long logStartOffset, long lastStableOffset, long highWatermark,
        long logEndOffset) {
        /// How far one reads who reads `upTo` there.
        public long of(Watch.For upTo) {
            return switch (upTo) {
                case COMMITTED -> highWatermark;
                case STABLE -> lastStableOffset;
                case WRITTEN -> logEndOffset;
            };
        }
    }

    /// The reader's log and this one parted: the reader goes back to where `epoch` ends here
    /// (KIP-595).
    public record Diverging(int epoch, long endOffset) {}

    static Fetched refused(ErrorCode why, long logStartOffset) {
        return new Fetched(why, new Ends(logStartOffset, -1, -1, -1), List.of(), List.of(), false,
            false, Optional.empty());
    }

    /// Bytes of records, not counting frames around them.
    public int sizeBytes() {
        int size = 0;
        for (var bytes : records)
            size += bytes.sizeBytes();
        return size;
    }
}
