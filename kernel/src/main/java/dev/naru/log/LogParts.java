package dev.naru.log;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a log consists of, for the classes that read and change it together. Owned by the partition's
/// loop. Epochs and producers are read from disk when somebody asks for them.
final class LogParts {
    final LogFiles files;
    final Clock clock;
    final Trace trace;
    final SegmentList segments = new SegmentList();
    final RecentBatches recent = new RecentBatches();
    final Durability durability;
    /// Segments that are no longer part of the log; their files go once nothing depends on them.
    List<Doomed> doomed = List.of();
    LogSettings settings;
    long logStartOffset;
    long logEndOffset;
    int lastEpoch = -1;
    boolean epochsChanged;
    private @Nullable EpochChain epochs;
    private @Nullable ProducerTable producers;
    private @Nullable ProducerSnapshots snapshots;

    LogParts(LogFiles files, Clock clock, Trace trace, LogSettings settings,
        Durability durability) {
        this.files = files;
        this.clock = clock;
        this.trace = trace;
        this.settings = settings;
        this.durability = durability;
    }

    int indexIntervalBytes() {
        return settings.indexIntervalBytes();
    }

    String directory() {
        return files.directory();
    }

    /// Where the first segment begins, at or below the log start.
    long firstOffset() {
        return segments.isEmpty() ? logStartOffset : segments.get(0).baseOffset();
    }

    /// The same with the segments that were taken out, as long as their files are there: what they tell of
    /// producers, recovery after a crash would know, too.
    long firstOffsetOnDisk() {
        return doomed.isEmpty() ? firstOffset() : doomed.getFirst().segment.baseOffset();
    }

    EpochChain epochs() throws DiskFault {
        var known = epochs;
        if (known == null) {
            known = segments.isEmpty() ? new EpochChain() : loadEpochs();
            epochs = known;
        }
        return known;
    }

    void epochs(EpochChain chain) {
        epochs = chain;
    }

    /// What is below is gone after a crash, too. Before, its epochs would be missed: what is deleted and not
    /// recorded so is there again then.
    void startRecorded(long offset) throws DiskFault {
        durability.recordedStart(offset);
        if (epochs != null) epochsChanged |= epochs.cutStart(offset);
        deleteDoomedIfSafe();
    }

    ProducerTable producers() throws DiskFault {
        var known = producers;
        if (known == null) {
            known = new ProducerTable();
            if (!segments.isEmpty()) loadProducers(known, logEndOffset, logEndOffset);
            producers = known;
        }
        return known;
    }

    void producers(ProducerTable table) {
        producers = table;
    }

    boolean hasLoadedProducers() {
        return producers != null;
    }

    ProducerSnapshots snapshots() throws DiskFault {
        var known = snapshots;
        if (known == null) {
            known = new ProducerSnapshots(files, clock, trace);
            if (!segments.isEmpty()) known.list(files.disk().list(files.directory()));
            snapshots = known;
        }
        return known;
    }

    /// Fills `table` as of `offset`: a snapshot, then the log. Where there is no snapshot at all, nobody
    /// wrote with an id below `emptyBelow`.
    void loadProducers(ProducerTable table, long offset, long emptyBelow) throws DiskFault {
        long from = snapshots().load(firstOffsetOnDisk(), offset, table, emptyBelow);
        for (var each : doomed) {
            if (each.endOffset > from) replay(each.segment, table, from, offset);
        }
        for (int at = Math.max(0, segments.floor(from)); at < segments.size(); at++)
            replay(segments.get(at), table, from, offset);
    }

    private void replay(Segment segment, ProducerTable table, long from, long offset)
        throws DiskFault {
        long wallMs = clock.wallMs();
        var scan = segment.find(from, indexIntervalBytes());
        if (!scan.isAtBatch()) return;
        scan.stay();
        while (scan.next() && scan.view().baseOffset() < offset) {
            table.record(scan.viewWithMarker(), wallMs);
        }
    }

    /// The aborted transactions that meet a stretch of the log. An index that is spoilt is made anew.
    List<AbortedTransaction> abortedBetween(long fromOffset, long upToOffset) throws DiskFault {
        var aborted = new ArrayList<AbortedTransaction>(0);
        for (int at = Math.max(0, segments.floor(fromOffset)); at < segments.size(); at++) {
            var segment = segments.get(at);
            long end = segments.endOf(at, logEndOffset);
            if (!segment.aborts().isSound(segment.baseOffset(), end)) rebuildAborts(segment);
            if (segment.aborts().collect(fromOffset, upToOffset, aborted)) break;
        }
        return aborted;
    }

