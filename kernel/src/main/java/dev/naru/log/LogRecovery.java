package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchView;
import java.util.ArrayList;
import java.util.List;

/// Opens a log after anything but a clean stop: believes what lies below the recovery point, checks every
/// batch above it, cuts the torn tail, and makes indexes, epochs and producers of that part anew. Used once.
/// Law I2: the log end falls here only to the first byte that is not a whole, sound batch; and never below
/// the recovery point, so that no offset that was acknowledged is given out twice. Needs no free byte.
final class LogRecovery {
    private static final List<String> LEFTOVERS = List.of(LogFiles.CLEANED, ".tmp", ".deleted");
    private static final List<String> SEGMENT_PARTS = List.of(LogFiles.INDEX, LogFiles.TIME_INDEX,
        LogFiles.ABORT_INDEX);

    private final LogParts parts;
    private final long recoveryPoint;
    private final long knownLogStart;
    private final ProducerTable producers = new ProducerTable();
    private EpochChain epochs = new EpochChain();
    private long replayFrom;
    private long end;
    private int goodPosition;
    private long scannedBytes;
    private boolean anyNews;
    /// Segments whose abort index cannot be believed below the recovery point.
    private final List<Segment> spoilt = new ArrayList<>(0);

    LogRecovery(LogParts parts, OpenHow how) {
        this.parts = parts;
        this.recoveryPoint = how.recoveryPoint();
        this.knownLogStart = how.logStartOffset();
    }

    void run(List<String> names) throws DiskFault {
        if (!names.isEmpty()) parts.durability.namesUncertain();
        SegmentSwap.recover(parts.files, names);
        findSegments(parts.files.disk().list(parts.directory()));
        parts.snapshots().list(names);
        if (parts.snapshots().deleteAbove(Math.max(recoveryPoint, parts.firstOffset())))
            parts.durability.changedDirectory();
        if (parts.segments.isEmpty()) {
            startEmpty();
            return;
        }
        int at = firstToScan();
        parts.logStartOffset = Math.max(knownLogStart, parts.segments.get(0).baseOffset());
        loadBelow(at);
        scanFrom(at);
        parts.logEndOffset = end;
        parts.durability.nothingBelow(anyNews ? parts.logStartOffset : end);
        parts.epochs(epochs);
        parts.producers(producers);
        parts.lastEpoch = epochs.last().orElse(-1);
        parts.trace.emit(new LogEvent.Recovered(parts.directory(), recoveryPoint, end,
            scannedBytes));
        if (end < parts.logStartOffset) {
            new LogCut(parts).restartAt(parts.logStartOffset, new ProducerTable());
            return;
        }
        for (var segment : spoilt)
            parts.rebuildAborts(segment);
        parts.doomBelowStart(parts.logStartOffset);
    }

    /// The segment that the recovery point is in. Where it is the first offset of one, the segment before:
    /// it may have been cut there, and the cut may have been lost.
    private int firstToScan() {
        int at = Math.max(0, parts.segments.floor(recoveryPoint));
        boolean isAtStart = parts.segments.get(at).baseOffset() == recoveryPoint;
        return at > 0 && isAtStart ? at - 1 : at;
    }

    /// Nothing is there. Offsets that were once given out are not given out again.
    private void startEmpty() {
        long start = Math.max(recoveryPoint, knownLogStart);
        parts.logStartOffset = start;
        parts.logEndOffset = start;
        parts.durability.nothingBelow(start);
        parts.epochs(epochs);
        parts.producers(producers);
        if (recoveryPoint > knownLogStart) {
            parts.trace.emit(new LogEvent.FlushedBytesMissing(parts.directory(), knownLogStart,
                recoveryPoint));
        }
    }

    private void findSegments(List<String> names) throws DiskFault {
        for (var name : names) {
            long offset = LogFiles.offsetOf(name, LogFiles.LOG);
            if (offset >= 0) {
                var size = parts.files.file(offset, LogFiles.LOG).sizeBytes();
                parts.segments.add(Segment.stored(parts.files, parts.trace, offset,
                    Math.toIntExact(size), Segment.UNKNOWN));
            } else if (LEFTOVERS.stream().anyMatch(name::endsWith)) {
                parts.files.disk().delete(parts.files.path(name));
            }
        }
        for (var name : names) {
            for (var suffix : SEGMENT_PARTS) {
                long offset = LogFiles.offsetOf(name, suffix);
                if (offset < 0 || parts.segments.hasBase(offset)) continue;
                parts.files.disk().delete(parts.files.path(name));
            }
        }
        parts.doomBelowStart(Math.min(knownLogStart, recoveryPoint));
    }

