package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Now;
import dev.naru.log.PartitionLog;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A replica under a leader elsewhere: takes what the leader has, cuts off what the leader has not
/// (KIP-101, KIP-320), and follows its high watermark as far as it counts what it has itself. Lasts
/// for one leader epoch. Owned by the partition's loop. Laws: I1, I2, I5, I19.
public final class Following {
    private final Partition partition;
    private final int leaderId;
    private final int leaderEpoch;
    private long leaderHighWatermark;
    private long leaderStart;
    /// The leader has answered, with what comes next, to who told that it has everything below.
    private long takenEnd;
    private List<Runnable> whenCounted = List.of();
    private boolean isOver;

    Following(Partition partition, Term term) {
        this.partition = partition;
        this.leaderId = term.leaderId();
        this.leaderEpoch = term.leaderEpoch();
    }

    /// Where the replica stands: it has everything below `logEndOffset`, the last of it from
    /// `lastEpoch` (-1 for an empty log), and nothing below `logStartOffset`, not after a crash either.
    public record Place(int leaderEpoch, long logEndOffset, int lastEpoch, long logStartOffset) {}

    /// The node that leads; -1 when nobody does.
    public int leaderId() {
        return leaderId;
    }

    /// Whether the cluster has agreed on another leader epoch since, or the partition is closed:
    /// nothing that was asked for this one is of use any more.
    public boolean isOver() {
        return isOver;
    }

    public Place place() {
        var log = partition.log();
        return new Place(leaderEpoch, log.logEndOffset(), log.lastEpoch().orElse(-1),
            Math.min(log.logStartOffset(), log.recordedStart()));
    }

    /// Takes what the leader sent: whole batches from the log end on, and its high watermark and
    /// log start. Bytes that are no sound batch are refused, and nothing behind them is taken:
    /// CORRUPT_MESSAGE. So is a batch that begins before the log end, which another log holds:
    /// OFFSET_OUT_OF_RANGE. What there is no room for is refused, and what comes before it taken all the
    /// same: KAFKA_STORAGE_ERROR.
    public ErrorCode take(List<ByteBuffer> records, long highWatermark, long logStartOffset,
        Now now) {
        if (isOver) return ErrorCode.FENCED_LEADER_EPOCH;
        long toldEnd = partition.log().logEndOffset();
        try {
            var outcome = ErrorCode.NONE;
            for (var each : records) {
                outcome = append(each, now);
                if (outcome != ErrorCode.NONE) break;
            }
            if (outcome != ErrorCode.OFFSET_OUT_OF_RANGE) takenEnd = Math.max(takenEnd, toldEnd);
            leaderHighWatermark = Math.max(leaderHighWatermark, highWatermark);
            partition.grown();
            leaderStart = Math.max(leaderStart, logStartOffset);
            raiseStart();
            return outcome;
        } catch (DiskFault fault) {
            return partition.failed(fault);
        }
    }

    /// Whether the leader has answered to what this replica told of itself: that is not taken back.
    public boolean hasTaken() {
        return takenEnd > 0;
    }

    private ErrorCode append(ByteBuffer records, Now now) throws DiskFault {
        var log = partition.log();
        int position = records.position();
        while (position < records.limit()) {
            var framing = BatchView.framing(records, position, records.limit());
            if (framing == BatchView.Framing.CUT) return ErrorCode.NONE;
            if (framing == BatchView.Framing.BROKEN) return ErrorCode.CORRUPT_MESSAGE;
            var view = BatchView.over(records, position);
            int end = view.endPosition();
            // an answer begins with the batch that holds the offset asked for
            if (view.lastOffset() >= log.logEndOffset()) {
                if (view.baseOffset() < log.logEndOffset()) return ErrorCode.OFFSET_OUT_OF_RANGE;
                if (!isNext(log, view)) return ErrorCode.CORRUPT_MESSAGE;
                if (!isAppended(records.slice(position, end - position), now))
                    return ErrorCode.KAFKA_STORAGE_ERROR;
            }
            position = end;
        }
        return ErrorCode.NONE;
    }

