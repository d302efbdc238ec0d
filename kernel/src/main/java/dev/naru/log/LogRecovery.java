package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchView;
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

    LogRecovery(LogParts parts, OpenHow how) {
        this.parts = parts;
        this.recoveryPoint = how.recoveryPoint();
        this.knownLogStart = how.logStartOffset();
    }

    void run(List<String> names) throws DiskFault {
        findSegments(names);
        parts.snapshots().list(names);
        if (parts.snapshots().deleteAbove(recoveryPoint)) parts.durability.changedDirectory();
        if (parts.segments.isEmpty()) {
            startEmpty();
            return;
        }
        int at = Math.max(0, parts.segments.floor(recoveryPoint));
        parts.logStartOffset = Math.max(knownLogStart, parts.segments.get(0).baseOffset());
        loadBelow(at);
        scanFrom(at);
        parts.logEndOffset = end;
        parts.epochs(epochs);
        parts.producers(producers);
        parts.lastEpoch = epochs.last().orElse(-1);
        parts.trace.emit(new LogEvent.Recovered(parts.directory(), recoveryPoint, end,
            scannedBytes));
        if (end < parts.logStartOffset) new LogCut(parts).restartAt(parts.logStartOffset);
    }

    /// Nothing is there. Offsets that were once given out are not given out again.
    private void startEmpty() {
        long start = Math.max(recoveryPoint, knownLogStart);
        parts.logStartOffset = start;
        parts.logEndOffset = start;
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
        while (parts.segments.size() > 1
            && parts.segments.get(1).baseOffset() <= Math.min(knownLogStart, recoveryPoint)) {
            parts.doom(0);
            parts.durability.changedDirectory();
        }
    }

    /// Takes epochs and producers as they were at the recovery point, which is in segment `at`, as far as
    /// the segments before it tell.
    private void loadBelow(int at) throws DiskFault {
        var stored = parts.storedEpochs();
        var segment = parts.segments.get(at);
        if (stored != null) {
            epochs = stored;
            parts.epochsChanged = epochs.cutEnd(recoveryPoint);
        } else if (recoveryPoint > parts.segments.get(0).baseOffset()) {
            parts.trace.emit(new LogEvent.EpochsUnusable(parts.files.path(LogFiles.EPOCHS)));
            epochs = parts.readEpochs(recoveryPoint);
            parts.epochsChanged = true;
        }
        long wallMs = parts.clock.wallMs();
        long covered = parts.snapshots().load(recoveryPoint, producers, wallMs);
        replayFrom = covered < 0 ? recoveryPoint : covered;
        for (int before = Math.max(0, parts.segments.floor(replayFrom)); before < at; before++) {
            var scan = parts.segments.get(before).find(replayFrom, parts.indexIntervalBytes());
            scan.stayIfAtBatch();
            while (scan.next())
                producers.record(scan.view(), wallMs);
        }
        replayFrom = Math.max(replayFrom, segment.baseOffset());
    }

    private void scanFrom(int first) throws DiskFault {
        end = parts.segments.get(first).baseOffset();
        for (int at = first; at < parts.segments.size(); at++) {
            var segment = parts.segments.get(at);
            boolean continues = segment.baseOffset() == end
                || (parts.settings.compacts() && segment.baseOffset() > end);
            if (at > first && !continues) {
                dropStrays(at);
                return;
            }
            int from = at == first
                ? segment.forgetIndexFrom(Math.min(replayFrom, recoveryPoint))
                : segment.forgetIndexFrom(segment.baseOffset());
            scan(segment, from);
            if (end < recoveryPoint) keepDamaged(at);
            else if (goodPosition < segment.sizeBytes()) {
                cutTail(segment);
                if (at + 1 < parts.segments.size()) dropStrays(at + 1);
                return;
            }
        }
    }

    private void scan(Segment segment, int from) throws DiskFault {
        segment.startNotes();
        goodPosition = from;
        if (from == 0) end = Math.max(end, segment.baseOffset());
        long wallMs = parts.clock.wallMs();
        boolean hasNews = false;
        var scan = BatchScan.batches(segment.log(), from, segment.sizeBytes());
        while (scan.next()) {
            var view = scan.view();
            boolean isNew = view.baseOffset() >= recoveryPoint;
            if (isNew && !isSound(view)) break;
            if (!isNew && !view.crcMatches()) {
                parts.trace.emit(new LogEvent.BadBatch(parts.directory(), segment.baseOffset(),
                    scan.position(), "wrong checksum"));
            }
            if (isNew) parts.epochsChanged |= epochs.assign(view.leaderEpoch(), view.baseOffset());
            if (view.baseOffset() >= replayFrom) producers.record(view, wallMs);
            segment.note(view, scan.position(), view.sizeBytes(), parts.indexIntervalBytes());
            hasNews |= isNew;
            end = view.nextOffset();
            goodPosition = scan.position() + view.sizeBytes();
        }
        scannedBytes += goodPosition - from;
        if (!hasNews) return;
        parts.durability.wrote(segment.log());
        parts.durability.changedDirectory();
        parts.durability.changedParent();
    }

    private boolean isSound(BatchView view) {
        return view.baseOffset() >= end && view.leaderEpoch() >= epochs.last().orElse(-1)
            && view.crcMatches();
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

    /// Bytes are missing or spoilt that had been flushed. They stay as they are; the log goes on behind them.
    private void keepDamaged(int at) {
        parts.trace.emit(new LogEvent.FlushedBytesMissing(parts.directory(), end, recoveryPoint));
        boolean isLast = at == parts.segments.size() - 1;
        end = isLast ? recoveryPoint : parts.segments.get(at + 1).baseOffset();
        if (isLast) parts.segments.add(Segment.fresh(parts.files, parts.trace, end));
    }
}
