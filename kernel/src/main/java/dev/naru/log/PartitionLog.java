package dev.naru.log;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One partition on disk, in Kafka's files. Owned by the partition's loop. Laws I2, I5, I8, I16.
///
/// An empty partition has no directory, file or buffer. After a clean stop nothing is read before
/// the first read or append: such a log with one segment is about 650 bytes of heap. A log in use
/// has up to 16 KiB more for the places of recent batches and index entries not saved yet ([#relax]
/// gives back).
///
/// Nothing here flushes (but [#close]): the owner takes what is unflushed, has the disk flush it,
/// and says so with [#flushed]. A [DiskFault] of kind FULL leaves the log as it was; after any
/// other, the owner stops using it.
public final class PartitionLog {
    private final LogParts parts;
    private final LogReads reads;
    private @Nullable LogCleaning cleaning;
    private long cleanedBefore;
    private final Uuid topicId;
    private boolean directoryExists;
    private boolean isReadyToAppend;
    private long activeSinceMs;
    private int bytesSinceCheckpoint;

    private PartitionLog(LogParts parts, Uuid topicId, boolean directoryExists) {
        this.parts = parts;
        this.topicId = topicId;
        this.directoryExists = directoryExists;
        this.reads = new LogReads(parts);
    }

    /// Opens the log in `directory` ("topic-3"). After a clean stop, and for a new topic, nothing
    /// is read.
    public static PartitionLog open(Disk disk, String directory, LogSettings settings, OpenHow how,
        Clock clock, Trace trace) throws DiskFault {
        var files = new LogFiles(disk, directory);
        var durability = new Durability(directory, files.parent(), how);
        var parts = new LogParts(files, clock, trace, settings, durability);
        boolean exists = false;
        if (how.cleanStop().isPresent()) {
            new LogManifest(parts).believe(how.cleanStop().get());
            exists = !parts.segments.isEmpty();
        } else if (!how.isNew()) {
            var names = disk.list(directory);
            exists = !names.isEmpty();
            new LogRecovery(parts, how).run(names);
        }
        var log = new PartitionLog(parts, how.topicId(), exists);
        log.cleanedBefore = Math.min(how.cleanedUpTo(), parts.logEndOffset);
        return log;
    }

    public String directory() {
        return parts.directory();
    }

    public long logStartOffset() {
        return parts.logStartOffset;
    }

    public long logEndOffset() {
        return parts.logEndOffset;
    }

    /// The log end that survives a power cut.
    public long flushedEnd() {
        return parts.durability.flushedEnd();
    }

    /// Bytes below need no scan after a crash, once this is recorded ([#recoveryPointRecorded]).
    public long recoveryPoint() {
        return parts.durability.recoveryPoint();
    }

    /// The recovery point that the directory's checkpoint file holds is not above this: nothing
    /// below is cut before a lower one is recorded.
    public long recordedAtMost() {
        return parts.durability.recordedAtMost();
    }

    /// The log start that the directory's checkpoint file holds for certain.
    public long recordedStart() {
        return parts.durability.recordedStart();
    }

    /// Leader epoch of the last batch.
    public OptionalInt lastEpoch() {
        return parts.lastEpoch < 0 ? OptionalInt.empty() : OptionalInt.of(parts.lastEpoch);
    }

    public long sizeBytes() {
        return parts.segments.sizeBytes();
    }

    public int segmentCount() {
        return parts.segments.size();
    }

    public LogSettings settings() {
        return parts.settings;
    }

    public void settings(LogSettings changed) {
        parts.settings = changed;
    }

