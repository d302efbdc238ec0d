package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Now;
import dev.naru.log.AppendPlan;
import dev.naru.log.PartitionLog;
import dev.naru.log.TransactionMarker;
import dev.naru.log.Unflushed;
import dev.naru.record.BatchView;
import dev.naru.record.Inspection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One partition on one node. As the leader it takes batches, decides what is committed, wakes those who
/// wait.
/// Owned by one loop. Laws: I1, I3, I6, I9, I19.
public final class Partition {
    private final PartitionId id;
    private final PartitionLog log;
    private final PartitionLoop shared;
    private final AckQueue promises = new AckQueue();
    private final Watches watches = new Watches();
    private final ArrayList<Follower> followers = new ArrayList<>(0);
    private final Closings closings = new Closings();
    private PartitionSettings settings;
    private Term term;
    /// Null while another node leads.
    private @Nullable Leader leader;
    private long highWatermark;
    private long lastStableOffset;
    private boolean isStableKnown;
    /// What an earlier life left may have been acknowledged up to here: until the high watermark is
    /// there again, nobody is told that a partition ends earlier.
    private final long leftEndOffset;
    /// What counts toward the high watermark: the flushed end, or the written end.
    private boolean countsFlushed;
    private boolean isFlushTimed;
    private ErrorCode closedBecause = ErrorCode.NONE;

    /// Over an open log, in the role that the term gives this node. Nothing above what is known to be
    /// flushed is committed yet, and nothing at all where others have a say in it: call [#serve].
    public Partition(PartitionId id, PartitionLog log, PartitionLoop shared,
        PartitionSettings settings, Term term) {
        this.id = id;
        this.log = log;
        this.shared = shared;
        this.settings = settings;
        this.term = term;
        this.leader = leaderIn(term);
        this.countsFlushed = settings.isFlushOnAck();
        boolean isAlone = term.leads() && term.replicas().nodeIds().size() == 1;
        this.highWatermark = Math.max(log.logStartOffset(), isAlone ? countedEnd() : 0);
        this.leftEndOffset = log.logEndOffset();
    }

    private @Nullable Leader leaderIn(Term term) {
        return term.leads()
            ? new Leader(term, log.logEndOffset(), shared.clock().now().monotonicNs())
            : null;
    }

    private long countedEnd() {
        return countsFlushed ? log.flushedEnd() : log.logEndOffset();
    }

    /// Why nothing may be written here now; NONE when it may.
    private ErrorCode refusal() {
        if (closedBecause != ErrorCode.NONE) return closedBecause;
        return leader == null ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE;
    }

    /// Flushes what a crash left written but not flushed, so that it becomes committed.
    public void serve() {
        if (closedBecause != ErrorCode.NONE) return;
        shared.cleaner().follow(this);
        if (log.flushedEnd() < log.logEndOffset()) shared.flushRound().join(this);
    }

    /// Checks and appends what a client sent: one batch. On Written, the caller parks with
    /// [#whenCommitted] when it wants all the acknowledgements there are.
    public Appended append(ByteBuffer records, Now now) {
        if (refusal() != ErrorCode.NONE) return Appended.Refused.because(refusal());
        return switch (shared.inspector().inspect(records, settings.rules(), now.wallMs())) {
            case Inspection.Unsound bad ->
                new Appended.Refused(bad.why(), bad.message(), bad.recordIndexes());
            case Inspection.Sound sound -> appendSound(sound.batch(), now);
        };
    }

    /// Ends a producer's transaction here: writes the marker, and tells those who follow. One for a
    /// producer without a transaction is written, too; it changes nothing for readers.
    public Appended appendMarker(TransactionMarker marker, Now now) {
        if (refusal() != ErrorCode.NONE) return Appended.Refused.because(refusal());
        try {
            return switch (log.plan(marker, term.leaderEpoch())) {
                case AppendPlan.Refuse refuse -> Appended.Refused.because(refuse.why());
                case AppendPlan.Duplicate _ -> throw new IllegalStateException("no marker is one");
                case AppendPlan.Accept accept -> {
                    var batch = marker.batch(now.wallMs());
                    var written = write(batch, BatchView.over(batch, 0), accept, now);
                    if (written instanceof Appended.Written) tellMarker(marker);
                    yield written;
                }
            };
        } catch (DiskFault fault) {
            return Appended.Refused.because(failed(fault));
        }
    }

