package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Now;
import dev.naru.log.AppendPlan;
import dev.naru.log.EpochEnd;
import dev.naru.log.PartitionLog;
import dev.naru.log.TransactionMarker;
import dev.naru.log.Unflushed;
import dev.naru.record.BatchView;
import dev.naru.record.Inspection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// One partition on one node: as the leader it takes batches, decides what is committed and wakes those
/// who wait; else it follows ([Following]). Owned by one loop. Laws: I1, I3, I6, I9, I19.
public final class Partition {
    private final PartitionId id;
    private final PartitionLog log;
    private final PartitionLoop shared;
    private final AckQueue promises;
    private final Watches watches = new Watches();
    private final ArrayList<Follower> followers = new ArrayList<>(0);
    private final LogUpkeep upkeep = new LogUpkeep(this);
    private final Isr isr = new Isr(this);
    private PartitionSettings settings;
    private Term term;
    /// Null while another node leads.
    private @Nullable Leader leader;
    /// Null while this node leads.
    private @Nullable Following following;
    private final Watermarks marks;
    /// What an earlier life or leader left may have been acknowledged up to here: until the high
    /// watermark is there again, nobody is told that a partition ends earlier.
    private long leftEndOffset;
    /// What counts toward the high watermark: the flushed end, or the written end.
    private boolean countsFlushed;
    private final LazyFlush lazyFlush = new LazyFlush(this);
    private ErrorCode closedBecause = ErrorCode.NONE;

    /// Over an open log, in the role that the term gives this node. Nothing above what is known to
    /// be flushed is committed yet, and nothing at all where others have a say in it: call
    /// [#serve].
    public Partition(PartitionId id, PartitionLog log, PartitionLoop shared,
        PartitionSettings settings, Term term) {
        this.id = id;
        this.log = log;
        this.shared = shared;
        this.settings = settings;
        this.term = term;
        this.leader = leaderIn(term);
        this.following = term.leads() ? null : new Following(this, term);
        this.countsFlushed = settings.isFlushOnAck();
        boolean isAlone = term.leads() && term.replicas().nodeIds().size() == 1;
        this.marks = new Watermarks(log,
            Math.max(log.logStartOffset(), isAlone ? countedEnd() : 0));
        this.leftEndOffset = log.logEndOffset();
        this.promises = new AckQueue(shared.deadlines(), () -> hasEnoughInSync()
            ? ErrorCode.REQUEST_TIMED_OUT
            : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND);
    }

    private @Nullable Leader leaderIn(Term term) {
        return term.leads()
            ? new Leader(term, log.logStartOffset(), log.logEndOffset(),
                monotonicNs())
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
        if (hasUnflushed()) shared.flushRound().join(this);
    }

    private boolean hasUnflushed() {
        return log.flushedEnd() < log.logEndOffset() || log.isRestartUnflushed();
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
        if (upkeep.isNameInUse()) return Appended.Refused.because(ErrorCode.KAFKA_STORAGE_ERROR);
        long before = log.logEndOffset();
        if (leader != null) leader.appending(before, now.monotonicNs());
        long appendTimeMs = view.isLogAppendTime() ? view.maxTimestamp() : -1;
        try {
            log.append(batch, term.leaderEpoch(), accept, now);
        } catch (DiskFault fault) {
            Invariant.check(log.logEndOffset() == before, "I5: a failed append leaves the log end",
                log.logEndOffset(), before);
            if (fault.kind() != DiskFault.Kind.FULL) shared.onDiskFailed().accept(fault);
            return Appended.Refused.because(ErrorCode.KAFKA_STORAGE_ERROR);
        }
        grown();
        return new Appended.Written(accept.baseOffset(), log.logEndOffset(), appendTimeMs);
    }

    /// The log has more than before: it is flushed, now or when it is time, and told.
    void grown() {
        if (log.flushedEnd() < log.logEndOffset()) {
            if (countsFlushed || settings.isFlushOnAck()) {
                shared.flushRound().join(this);
            } else {
                lazyFlush.wrote(settings);
            }
        }
        try {
            marks.moveStable();
        } catch (DiskFault fault) {
            failed(fault);
        }
        advance();
        watches.fireWritten();
    }

