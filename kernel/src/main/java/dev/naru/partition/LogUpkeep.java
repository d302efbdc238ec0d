package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.function.Consumer;

/// What keeps the log of a partition in order: records that go, segments that close, what the next
/// start has to know. Owned by the partition's loop.
public final class LogUpkeep {
    private final Partition partition;
    private final Closings closings = new Closings();

    LogUpkeep(Partition partition) {
        this.partition = partition;
    }

    /// Raises the log start offset, as DeleteRecords asks; `-1` means the high watermark.
    public ErrorCode deleteRecordsBefore(long offset) {
        if (isClosed()) return partition.closedBecause();
        long target = offset == -1 ? partition.highWatermark() : offset;
        if (target < 0 || target > partition.highWatermark()) return ErrorCode.OFFSET_OUT_OF_RANGE;
        try {
            if (target > partition.log().logStartOffset())
                partition.log().deleteRecordsBefore(target);
        } catch (DiskFault fault) {
            return partition.failed(fault);
        }
        partition.startMoved(partition.checkOffsets());
        return ErrorCode.NONE;
    }

    /// Deletes what the topic's retention no longer keeps.
    public void tidy(Now now) {
        if (isClosed()) return;
        try {
            partition.log().enforceRetention(partition.highWatermark(), now);
            partition.startMoved(partition.checkOffsets());
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
    }

    /// Closes the active segment when its records have waited too long to be cleaned.
    void rollIfOverdue() {
        if (isClosed()) return;
        try {
            if (partition.log().rollIfOverdue(partition.shared().clock().now())) checkpoint();
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
    }

    /// Closes the active segment; calls back when all that was written is durable, so that it can
    /// be recorded and cleaned.
    public void closeActive(Consumer<ErrorCode> done) {
        if (isClosed()) {
            done.accept(partition.closedBecause());
            return;
        }
        try {
            partition.log().roll(partition.shared().clock().now());
        } catch (DiskFault fault) {
            done.accept(partition.failed(fault));
            return;
        }
        closings.add(partition.log().logEndOffset(), done);
        tellClosed();
    }

    /// A flush of the log has ended.
    void flushed() {
        tellClosed();
    }

    void close(ErrorCode why) {
        closings.failAll(why);
    }

    private boolean isClosed() {
        return partition.closedBecause() != ErrorCode.NONE;
    }

    private void tellClosed() {
        if (closings.isEmpty()) return;
        closings.reached(partition.log().recoveryPoint());
        if (!closings.isEmpty()) checkpoint();
    }

    /// Writes down what the next start needs to scan less, and lets it be flushed.
    public void checkpoint() {
        if (isClosed()) return;
        try {
            partition.log().checkpoint();
        } catch (DiskFault fault) {
            partition.failed(fault);
            return;
        }
        partition.flushWhatWaits();
    }

    /// Whether the checkpoint files say more than there is, which was true of another log of this name:
    /// nothing is appended before they do not, for after a crash it would be believed.
    public boolean isNameInUse() {
        return partition.log().recordedAtMost() > partition.log().logEndOffset();
    }

    /// The log start is in the directory's checkpoint file, durably.
    public void startRecorded(long logStartOffset) {
        if (isClosed()) return;
        try {
            partition.log().logStartRecorded(logStartOffset);
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
    }

    /// The same of the recovery point.
    public void pointRecorded(long recoveryPoint) {
        if (isClosed()) return;
        try {
            partition.log().recoveryPointRecorded(recoveryPoint);
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
    }
}
