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
public record Fetched(ErrorCode error, long highWatermark, long lastStableOffset,
    long logStartOffset, List<Bytes> records, List<AbortedTransaction> aborted, boolean isCold,
    boolean isSettling, Optional<Diverging> diverging) {

    /// The reader's log and this one parted: the reader goes back to where `epoch` ends here
    /// (KIP-595).
    public record Diverging(int epoch, long endOffset) {}

    static Fetched refused(ErrorCode why, long logStartOffset) {
        return new Fetched(why, -1, -1, logStartOffset, List.of(), List.of(), false,
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