    /// Says what is to become of a batch of a client, which was inspected before.
    public AppendPlan plan(BatchView batch, int leaderEpoch, Now now) throws DiskFault {
        Invariant.check(leaderEpoch >= parts.lastEpoch, "I5: leader epochs never fall",
            leaderEpoch, parts.lastEpoch);
        if (batch.sizeBytes() > parts.settings.segmentBytes()) {
            return new AppendPlan.Refuse(ErrorCode.RECORD_LIST_TOO_LARGE);
        }
        if (batch.hasProducer()) {
            var producers = parts.producers();
            producers.expire(now.wallMs(), parts.settings.producerExpirationMs());
            var objection = producers.objection(batch);
            if (ProducerTable.NO_ROOM.equals(objection)) producers.refused(batch);
            if (objection != null) return objection;
        }
        long end = parts.logEndOffset + batch.lastOffsetDelta() + 1;
        return new AppendPlan.Accept(parts.logEndOffset, end, leaderEpoch);
    }

    /// The same for a marker that ends a transaction: its batch is [TransactionMarker#batch].
    public AppendPlan plan(TransactionMarker marker, int leaderEpoch) throws DiskFault {
        Invariant.check(leaderEpoch >= parts.lastEpoch, "I5: leader epochs never fall",
            leaderEpoch, parts.lastEpoch);
        var objection = parts.producers().objection(marker);
        if (objection != null) return objection;
        return new AppendPlan.Accept(parts.logEndOffset, parts.logEndOffset + 1, leaderEpoch);
    }

    /// A batch was refused for now, before it came to be planned: what its producer sent behind it
    /// must not overtake it.
    public void refused(BatchView batch) throws DiskFault {
        parts.producers().refused(batch);
    }

    /// Whether the producer has, in this epoch, a transaction whose end is not in the log.
    public boolean isInTransaction(long producerId, short producerEpoch) throws DiskFault {
        return parts.producers().isInTransaction(producerId, producerEpoch);
    }

    /// First offset of a transaction whose end is not below the high watermark; the largest long
    /// when there is none (I1).
    public long firstUndecidedOffset(long highWatermark) throws DiskFault {
        return parts.producers().transactions().firstUndecided(highWatermark);
    }

    /// The aborted transactions that a reader of committed data must know for what it `found` below
    /// `upToOffset`.
    public List<AbortedTransaction> abortedIn(Read.Found found, long upToOffset) throws DiskFault {
        return reads.abortedIn(found, upToOffset);
    }

    /// Writes the batch in `batch` (position to limit) as planned, with its offsets and leader
    /// epoch patched in place. Returns the new log end. When the disk is full, nothing has
    /// happened.
    public long append(ByteBuffer batch, int leaderEpoch, AppendPlan.Accept plan, Now now)
        throws DiskFault {
        Invariant.check(plan.baseOffset() == parts.logEndOffset, "I5: offsets follow on",
            plan.baseOffset(), parts.logEndOffset);
        var view = wholeBatch(batch);
        view.setBaseOffset(plan.baseOffset());
        view.setLeaderEpoch(leaderEpoch);
        if (view.hasProducer()) parts.producers().check(view);
        return write(batch, view, now);
    }

    /// Writes a batch as its leader has it, with the leader's offsets and epoch. Where the leader
    /// has compacted there may be a hole before it. Returns the new log end.
    public long appendReplica(ByteBuffer batch, Now now) throws DiskFault {
        var view = wholeBatch(batch);
        Invariant.check(view.baseOffset() >= parts.logEndOffset, "I5: offsets never repeat",
            view.baseOffset(), parts.logEndOffset);
        Invariant.check(view.leaderEpoch() >= parts.lastEpoch, "I5: leader epochs never fall",
            view.leaderEpoch(), parts.lastEpoch);
        return write(batch, view, now);
    }

    private static BatchView wholeBatch(ByteBuffer batch) {
        var view = BatchView.over(batch, batch.position());
        Invariant.check(view.sizeBytes() == batch.remaining(), "I5: one whole batch is appended",
            view.sizeBytes(), batch.remaining());
        return view;
    }