    /// The same, when it is not said which version of transactions the producer speaks.
    public Appended appendMarker(long producerId, short producerEpoch, int coordinatorEpoch,
        boolean isCommitted, Now now) {
        return appendMarker(new TransactionMarker(producerId, producerEpoch, coordinatorEpoch,
            isCommitted, 0), now);
    }

    private void tellMarker(TransactionMarker marker) {
        for (var follower : List.copyOf(followers)) {
            follower.markerAt(marker.producerId(), marker.producerEpoch(), marker.isCommitted());
        }
    }

    /// Whether the producer has, in this epoch, a transaction here whose end is not written.
    public boolean isInTransaction(long producerId, short producerEpoch) {
        if (closedBecause != ErrorCode.NONE) return false;
        try {
            return log.isInTransaction(producerId, producerEpoch);
        } catch (DiskFault fault) {
            failed(fault);
            return false;
        }
    }

    /// A client's batch was refused for now before it came here. Should it be a new producer's first,
    /// what was sent behind it is out of order until it comes again.
    public void refusedBefore(ByteBuffer records) {
        if (closedBecause != ErrorCode.NONE) return;
        if (BatchView.framing(records, records.position(),
            records.limit()) != BatchView.Framing.WHOLE) return;
        try {
            log.refused(BatchView.over(records, records.position()));
        } catch (DiskFault fault) {
            failed(fault);
        }
    }

    /// Appends a batch that this node built itself (a coordinator's facts): inspected by nobody.
    public Appended appendOwn(ByteBuffer batch, Now now) {
        if (refusal() != ErrorCode.NONE) return Appended.Refused.because(refusal());
        return appendSound(batch, now);
    }

    private Appended appendSound(ByteBuffer batch, Now now) {
        var view = BatchView.over(batch, batch.position());
        try {
            return switch (log.plan(view, term.leaderEpoch(), now)) {
                case AppendPlan.Refuse refuse ->
                    new Appended.Refused(refuse.why(), refuse.message(), List.of());
                case AppendPlan.Duplicate duplicate -> new Appended.Written(duplicate.firstOffset(),
                    duplicate.endOffset(), view.isLogAppendTime() ? duplicate.timestampMs() : -1);
                case AppendPlan.Accept accept -> write(batch, view, accept, now);
            };
        } catch (DiskFault fault) {
            return Appended.Refused.because(failed(fault));
        }
    }

    private Appended write(ByteBuffer batch, BatchView view, AppendPlan.Accept accept, Now now) {
        long before = log.logEndOffset();
        long appendTimeMs = view.isLogAppendTime() ? view.maxTimestamp() : -1;
        try {
            log.append(batch, term.leaderEpoch(), accept, now);
        } catch (DiskFault fault) {
            Invariant.check(log.logEndOffset() == before, "I5: a failed append leaves the log end",
                log.logEndOffset(), before);
            if (fault.kind() != DiskFault.Kind.FULL) shared.onDiskFailed().accept(fault);
            return Appended.Refused.because(ErrorCode.KAFKA_STORAGE_ERROR);
        }
        if (countsFlushed || settings.isFlushOnAck()) {
            shared.flushRound().join(this);
        } else {
            flushByCountOrTime();
        }
        moveStable();
        advance();
        return new Appended.Written(accept.baseOffset(), log.logEndOffset(), appendTimeMs);
    }

    /// Page-cache mode: `flush.messages` and `flush.ms` bound what a power cut can take.
    private void flushByCountOrTime() {
        if (log.logEndOffset() - log.flushedEnd() >= settings.flushMessages()) {
            shared.flushRound().join(this);
        } else if (settings.flushMs() < Long.MAX_VALUE && !isFlushTimed) {
            isFlushTimed = true;
            shared.loop().after(settings.flushMs() * Now.NS_PER_MS, () -> {
                isFlushTimed = false;
                serve();
            });
        }
    }

    /// Calls back once everything below `endOffset` is committed (NONE), or will not be here (why).
    /// At once when it already is.
    public void whenCommitted(long endOffset, Consumer<ErrorCode> promise) {
        if (refusal() != ErrorCode.NONE) {
            promise.accept(refusal());
        } else if (endOffset <= highWatermark && promises.isEmpty()) {
            promise.accept(ErrorCode.NONE);
        } else {
            promises.park(endOffset, promise::accept);
            promises.release(highWatermark);
        }
    }

