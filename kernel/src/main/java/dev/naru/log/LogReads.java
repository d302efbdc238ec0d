package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.Limits;
import java.util.List;

/// Finds the bytes that a reader asked for. Owned by its log. A reader at the tail costs no read and no
/// garbage but the answer.
final class LogReads {
    private final LogParts parts;
    private int placePosition;
    private long placeOffset;
    private int placeBytes;

    LogReads(LogParts parts) {
        this.parts = parts;
    }

    Read read(long fromOffset, int maxBytes, long upToOffset, boolean atLeastOneBatch)
        throws DiskFault {
        if (fromOffset < parts.logStartOffset) return Read.OUT_OF_RANGE;
        if (fromOffset > parts.logEndOffset) return Read.OUT_OF_RANGE;
        long end = Math.min(upToOffset, parts.logEndOffset);
        if (fromOffset >= end) return Read.NOTHING;
        int at = Math.max(0, parts.segments.floor(fromOffset));
        for (; at < parts.segments.size(); at++) {
            var segment = parts.segments.get(at);
            if (segment.baseOffset() >= end) return Read.NOTHING;
            if (placeRecent(at, fromOffset)) return slice(at, maxBytes, end, atLeastOneBatch);
            var scan = segment.find(fromOffset, parts.indexIntervalBytes());
            if (scan.isTorn()) return damaged(segment, scan, fromOffset);
            if (!scan.isAtBatch()) continue;
            placePosition = scan.position();
            placeOffset = scan.view().baseOffset();
            placeBytes = scan.view().sizeBytes();
            return slice(at, maxBytes, end, atLeastOneBatch);
        }
        return Read.NOTHING;
    }

    /// The aborted transactions that meet what was `found`.
    List<AbortedTransaction> abortedIn(Read.Found found, long upToOffset) throws DiskFault {
        int first = Math.max(0, parts.segments.floor(found.baseOffset()));
        var segment = parts.segments.get(first);
        long bound = found.endOffsetHint();
        if (bound <= found.baseOffset()) {
            long end = found.bytes().filePosition() + found.bytes().sizeBytes();
            bound = segment.offsetBoundAt(Math.toIntExact(end),
                parts.segments.endOf(first, parts.logEndOffset), parts.indexIntervalBytes());
        }
        return parts.abortedBetween(found.baseOffset(), Math.min(bound, upToOffset));
    }

    private Read damaged(Segment segment, BatchScan scan, long offset) {
        parts.trace.emit(new LogEvent.BadBatch(parts.directory(), segment.baseOffset(),
            scan.position(), "no batch header"));
        return new Read.Damaged(offset, "no batch at " + segment.log().path() + ":"
            + scan.position());
    }

    private boolean isActive(int at) {
        return at == parts.segments.size() - 1;
    }

    private boolean placeRecent(int at, long offset) {
        if (!isActive(at)) return false;
        var recent = parts.recent;
        int slot = recent.floorOfOffset(offset);
        if (slot < 0) return false;
        placePosition = recent.positionAt(slot);
        placeOffset = recent.offsetAt(slot);
        int next = slot + 1 < recent.count()
            ? recent.positionAt(slot + 1)
            : parts.segments.get(at).sizeBytes();
        placeBytes = next - placePosition;
        return true;
    }

    private Read slice(int at, int maxBytes, long end, boolean atLeastOneBatch) throws DiskFault {
        var segment = parts.segments.get(at);
        long segmentEnd = parts.segments.endOf(at, parts.logEndOffset);
        boolean toItsEnd = end >= segmentEnd;
        int limit = toItsEnd ? segment.sizeBytes() : limitOf(at, end);
        int available = limit - placePosition;
        if (available < placeBytes) return Read.NOTHING;
        int size = Math.min(available, maxBytes);
        long endHint = Math.min(end, segmentEnd);
        if (size < placeBytes) {
            if (!atLeastOneBatch) return Read.NOTHING;
            size = placeBytes;
            if (size < available) endHint = placeOffset;
        } else if (size < available) {
            int cut = cutOf(at, placePosition + size);
            endHint = cut < 0 ? placeOffset : parts.recent.offsetAt(cut);
            int cutPosition = cut < 0
                ? segment.batchStartBefore(placePosition + size, parts.indexIntervalBytes())
                : parts.recent.positionAt(cut);
            if (cutPosition - placePosition >= placeBytes) size = cutPosition - placePosition;
            else
                endHint = placeOffset;
        }
        boolean isRecent = isRecent(at, placePosition);
        var bytes = segment.log().slice(placePosition, size);
        return new Read.Found(bytes, placeOffset, endHint, isRecent);
    }

    /// Where the first batch starts that reaches `end`.
    private int limitOf(int at, long end) throws DiskFault {
        if (isActive(at)) {
            int slot = parts.recent.floorOfOffset(end);
            if (slot >= 0) return parts.recent.positionAt(slot);
        }
        return parts.segments.get(at).find(end, parts.indexIntervalBytes()).position();
    }

    private int cutOf(int at, int position) {
        return isActive(at) ? parts.recent.floorOfPosition(position) : -1;
    }

    private boolean isRecent(int at, int position) {
        var segment = parts.segments.get(at);
        if (position < segment.writtenFrom()) return false;
        long bytesAfter = (long) segment.sizeBytes() - position;
        if (at == parts.segments.size() - 2) bytesAfter += parts.segments.active().sizeBytes();
        else if (!isActive(at)) return false;
        return bytesAfter <= Limits.RECENT_TAIL_BYTES;
    }
}