    private long write(ByteBuffer batch, BatchView view, Now now) throws DiskFault {
        int sizeBytes = view.sizeBytes();
        var active = activeWith(batch, view, now);
        int position = active.sizeBytes() - sizeBytes;
        if (position == 0) parts.durability.changedDirectory();
        parts.durability.wrote(active.log());
        parts.recent.add(view.baseOffset(), position);
        if (parts.epochs().assign(view.leaderEpoch(), view.baseOffset()))
            parts.epochsChanged = true;
        var aborted = parts.producers().record(view, now.wallMs());
        if (aborted != null) active.aborted(aborted);
        parts.lastEpoch = view.leaderEpoch();
        parts.logEndOffset = view.nextOffset();
        bytesSinceCheckpoint += sizeBytes;
        if (bytesSinceCheckpoint > Limits.BYTES_BETWEEN_CHECKPOINTS) checkpoint();
        return parts.logEndOffset;
    }

    /// Bytes from the batch that holds `fromOffset`, of one segment: at most `maxBytes`, but the
    /// first batch as a whole if `atLeastOneBatch`; nothing of a batch that reaches `upToOffset`.
    public Read read(long fromOffset, int maxBytes, long upToOffset, boolean atLeastOneBatch)
        throws DiskFault {
        return reads.read(fromOffset, maxBytes, upToOffset, atLeastOneBatch);
    }

    /// The first record, by offset, whose timestamp is `timestampMs` or later.
    public Optional<TimestampOffset> firstAtOrAfter(long timestampMs, Codecs codecs)
        throws DiskFault {
        return new LogTimes(parts, codecs).firstAtOrAfter(timestampMs);
    }

    /// The first record with the largest timestamp; empty when there is no record with a timestamp.
    public Optional<TimestampOffset> maxTimestamp(Codecs codecs) throws DiskFault {
        return new LogTimes(parts, codecs).largest();
    }

    /// Where `leaderEpoch`, or the largest known one below it, ends.
    public EpochEnd endOf(int leaderEpoch) throws DiskFault {
        return parts.epochs().endOf(leaderEpoch, parts.logEndOffset);
    }

    /// The leader epoch under which the record at `offset` was written, -1 when that is not known.
    public int epochAt(long offset) throws DiskFault {
        return parts.epochs().epochAt(offset);
    }

    /// Takes what has to be flushed for all of the log to be durable.
    public Unflushed takeUnflushed() {
        return parts.durability.take(parts.logEndOffset);
    }

    /// Whether a flush would let the recovery point or cleaning move on (for those who do not flush
    /// on every append).
    public boolean isCheckpointWaiting() {
        return parts.durability.isWaiting() || isCleaningWaiting();
    }

    /// Whether cleaning goes on after the next flush.
    public boolean isCleaningWaiting() {
        return cleaning != null && cleaning.isWaiting();
    }

    /// The cleaner of this log.
    public LogCleaning cleaning() {
        var known = cleaning;
        if (known == null) {
            known = new LogCleaning(parts, cleanedBefore);
            cleaning = known;
        }
        return known;
    }

    /// Everything below has been cleaned once, durably.
    public long cleanedUpTo() {
        return cleaning == null ? cleanedBefore : cleaning.cleanedUpTo();
    }

    /// What was taken is durable now.
    public void flushed(Unflushed taken) throws DiskFault {
        if (parts.durability.flushed(taken)) {
            parts.files.disk().rename(parts.files.path(LogFiles.EPOCHS_NEXT),
                parts.files.path(LogFiles.EPOCHS));
            parts.durability.renamedEpochs();
        }
        parts.deleteDoomedIfSafe();
    }

    /// Writes indexes, producers and epochs down, so that the recovery point comes to the log end
    /// with the next flush (the next but one after a change of leader epoch). With a full disk it
    /// stays where it is.
    public void checkpoint() throws DiskFault {
        if (new LogCheckpoint(parts).write()) bytesSinceCheckpoint = 0;
    }

    /// The directory's checkpoint file now holds `offset` for this log, durably.
    public void recoveryPointRecorded(long offset) throws DiskFault {
        parts.durability.recorded(offset);
        if (parts.segments.isEmpty()) return;
        parts.snapshots().deleteBelow(Math.min(offset, recoveryPoint()), parts.segments);
        parts.deleteDoomedIfSafe();
    }