    Unflushed takeUnflushed() {
        return log.takeUnflushed();
    }

    void flushed(Unflushed durable) {
        if (closedBecause != ErrorCode.NONE) return;
        try {
            log.flushed(durable);
        } catch (DiskFault fault) {
            failed(fault);
            return;
        }
        if (settings.isFlushOnAck() && !countsFlushed) {
            // switched to flush mode: counts once the flushed end has reached what was promised
            countsFlushed = log.flushedEnd() >= highWatermark;
        }
        advance();
        if (countsFlushed && log.flushedEnd() < log.logEndOffset()) shared.flushRound().join(this);
        shared.cleaner().flushed(this);
        tellClosed();
    }

    private void advance() {
        long reached = leader == null
            ? highWatermark
            : leader.watermark(highWatermark, countedEnd());
        if (reached <= highWatermark) return;
        highWatermark = reached;
        boolean isMoreStable = checkOffsets();
        promises.release(highWatermark);
        for (var follower : List.copyOf(followers))
            follower.highWatermarkAt(highWatermark);
        watches.fire(isMoreStable);
    }

    /// Where readers of committed data have to stop. Nobody asks for it in most partitions, and it takes
    /// what the log knows of its producers: so it is worked out at first need, then kept up.
    private void moveStable() {
        if (!isStableKnown) return;
        try {
            lastStableOffset = Math.max(log.logStartOffset(),
                Math.min(highWatermark, log.firstUndecidedOffset(highWatermark)));
        } catch (DiskFault fault) {
            failed(fault);
        }
    }

    /// Law I1. True when readers of committed data may have more to read.
    private boolean checkOffsets() {
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
        if (countsFlushed) {
            Invariant.check(highWatermark <= log.flushedEnd(), "I19: high watermark <= flushed end",
                highWatermark, log.flushedEnd());
        }
        return lastStableOffset > stableBefore;
    }

    /// Arms a watch: it fires when the high watermark rises, or the partition goes away. One that
    /// waits for what is `stable` fires only when the last stable offset rises.
    public void arm(Watch watch, boolean stable) {
        watches.arm(watch, stable);
    }

    /// Hears what becomes of the partition, until it closes.
    public interface Follower {
        void highWatermarkAt(long offset);

        /// An end-transaction marker was written.
        default void markerAt(long producerId, short producerEpoch, boolean isCommitted) {}

        void closed(ErrorCode why);
    }

    public void follow(Follower follower) {
        followers.add(follower);
    }

    /// Takes new settings of the topic. A topic that turns to flush mode is flushed first (I19
    /// holds from then).
    public void settings(PartitionSettings changed) {
        settings = changed;
        log.settings(changed.log());
        shared.cleaner().follow(this);
        if (!changed.isFlushOnAck()) {
            countsFlushed = false;
            advance();
        } else if (!countsFlushed) {
            shared.flushRound().join(this);
        }
    }

    /// The cluster has agreed on something else about who leads, or on other replicas.
    public void term(Term next) {
        Invariant.check(next.leaderEpoch() >= term.leaderEpoch(), "I4: leader epochs only grow",
            next.leaderEpoch(), term.leaderEpoch());
        var before = leader;
        boolean isSameTerm = next.leads() && next.leaderEpoch() == term.leaderEpoch();
        term = next;
        if (before != null && isSameTerm) {
            before.agreed(next.replicas(), shared.clock().now().monotonicNs());
        } else {
            leader = leaderIn(next);
        }
        if (before != null && !next.leads()) resign();
        advance();
    }

    /// Another node leads: whoever waits here for what only a leader can promise waits in vain.
    private void resign() {
        promises.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        var last = List.copyOf(followers);
        followers.clear();
        for (var follower : last)
            follower.closed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        watches.fire(true);
    }

    /// Whether enough replicas are in sync for a record to be acknowledged by all of them
    /// (`min.insync.replicas`).
    public boolean hasEnoughInSync() {
        return term.replicas().areEnough();
    }

