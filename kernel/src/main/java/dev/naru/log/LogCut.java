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
            restartAt(offset, new ProducerTable());
            return;
        }
        parts.durability.cut(offset);
        var producers = new ProducerTable();
        var decided = parts.producers().transactions();
        parts.epochs().cutEnd(offset);
        parts.epochsChanged = true;
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
        parts.loadProducers(producers, end, parts.firstOffsetOnDisk());
        producers.transactions().keepDecided(decided, end);
        parts.producers(producers);
        parts.trace.emit(new LogEvent.Truncated(parts.directory(), before, end));
    }

    /// The lowest offset from which the log reaches to `offset` without a hole. (After a power cut some of
    /// the deleted segments may be back, below a log start that was not recorded.)
    long unbrokenBelow(long offset) throws DiskFault {
        int at = Math.max(0, parts.segments.floor(offset));
        while (at > 0 && (parts.settings.compacts() || continues(at)))
            at--;
        return parts.segments.get(at).baseOffset();
    }

    private boolean continues(int at) throws DiskFault {
        long base = parts.segments.get(at).baseOffset();
        var scan = parts.segments.get(at - 1).find(base - 1, parts.indexIntervalBytes());
        return scan.isAtBatch() && scan.view().nextOffset() == base;
    }

    /// Empties the log; it goes on at `offset`, and knows these producers from what was below. They are
    /// written first: with a full disk nothing has happened.
    void restartAt(long offset, ProducerTable producers) throws DiskFault {
        if (!producers.isEmpty())
            parts.durability.wrote(parts.snapshots().write(offset, producers));
        parts.durability.restart(offset);
        parts.recent.clear();
        while (!parts.segments.isEmpty())
            parts.doomOldest();
        parts.deleteAllDoomed();
        parts.logStartOffset = offset;
        parts.logEndOffset = offset;
        parts.lastEpoch = -1;
        parts.epochs(new EpochChain());
        parts.epochsChanged = true;
        parts.producers(producers);
        parts.snapshots().deleteAllBut(producers.isEmpty() ? -1 : offset);
        parts.durability.changedDirectory();
        var active = Segment.fresh(parts.files, parts.trace, offset);
        parts.segments.add(active);
        isThere(active);
    }

    /// Deletes the `count` oldest segments and raises the log start. Returns how many went.
    int dropOldest(int count) throws DiskFault {
        boolean all = count == parts.segments.size();
        if (all) {
            parts.segments.active().seal();
            parts.segments.add(Segment.fresh(parts.files, parts.trace, parts.logEndOffset));
        }
        int going = count;
        if (going > 0 && !isThere(parts.segments.get(going))) going--;
        for (int gone = 0; gone < going; gone++)
            parts.doomOldest();
        if (going > 0) raiseStart(parts.segments.get(0).baseOffset());
        parts.deleteDoomedIfSafe();
        return going;
    }

    /// Records below `offset` are gone for readers. The log start never falls.
    void raiseStart(long offset) throws DiskFault {
        if (offset <= parts.logStartOffset) return;
        Invariant.check(offset <= parts.logEndOffset, "I1: log start <= log end", offset,
            parts.logEndOffset);
        parts.logStartOffset = offset;
    }

    /// Sees to it that a segment's file is there, be it without a byte, so that the log end survives when
    /// all others go. False when the disk has no room even for that.
    private boolean isThere(Segment segment) throws DiskFault {
        if (segment.sizeBytes() > 0) return true;
        try {
            segment.createFile();
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            return false;
        }
        parts.recent.clear();
        parts.durability.wrote(segment.log());
        parts.durability.changedDirectory();
        return true;
    }

    private void deleteLast() throws DiskFault {
        var segment = parts.segments.remove(parts.segments.size() - 1);
        parts.forgetFiles(segment);
        parts.files.deleteSegment(segment.baseOffset());
        parts.durability.changedDirectory();
    }
}