    /// Calls back once everything below `endOffset` is committed (NONE), at once when it is; or will
    /// not be here (why); or is not by `deadlineNs`: NOT_ENOUGH_REPLICAS_AFTER_APPEND when too few
    /// are in sync by then, else REQUEST_TIMED_OUT.
    public void whenCommitted(long endOffset, long deadlineNs, Consumer<ErrorCode> promise) {
        if (refusal() != ErrorCode.NONE) {
            promise.accept(refusal());
            return;
        }
        promises.park(endOffset, deadlineNs, promise::accept);
        promises.release(marks.high());
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
            countsFlushed = log.flushedEnd() >= marks.high();
        }
        advance();
        if (countsFlushed && log.flushedEnd() < log.logEndOffset()) shared.flushRound().join(this);
        shared.cleaner().flushed(this);
        upkeep.flushed();
        if (following != null) following.counted();
    }

    void advance() {
        Invariant.check(leader != null || promises.isEmpty(), "I6: only a leader promises");
        long reached = watermark();
        if (reached <= marks.high()) return;
        marks.raise(reached);
        boolean isMoreStable = checkOffsets();
        promises.release(marks.high());
        List.copyOf(followers).forEach(each -> each.highWatermarkAt(marks.high()));
        watches.fire(isMoreStable);
    }

    private long watermark() {
        if (leader != null) return leader.watermark(marks.high(), countedEnd());
        return following == null ? marks.high() : following.watermark(countedEnd());
    }

    /// Laws I1 and I19. True when readers of committed data may have more to read.
    boolean checkOffsets() {
        boolean isMoreStable = false;
        try {
            isMoreStable = marks.check();
        } catch (DiskFault fault) {
            failed(fault);
        }
        if (countsFlushed) marks.checkFlushed();
        return isMoreStable;
    }

    /// Arms a watch: it fires when there is more of what it waits for, or the partition goes away.
    public void arm(Watch watch, Watch.For what) {
        watches.arm(watch, what);
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
        boolean isSameEpoch = next.leaderEpoch() == term.leaderEpoch();
        boolean led = term.leads();
        term = next;
        if (led && next.leads() && isSameEpoch && leader != null) {
            leader.agreed(next.replicas(), monotonicNs());
        } else if (!isSameEpoch || led != next.leads()) {
            begin(next);
            if (led && !next.leads()) resign();
        }
        advance();
    }

    /// Whether the term is as new as the one that this partition has.
    public boolean isNews(Term other) {
        return other.replicas().partitionEpoch() >= term.replicas().partitionEpoch();
    }

    private void begin(Term next) {
        leader = leaderIn(next);
        if (following != null) following.over();
        following = next.leads() ? null : new Following(this, next);
        if (next.leads()) leftEndOffset = Math.max(leftEndOffset, log.logEndOffset());
    }

    /// Another node leads: whoever waits here for what only a leader can promise waits in vain.
    private void resign() {
        promises.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        closeFollowers(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private void closeFollowers(ErrorCode why) {
        var last = List.copyOf(followers);
        followers.clear();
        last.forEach(follower -> follower.closed(why));
        watches.fireAll();
    }

    /// The replica of a leader elsewhere; empty while this node leads.
    public Optional<Following> following() {
        return Optional.ofNullable(following);
    }

    /// Whether this node leads, as far as it knows.
    public boolean leads() {
        return leader != null;
    }

    /// A follower has, and counts, everything below `countedEnd`. False for a node that is no
    /// replica, and where this node does not lead.
    public boolean fetched(int followerId, long brokerEpoch, long countedEnd, long logStart) {
        var leads = leader;
        if (leads == null || closedBecause != ErrorCode.NONE) return false;
        if (!leads.fetched(followerId, brokerEpoch, countedEnd, log.logEndOffset(),
            shared.clock().now().monotonicNs())) return false;
        leads.startsAt(followerId, logStart);
        advance();
        return true;
    }

    /// Whether nothing below `offset` comes back, whoever leads next. From then on it is a promise.
    public boolean promisesStart(long offset) {
        return leader != null && leader.promisesStart(offset);
    }

    /// Of the members in sync that `isMeant` and that have what comes at `offset`, the one that has
    /// most.
    public OptionalInt mostOf(IntPredicate isMeant, long offset) {
        return leader == null ? OptionalInt.empty() : leader.mostOf(isMeant, offset);
    }

    /// Where `epoch`, or the largest known one below it, ends here. The leader's own epoch begins
    /// at its log end as long as nothing is written under it.
    public EpochEnd endOf(int epoch) throws DiskFault {
        int last = log.lastEpoch().orElse(-1);
        boolean isLater = epoch > last && epoch <= term.leaderEpoch();
        if (!isLater) return log.endOf(epoch);
        boolean knowsOlder = last >= 0 && epoch < term.leaderEpoch();
        return new EpochEnd(knowsOlder ? last : epoch, log.logEndOffset());
    }

    /// The log was cut, as the leader elsewhere has it.
    void cut() {
        marks.cutAt(log.logEndOffset());
        marks.raise(log.logStartOffset());
        leftEndOffset = Math.min(leftEndOffset, log.logEndOffset());
        checkOffsets();
        flushWhatWaits();
    }

    void flushWhatWaits() {
        if (hasUnflushed() || log.isCheckpointWaiting()) shared.flushRound().join(this);
    }

    /// The log begins later: readers of committed data may have more to read, replicas less to keep.
    void startMoved(boolean isMoreStable) {
        if (isMoreStable) watches.fire(true);
        watches.fireWritten();
    }

    /// Whether everything in the log counts toward the high watermark, and what it began anew with is
    /// durable.
    boolean countsAll() {
        return countedEnd() >= log.logEndOffset() && !log.isRestartUnflushed();
    }

    /// Whether enough replicas are in sync for a record to be acknowledged by all of them
    /// (`min.insync.replicas`).
    public boolean hasEnoughInSync() {
        return term.replicas().areEnough();
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
        upkeep.close(why);
        if (following != null) following.over();
        closeFollowers(why);
    }

    public PartitionId id() {
        return id;
    }

    /// The log, for reads that no law of the partition guards. On the loop.
    public PartitionLog log() {
        return log;
    }

    /// What keeps the log in order.
    public LogUpkeep upkeep() {
        return upkeep;
    }

    /// Who is in sync.
    public Isr isr() {
        return isr;
    }

    public PartitionLoop shared() {
        return shared;
    }

    @Nullable Leader leader() {
        return leader;
    }

    Replicas replicas() {
        return term.replicas();
    }

    long monotonicNs() {
        return shared.clock().now().monotonicNs();
    }

    public int leaderEpoch() {
        return term.leaderEpoch();
    }

    public long highWatermark() {
        return marks.high();
    }

    /// The high watermark, or the first offset of a transaction whose end is not below the high
    /// watermark (I1).
    public long lastStableOffset() {
        try {
            return marks.stable();
        } catch (DiskFault fault) {
            failed(fault);
            return log.logStartOffset();
        }
    }

    /// Whether what an earlier life left is still on its way to the disk, so that the real high
    /// watermark is not known yet.
    public boolean isSettling() {
        return marks.high() < leftEndOffset;
    }

    public ErrorCode closedBecause() {
        return closedBecause;
    }

    public PartitionSettings settings() {
        return settings;
    }
}