    /// The same of `offset` as this log's start. Only then, and once they are below the recorded
    /// recovery point too, do files of deleted segments go, and epochs of what was in them.
    public void logStartRecorded(long offset) throws DiskFault {
        parts.startRecorded(offset);
    }

    /// The first step of a truncation: after it, record [#recoveryPoint], then truncate. It goes
    /// down to an offset at which the producers are known.
    public void lowerRecoveryPoint(long offset) throws DiskFault {
        long lower = Math.min(offset, recoveryPoint());
        if (!parts.segments.isEmpty() && !parts.snapshots().isEmpty()) {
            long known = parts.snapshots().newest(parts.firstOffsetOnDisk(), lower);
            lower = known < 0 ? Math.min(lower, new LogCut(parts).unbrokenBelow(lower)) : known;
        }
        if (parts.durability.isSavingEpochs()) parts.epochsChanged = true;
        parts.durability.lower(lower);
    }

    /// Removes all batches that end above `offset`. The recovery point was lowered and recorded
    /// before.
    public void truncateTo(long offset) throws DiskFault {
        if (offset >= parts.logEndOffset) return;
        if (cleaning != null) cleaning.settleNow();
        new LogCut(parts).truncateTo(offset);
        isReadyToAppend = false;
    }

    /// What is known of producers from below `offset`, for a replica that begins there.
    public ByteBuffer producersBelow(long offset) throws DiskFault {
        return ProducerSnapshots.encodeBelow(parts.producers(), offset);
    }

    /// Empties the log; it goes on at `offset`, where its leader begins, with what the leader knows of
    /// `producers` from below ([#producersBelow]; no byte: nobody). The recovery point was lowered and
    /// recorded before. False when the bytes are not sound: nothing has happened then.
    public boolean restartAt(long offset, ByteBuffer producers) throws DiskFault {
        var known = ProducerSnapshots.told(producers, parts.clock.wallMs());
        if (known.isEmpty()) return false;
        if (cleaning != null) cleaning.settleNow();
        if (!directoryExists) createDirectory();
        new LogCut(parts).restartAt(offset, known.get());
        isReadyToAppend = false;
        return true;
    }

    /// Whether a power cut could still take what the log began anew with.
    public boolean isRestartUnflushed() {
        return parts.durability.isRestartUnflushed();
    }

    /// Raises the log start; whole segments below it go.
    public void deleteRecordsBefore(long offset) throws DiskFault {
        var cut = new LogCut(parts);
        cut.raiseStart(offset);
        drop(cut, parts.segments.countBelow(parts.logStartOffset), "below the log start");
    }

    /// Deletes whole old segments by time, size and log start. Returns how many.
    public int enforceRetention(long highWatermark, Now now) throws DiskFault {
        if (parts.hasLoadedProducers()) {
            parts.producers().expire(now.wallMs(), parts.settings.producerExpirationMs());
        }
        var verdict = Retention.judge(parts, highWatermark, now);
        return drop(new LogCut(parts), verdict.count(), verdict.why());
    }

    /// Closes the active segment, unless it is empty; the next append starts a new one.
    public void roll(Now now) throws DiskFault {
        if (parts.segments.isEmpty() || parts.segments.active().sizeBytes() == 0) return;
        readyToAppend(now);
        parts.segments.active().seal();
        checkpoint();
        parts.segments.add(Segment.fresh(parts.files, parts.trace, parts.logEndOffset));
        parts.recent.clear();
        activeSinceMs = now.wallMs();
        parts.trace.emit(new LogEvent.Rolled(directory(), parts.logEndOffset));
    }

    /// Closes the active segment when its first record may not wait longer to be cleaned: true.
    public boolean rollIfOverdue(Now now) throws DiskFault {
        if (!Rolling.isOverdue(parts, now)) return false;
        roll(now);
        return true;
    }