    /// What the index of aborted transactions tells, the log tells, too: with what is known of producers
    /// where the segment begins.
    void rebuildAborts(Segment segment) throws DiskFault {
        var table = new ProducerTable();
        loadProducers(table, segment.baseOffset(), firstOffsetOnDisk());
        var aborted = new ArrayList<AbortedTransaction>();
        long wallMs = clock.wallMs();
        var scan = BatchScan.headers(segment.log(), 0, segment.sizeBytes());
        while (scan.next()) {
            var ended = table.record(scan.viewWithMarker(), wallMs);
            if (ended != null) aborted.add(ended);
        }
        segment.replaceAborts(aborted);
        trace.emit(new LogEvent.AbortIndexRebuilt(directory(), segment.baseOffset(),
            aborted.size()));
    }

    /// The epochs of all batches in the log, read from their headers.
    EpochChain readEpochs(long endOffset) throws DiskFault {
        var chain = new EpochChain();
        for (int at = 0; at < segments.size(); at++) {
            var segment = segments.get(at);
            var scan = BatchScan.headers(segment.log(), 0, segment.sizeBytes());
            while (scan.next() && scan.view().baseOffset() < endOffset) {
                assign(chain, scan.view().leaderEpoch(), scan.view().baseOffset());
            }
        }
        chain.cutStart(Math.min(logStartOffset, durability.recordedStart()));
        return chain;
    }

    /// The chain as the file has it, or null when it cannot be used.
    @Nullable EpochChain storedEpochs() throws DiskFault {
        var file = files.disk().file(files.path(LogFiles.EPOCHS));
        return EpochChain.decode(files.readAll(file)).orElse(null);
    }

    /// Notes an epoch found in the log; one that falls (which Naru never writes) is passed over.
    static void assign(EpochChain chain, int epoch, long offset) {
        if (epoch >= chain.last().orElse(-1)) chain.assign(epoch, offset);
    }

    /// Deletes the files of doomed segments that a crash could not miss: what replaces them is durable;
    /// they are below the recorded log start, since of several deletions some may be lost, and readers
    /// would find a hole between what is back and what is not; and below the recorded recovery point,
    /// above which a segment may be all that tells which sequences its producers had reached.
    void deleteDoomedIfSafe() throws DiskFault {
        if (!durability.areNamesDurable()) return;
        while (!doomed.isEmpty()) {
            long end = doomed.getFirst().endOffset;
            if (end > durability.recordedPoint() || end > durability.recordedStart()) return;
            deleteFirstDoomed();
        }
    }

    void deleteAllDoomed() throws DiskFault {
        while (!doomed.isEmpty())
            deleteFirstDoomed();
    }

    private void deleteFirstDoomed() throws DiskFault {
        var segment = doomed.getFirst().segment;
        forgetFiles(segment);
        files.deleteSegment(segment.baseOffset());
        doomed.removeFirst();
        durability.changedDirectoryUnimportantly();
    }

    /// The files of a segment are about to go: nobody has to flush them.
    void forgetFiles(Segment segment) {
        durability.forget(segment.log());
        durability.forget(segment.offsetsFile());
        durability.forget(segment.timesFile());
        durability.forget(segment.abortsFile());
        segment.relax();
    }

    /// The same for all that end at or below `offset`.
    void doomBelowStart(long offset) {
        while (segments.size() > 1 && segments.get(1).baseOffset() <= offset) {
            doomOldest();
            durability.changedDirectoryUnimportantly();
        }
    }

    /// Takes the oldest segment out of the log; its files go later.
    void doomOldest() {
        long end = segments.endOf(0, logEndOffset);
        if (doomed.isEmpty()) doomed = new ArrayList<>(1);
        doomed.add(new Doomed(segments.remove(0), end));
    }

    private EpochChain loadEpochs() throws DiskFault {
        var chain = storedEpochs();
        if (chain != null) {
            chain.cutEnd(logEndOffset + 1);
            if (chain.last().orElse(-1) == lastEpoch) return chain;
            epochsChanged = chain.cutEnd(logEndOffset);
            if (chain.last().orElse(-1) == lastEpoch) return chain;
        }
        if (lastEpoch < 0) return new EpochChain();
        trace.emit(new LogEvent.EpochsUnusable(files.path(LogFiles.EPOCHS)));
        epochsChanged = true;
        return readEpochs(logEndOffset);
    }

    /// A segment that was taken out, and where it ended.
    record Doomed(Segment segment, long endOffset) {}
}
