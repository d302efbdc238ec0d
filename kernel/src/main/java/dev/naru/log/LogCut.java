package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.Invariant;

/// Takes records away from either end of a log. Law I16: bytes below the recovery point are not touched;
/// it has been lowered, and recorded, before anything is cut. Needs no free byte.
final class LogCut {
    private final LogParts parts;

    LogCut(LogParts parts) {
        this.parts = parts;
    }

    /// Removes the batches that end above `offset`.
    void truncateTo(long offset) throws DiskFault {
        long before = parts.logEndOffset;
        int at = parts.segments.floor(offset);
        if (at < 0 || offset < parts.logStartOffset) {
            restartAt(offset);
            return;
        }
        parts.durability.cut(offset);
        var producers = new ProducerTable();
        boolean epochsLoaded = parts.epochs().cutEnd(offset);
        parts.epochsChanged |= epochsLoaded;
        parts.recent.clear();
        while (parts.segments.size() > at + 1)
            deleteLast();
        var segment = parts.segments.get(at);
        var scan = segment.find(offset, parts.indexIntervalBytes());
        long end = offset;
        if (scan.isAtBatch()) {
            end = Math.min(end, scan.view().baseOffset());
            segment.truncate(scan.position(), end, parts.indexIntervalBytes());
            parts.durability.wrote(segment.log());
        }
        if (end < offset) parts.durability.cut(end);
        parts.logEndOffset = end;
        parts.lastEpoch = parts.epochs().last().orElse(-1);
        if (parts.snapshots().deleteAbove(end)) parts.durability.changedDirectory();
        parts.loadProducers(producers, end, parts.logStartOffset);
        parts.producers(producers);
        parts.trace.emit(new LogEvent.Truncated(parts.directory(), before, end));
    }

    /// Empties the log; it goes on at `offset`.
    void restartAt(long offset) throws DiskFault {
        parts.durability.restart(offset);
        parts.recent.clear();
        while (!parts.segments.isEmpty())
            parts.doom(0);
        parts.deleteDoomed();
        parts.logStartOffset = offset;
        parts.logEndOffset = offset;
        parts.lastEpoch = -1;
        parts.epochs(new EpochChain());
        parts.epochsChanged = true;
        parts.producers(new ProducerTable());
        parts.snapshots().deleteAbove(-1);
        parts.durability.changedDirectory();
        addEmptyActive();
    }

    /// Deletes the `count` oldest segments and raises the log start.
    void dropOldest(int count) throws DiskFault {
        boolean all = count == parts.segments.size();
        if (all && !addEmptyActive()) count--;
        for (int gone = 0; gone < count; gone++)
            parts.doom(0);
        if (count > 0) raiseStart(parts.segments.get(0).baseOffset());
        parts.deleteDoomedIfSafe();
    }

    /// Records below `offset` are gone for readers. The log start never falls.
    void raiseStart(long offset) throws DiskFault {
        if (offset <= parts.logStartOffset) return;
        Invariant.check(offset <= parts.logEndOffset, "I1: log start <= log end", offset,
            parts.logEndOffset);
        parts.logStartOffset = offset;
        parts.epochsChanged |= parts.epochs().cutStart(offset);
    }

    /// A new active segment with a file of no bytes, so that the log end survives when all others go.
    /// False when the disk has no room even for that.
    boolean addEmptyActive() throws DiskFault {
        var segment = Segment.fresh(parts.files, parts.trace, parts.logEndOffset);
        try {
            segment.createFile();
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            if (!parts.segments.isEmpty()) return false;
        }
        parts.segments.add(segment);
        parts.recent.clear();
        parts.durability.wrote(segment.log());
        parts.durability.changedDirectory();
        return true;
    }

    private void deleteLast() throws DiskFault {
        var segment = parts.segments.remove(parts.segments.size() - 1);
        parts.durability.forget(segment.log());
        parts.durability.forget(segment.offsetsFile());
        parts.durability.forget(segment.timesFile());
        segment.relax();
        parts.files.deleteSegment(segment.baseOffset());
        parts.durability.changedDirectory();
    }
}