    /// Raises the log start offset, as DeleteRecords asks; `-1` means the high watermark.
    public ErrorCode deleteRecordsBefore(long offset) {
        if (closedBecause != ErrorCode.NONE) return closedBecause;
        long target = offset == -1 ? highWatermark : offset;
        if (target < 0 || target > highWatermark) return ErrorCode.OFFSET_OUT_OF_RANGE;
        try {
            if (target > log.logStartOffset()) log.deleteRecordsBefore(target);
        } catch (DiskFault fault) {
            return failed(fault);
        }
        if (checkOffsets()) watches.fire(true);
        return ErrorCode.NONE;
    }

    /// Deletes what the topic's retention no longer keeps.
    public void tidy(Now now) {
        if (closedBecause != ErrorCode.NONE) return;
        try {
            log.enforceRetention(highWatermark, now);
            if (checkOffsets()) watches.fire(true);
        } catch (DiskFault fault) {
            failed(fault);
        }
    }

    /// Closes the active segment when its records have waited too long to be cleaned.
    void rollIfOverdue() {
        if (closedBecause != ErrorCode.NONE) return;
        try {
            if (log.rollIfOverdue(shared.clock().now())) checkpoint();
        } catch (DiskFault fault) {
            failed(fault);
        }
    }

    /// Closes the active segment; calls back when all that was written is durable, so that it can be
    /// recorded and cleaned.
    public void closeActive(Consumer<ErrorCode> done) {
        if (closedBecause != ErrorCode.NONE) {
            done.accept(closedBecause);
            return;
        }
        try {
            log.roll(shared.clock().now());
        } catch (DiskFault fault) {
            done.accept(failed(fault));
            return;
        }
        closings.add(log.logEndOffset(), done);
        tellClosed();
    }

    private void tellClosed() {
        if (closings.isEmpty()) return;
        closings.reached(log.recoveryPoint());
        if (!closings.isEmpty()) checkpoint();
    }

    /// Writes down what the next start needs to scan less, and lets it be flushed.
    public void checkpoint() {
        if (closedBecause != ErrorCode.NONE) return;
        try {
            log.checkpoint();
        } catch (DiskFault fault) {
            failed(fault);
            return;
        }
        if (log.flushedEnd() < log.logEndOffset() || log.isCheckpointWaiting()) {
            shared.flushRound().join(this);
        }
    }

    /// The recovery point and the log start are in the directory's checkpoint files, durably.
    public void recorded(long recoveryPoint, long logStartOffset) {
        if (closedBecause != ErrorCode.NONE) return;
        try {
            log.recoveryPointRecorded(recoveryPoint);
            log.logStartRecorded(logStartOffset);
        } catch (DiskFault fault) {
            failed(fault);
        }
    }

    ErrorCode failed(DiskFault fault) {
        if (fault.kind() == DiskFault.Kind.FAILED) shared.onDiskFailed().accept(fault);
        return ErrorCode.KAFKA_STORAGE_ERROR;
    }

    /// Stops serving: fails what waits with `why` and wakes readers. The log is left to the caller.
    public void close(ErrorCode why) {
        closedBecause = why;
        shared.cleaner().forget(this);
        promises.failAll(why);
        closings.failAll(why);
        var last = List.copyOf(followers);
        followers.clear();
        for (var follower : last)
            follower.closed(why);
        watches.fire(true);
    }

    public PartitionId id() {
        return id;
    }

    /// The log, for reads that no law of the partition guards. On the loop.
    public PartitionLog log() {
        return log;
    }

    public PartitionLoop shared() {
        return shared;
    }

    public int leaderEpoch() {
        return term.leaderEpoch();
    }

    public long highWatermark() {
        return highWatermark;
    }

    /// The high watermark, or the first offset of a transaction whose end is not below the high
    /// watermark (I1).
    public long lastStableOffset() {
        if (isStableKnown) return lastStableOffset;
        isStableKnown = true;
        lastStableOffset = log.logStartOffset();
        moveStable();
        return lastStableOffset;
    }

    /// Whether what an earlier life left is still on its way to the disk, so that the real high
    /// watermark is not known yet.
    public boolean isSettling() {
        return highWatermark < leftEndOffset;
    }

    public ErrorCode closedBecause() {
        return closedBecause;
    }

    public PartitionSettings settings() {
        return settings;
    }
}