    /// False when the disk is full.
    private boolean isAppended(ByteBuffer batch, Now now) throws DiskFault {
        try {
            partition.log().appendReplica(batch, now);
            return true;
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            return false;
        }
    }

    private boolean isNext(PartitionLog log, BatchView view) {
        return view.leaderEpoch() >= log.lastEpoch().orElse(-1)
            && view.leaderEpoch() <= leaderEpoch && view.crcMatches();
    }

    /// Records that the leader has deleted go here, too, as far as they are committed here.
    private void raiseStart() {
        long start = Math.min(leaderStart, partition.highWatermark());
        if (start > partition.log().logStartOffset())
            partition.upkeep().deleteRecordsBefore(start);
    }

    /// How far the high watermark of this replica may be.
    long watermark(long countedEnd) {
        return Math.min(leaderHighWatermark, countedEnd);
    }

    /// The offset to cut at, when the leader says where the last epoch that both know ends there.
    public long cutFor(Fetched.Diverging leader) {
        var log = partition.log();
        try {
            var own = log.endOf(leader.epoch());
            long mine = own.endOffset() < 0 ? log.logEndOffset() : own.endOffset();
            return Math.max(log.logStartOffset(),
                Math.min(log.logEndOffset(), Math.min(leader.endOffset(), mine)));
        } catch (DiskFault fault) {
            partition.failed(fault);
            return log.logEndOffset();
        }
    }

    /// Whether the replica has no record and begins above `leaderStart`, where its leader begins. If
    /// it cannot go on from there, one that was not in sync and had less than was deleted here has been
    /// elected: it has to begin anew to have all that the leader has.
    public boolean isEmptyAbove(long leaderStart) {
        var log = partition.log();
        return leaderStart >= 0 && leaderStart < log.logStartOffset()
            && log.logStartOffset() == log.logEndOffset();
    }

    /// The first step of a cut at `offset`. True when a lower recovery point has to be recorded
    /// before the second ([#cut]).
    public boolean prepareCut(long offset) {
        var log = partition.log();
        try {
            log.lowerRecoveryPoint(offset);
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
        return log.recordedAtMost() > offset;
    }

    /// Cuts the log at `offset`. False when the replica has another leader by now, or the disk failed.
    public boolean cut(long offset) {
        if (isOver) return false;
        checkTaken(offset);
        try {
            partition.log().truncateTo(offset);
            partition.cut();
            return true;
        } catch (DiskFault fault) {
            partition.failed(fault);
            return false;
        }
    }

    /// Empties the log, so that it begins at `offset` where the leader begins, and knows what the
    /// leader does of `producers` from below. False when the replica has another leader by now, the
    /// bytes are not sound, or the disk failed or is full: nothing has happened then.
    public boolean beginAnew(long offset, ByteBuffer producers) {
        if (isOver) return false;
        checkTaken(offset);
        try {
            if (!partition.log().restartAt(offset, producers)) return false;
            partition.cut();
            return true;
        } catch (DiskFault fault) {
            partition.failed(fault);
            return false;
        }
    }

    /// The leader may have counted it toward the high watermark, and may have it in sync for it.
    private void checkTaken(long offset) {
        Invariant.check(offset >= takenEnd, "I3: what the leader was told of stays in its epoch",
            offset, takenEnd);
    }

    /// Runs `task` once all that was taken counts: in flush mode, when it is flushed. The leader
    /// may be told of it then. It also runs when the epoch ends before ([#isOver]).
    public void whenCounted(Runnable task) {
        if (isOver || partition.countsAll()) {
            task.run();
            return;
        }
        if (whenCounted.isEmpty()) whenCounted = new ArrayList<>(1);
        whenCounted.add(task);
    }

    void counted() {
        if (!isOver) raiseStart();
        if (!whenCounted.isEmpty() && (isOver || partition.countsAll())) runWaiting();
    }

    private void runWaiting() {
        var ready = whenCounted;
        whenCounted = List.of();
        for (var each : ready)
            each.run();
    }

    void over() {
        isOver = true;
        runWaiting();
    }
}