    /// Takes epochs and producers as they were at the recovery point, which is in segment `at`, as far as
    /// the segments before it tell.
    private void loadBelow(int at) throws DiskFault {
        var stored = parts.storedEpochs();
        var segment = parts.segments.get(at);
        if (stored != null) {
            epochs = stored;
            // what begins there is found again, or was cut, and the file does not know it yet
            parts.epochsChanged = epochs.cutEnd(recoveryPoint);
        } else if (recoveryPoint > parts.segments.get(0).baseOffset()) {
            parts.trace.emit(new LogEvent.EpochsUnusable(parts.files.path(LogFiles.EPOCHS)));
            epochs = parts.readEpochs(recoveryPoint);
            parts.epochsChanged = true;
        }
        long wallMs = parts.clock.wallMs();
        // a log that began anew above the recovery point has what its leader told of producers
        long known = Math.max(recoveryPoint, parts.firstOffset());
        replayFrom = parts.snapshots().load(parts.firstOffset(), known, producers, recoveryPoint);
        for (int before = Math.max(0, parts.segments.floor(replayFrom)); before < at; before++) {
            var scan = parts.segments.get(before).find(replayFrom, parts.indexIntervalBytes());
            scan.stayIfAtBatch();
            while (scan.next())
                producers.record(scan.viewWithMarker(), wallMs);
        }
        replayFrom = Math.max(replayFrom, segment.baseOffset());
    }

    private void scanFrom(int first) throws DiskFault {
        end = parts.segments.get(first).baseOffset();
        for (int at = first; at < parts.segments.size(); at++) {
            var segment = parts.segments.get(at);
            if (at > first && segment.baseOffset() != end) {
                dropStrays(at);
                return;
            }
            long keepIndexBelow = at == first
                ? Math.min(replayFrom, recoveryPoint)
                : segment.baseOffset();
            boolean isWhole = segment.aborts()
                .cutFrom(Math.max(segment.baseOffset(), recoveryPoint));
            if (!isWhole && segment.baseOffset() < recoveryPoint) spoilt.add(segment);
            segment.aborts().uncertain();
            scan(segment, segment.forgetIndexFrom(keepIndexBelow));
            if (end < recoveryPoint) passOver(at);
            else if (goodPosition < segment.sizeBytes()) cutTail(segment);
        }
    }

    private void scan(Segment segment, int from) throws DiskFault {
        segment.startNotes();
        goodPosition = from;
        boolean isEndKnown = from == 0;
        long wallMs = parts.clock.wallMs();
        boolean hasNews = false;
        var scan = BatchScan.batches(segment.log(), from, segment.sizeBytes());
        while (scan.next()) {
            var view = scan.view();
            if (!isEndKnown) end = view.baseOffset();
            isEndKnown = true;
            boolean isNew = end >= recoveryPoint;
            if (!isSound(segment, scan, isNew)) break;
            if (isNew) parts.epochsChanged |= epochs.assign(view.leaderEpoch(), view.baseOffset());
            if (view.baseOffset() >= replayFrom) {
                var aborted = producers.record(view, wallMs);
                if (aborted != null && isNew) segment.aborted(aborted);
            }
            segment.note(view, scan.position(), view.sizeBytes(), parts.indexIntervalBytes());
            hasNews |= isNew;
            end = view.nextOffset();
            goodPosition = scan.position() + view.sizeBytes();
        }
        scannedBytes += goodPosition - from;
        anyNews |= hasNews;
        if (hasNews) parts.durability.wrote(segment.log());
        else
            parts.durability.uncertain(segment.log());
    }

    /// The checksum does not cover offset and epoch, so these must fit what came before. Compaction leaves
    /// gaps: here below the recovery point, and within any segment of what a replica has from a leader that
    /// had compacted it (a segment begins where the one before ends, so there is none between them). Below
    /// the recovery point a wrong checksum is reported.
    private boolean isSound(Segment segment, BatchScan scan, boolean isNew) {
        var view = scan.view();
        if (view.baseOffset() < end) return false;
        if (isNew) {
            boolean follows = view.baseOffset() == end || parts.settings.compacts();
            return follows && view.leaderEpoch() >= epochs.last().orElse(-1)
                && view.crcMatches();
        }
        if (view.crcMatches()) return true;
        parts.trace.emit(new LogEvent.BadBatch(parts.directory(), segment.baseOffset(),
            scan.position(), "wrong checksum"));
        return true;
    }

    private void cutTail(Segment segment) throws DiskFault {
        parts.trace.emit(new LogEvent.TailCut(parts.directory(), end,
            segment.sizeBytes() - goodPosition));
        segment.cutTail(goodPosition);
        parts.durability.wrote(segment.log());
    }

    private void dropStrays(int from) throws DiskFault {
        while (parts.segments.size() > from) {
            var stray = parts.segments.remove(parts.segments.size() - 1);
            parts.trace.emit(new LogEvent.StraySegmentDeleted(parts.directory(),
                stray.baseOffset(), end));
            parts.files.deleteSegment(stray.baseOffset());
            parts.durability.changedDirectory();
        }
    }

    /// The segment ends below the recovery point. When the next one starts at or below it, records between
    /// were deleted. Else bytes are missing or spoilt that had been flushed: they stay as they are, and
    /// the log goes on behind them.
    private void passOver(int at) {
        boolean isLast = at == parts.segments.size() - 1;
        long nextBase = isLast ? Long.MAX_VALUE : parts.segments.get(at + 1).baseOffset();
        if (nextBase > recoveryPoint) {
            parts.trace.emit(new LogEvent.FlushedBytesMissing(parts.directory(), end,
                recoveryPoint));
        }
        end = isLast ? recoveryPoint : nextBase;
        if (isLast) parts.segments.add(Segment.fresh(parts.files, parts.trace, end));
    }
}