    public List<ProducerState> producers() throws DiskFault {
        parts.producers().expire(parts.clock.wallMs(), parts.settings.producerExpirationMs());
        return parts.producers().states();
    }

    /// Makes everything durable, waiting for it, and lets go of handles and caches. The log can be
    /// used again. For shutdown; to stop many logs, checkpoint all, flush what they have together,
    /// twice, and there is nothing left to wait for.
    public void close() throws DiskFault {
        if (cleaning != null) cleaning.settleNow();
        for (var taken : List.copyOf(parts.durability.inFlight())) {
            parts.files.disk().flushNow(taken.files(), taken.directories());
            flushed(taken);
        }
        checkpoint();
        while (true) {
            var unflushed = takeUnflushed();
            if (unflushed.isEmpty()) break;
            parts.files.disk().flushNow(unflushed.files(), unflushed.directories());
            flushed(unflushed);
            checkpoint();
        }
        relax();
    }

    /// Gives back handles and caches of a log that nobody uses at the moment.
    public void relax() {
        parts.segments.relax();
    }

    /// What the manifest of a clean stop says about this log; empty while it has anything
    /// unflushed.
    public Optional<LogManifestEntry> manifestEntry() throws DiskFault {
        boolean isCleaning = cleaning != null && cleaning.isUnderWay();
        return isCleaning ? Optional.empty() : new LogManifest(parts).entry();
    }

    /// Deletes the directory with all in it. The log is not used after that.
    public void delete() throws DiskFault {
        relax();
        parts.files.disk().delete(directory());
    }

    /// The active segment, with the batch at its end.
    private Segment activeWith(ByteBuffer batch, BatchView view, Now now) throws DiskFault {
        try {
            var active = segmentFor(view, now);
            active.append(batch, view, parts.indexIntervalBytes());
            return active;
        } catch (DiskFault fault) {
            parts.producers().refused(view);
            throw fault;
        }
    }

    /// The segment that the batch goes to: the active one, or a new one.
    private Segment segmentFor(BatchView batch, Now now) throws DiskFault {
        if (!directoryExists) createDirectory();
        if (parts.segments.isEmpty()) {
            parts.segments.add(Segment.fresh(parts.files, parts.trace, parts.logEndOffset));
            activeSinceMs = now.wallMs();
            isReadyToAppend = true;
        }
        readyToAppend(now);
        if (Rolling.isDue(parts, batch, activeSinceMs, now)) roll(now);
        return parts.segments.active();
    }

    private void createDirectory() throws DiskFault {
        parts.files.disk().createDirectory(directory());
        if (!topicId.isZero()) {
            var file = parts.files.disk().file(parts.files.path(LogFiles.TOPIC_ID));
            parts.files.replaceAll(file, StoredTopicId.encode(topicId));
            parts.durability.wrote(file);
        }
        parts.durability.changedDirectory();
        parts.durability.changedParent();
        directoryExists = true;
    }

    /// After the log was opened or cut: reads the little that an append must know.
    private void readyToAppend(Now now) throws DiskFault {
        if (isReadyToAppend) return;
        var active = parts.segments.active();
        if (active.sizeBytes() > 0) {
            long onDisk = active.log().sizeBytes();
            if (onDisk < active.sizeBytes()) {
                throw new DiskFault(DiskFault.Kind.FAILED, "shorter than the manifest says: "
                    + active.log().path());
            }
            if (onDisk > active.sizeBytes()) active.log().truncate(active.sizeBytes());
            active.resume(parts.indexIntervalBytes());
        }
        parts.producers();
        parts.epochs();
        activeSinceMs = now.wallMs();
        isReadyToAppend = true;
    }

    private int drop(LogCut cut, int count, String why) throws DiskFault {
        if (count == 0) return 0;
        if (count == parts.segments.size()) isReadyToAppend = false;
        int gone = cut.dropOldest(count);
        parts.trace.emit(new LogEvent.SegmentsDeleted(directory(), gone, parts.logStartOffset,
            why));
        return gone;
    }
}
