package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.Invariant;
import dev.naru.log.PartitionLog;

/// How far readers of one partition may read: to the high watermark, or, for readers of committed
/// data, to the last stable offset. Owned by its partition. Laws: I1, I19.
final class Watermarks {
    private final PartitionLog log;
    private long highWatermark;
    private long lastStableOffset;
    private boolean isStableKnown;

    Watermarks(PartitionLog log, long highWatermark) {
        this.log = log;
        this.highWatermark = highWatermark;
    }

    long high() {
        return highWatermark;
    }

    /// The high watermark, or the first offset of a transaction whose end is not below it. Nobody
    /// asks for it in most partitions, and it takes what the log knows of its producers: so it is
    /// worked out at first need, then kept up.
    long stable() throws DiskFault {
        if (!isStableKnown) {
            isStableKnown = true;
            lastStableOffset = log.logStartOffset();
            moveStable();
        }
        return lastStableOffset;
    }

    /// The log has grown: a transaction may have begun in it.
    void moveStable() throws DiskFault {
        if (!isStableKnown) return;
        lastStableOffset = Math.max(log.logStartOffset(),
            Math.min(highWatermark, log.firstUndecidedOffset(highWatermark)));
    }

    /// The high watermark is at `reached` now; [#check] follows.
    void raise(long reached) {
        highWatermark = Math.max(highWatermark, reached);
    }

    /// The log was cut under a newer leader epoch: nothing is committed here above its end.
    void cutAt(long logEndOffset) {
        highWatermark = Math.min(highWatermark, logEndOffset);
        lastStableOffset = Math.min(lastStableOffset, logEndOffset);
    }

    /// Law I1. True when readers of committed data may have more to read.
    boolean check() throws DiskFault {
        long stableBefore = lastStableOffset;
        moveStable();
        if (isStableKnown) {
            Invariant.check(log.logStartOffset() <= lastStableOffset,
                "I1: log start <= last stable offset", log.logStartOffset(), lastStableOffset);
            Invariant.check(lastStableOffset <= highWatermark,
                "I1: last stable offset <= high watermark", lastStableOffset, highWatermark);
        }
        Invariant.check(log.logStartOffset() <= highWatermark, "I1: log start <= high watermark",
            log.logStartOffset(), highWatermark);
        Invariant.check(highWatermark <= log.logEndOffset(), "I1: high watermark <= log end",
            highWatermark, log.logEndOffset());
        return lastStableOffset > stableBefore;
    }

    /// Law I19, where only what is flushed counts.
    void checkFlushed() {
        Invariant.check(highWatermark <= log.flushedEnd(), "I19: high watermark <= flushed end",
            highWatermark, log.flushedEnd());
    }
}
