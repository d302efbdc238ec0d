package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Learns the newest offset of each key in the part of a log that was not cleaned yet, in steps. Owned by a
/// pass of cleaning. Aborted batches and markers do not count.
final class KeyMap {
    /// How far a walk has come.
    enum Progress {
        MORE, DONE, UNREADABLE
    }

    private final LogParts parts;
    private final RecordCursor cursor;
    private final TransactionTrail trail;
    private final CleaningTools tools;
    private final long firstDirty;
    private final long passEnd;
    private KeyTable keys;
    private long nextOffset;
    private long segmentBase = -1;
    private @Nullable BatchScan scan;

    KeyMap(LogParts parts, CleaningTools tools, Cleanable what) {
        this.parts = parts;
        this.tools = tools;
        this.cursor = new RecordCursor(tools.codecs());
        this.trail = new TransactionTrail(parts);
        this.firstDirty = what.firstDirtyOffset();
        this.nextOffset = firstDirty;
        this.passEnd = what.endOffset();
        this.keys = new KeyTable((int) Math.min(tools.keysMax(), passEnd - firstDirty),
            tools.loadFactor());
    }

    Codecs codecs() {
        return tools.codecs();
    }

    RecordCursor cursor() {
        return cursor;
    }

    /// Keys are known from there.
    long firstDirty() {
        return firstDirty;
    }

    /// Every key below is known.
    long endOffset() {
        return nextOffset;
    }

    /// Where the pass would end if all keys fitted.
    long passEnd() {
        return passEnd;
    }

    int keyCount() {
        return keys.keyCount();
    }

    /// Whether a newer record with this key is known.
    boolean isSuperseded(ByteBuffer key, long offset) {
        return offset < keys.newest(key);
    }

    /// What the next step reads.
    Ahead ahead() {
        var at = scan;
        return at == null ? Ahead.NOTHING : at.ahead(tools.stepBytes());
    }

    /// Learns about `stepBytes`; adds what was read to `bytesRead`.
    Progress step(ByteCount bytesRead) throws DiskFault {
        long until = bytesRead.total() + tools.stepBytes();
        while (bytesRead.total() < until) {
            var at = scan;
            if (at == null) {
                if (!openNext()) return Progress.DONE;
                return Progress.MORE;
            }
            if (!at.next()) {
                if (at.isTorn()) return report(at, "no batch header");
                scan = null;
                continue;
            }
            var batch = at.view();
            if (!batch.crcMatches()) return report(at, "wrong checksum");
            bytesRead.add(batch.sizeBytes());
            if (batch.lastOffset() < firstDirty) continue;
            if (batch.isControl()) {
                trail.ending(batch);
            } else if (!trail.isAborted(batch)) {
                if (!hasRoomFor(batch.recordCount())) return Progress.DONE;
                if (!learn(at)) return Progress.UNREADABLE;
            }
            nextOffset = batch.nextOffset();
        }
        return Progress.MORE;
    }

    /// The first batch is taken even if it has more keys than there is room for: else no pass would
    /// ever come past it.
    private boolean hasRoomFor(int count) {
        if (keys.hasRoomFor(count)) return true;
        if (keys.keyCount() > 0) return false;
        keys = new KeyTable(count, tools.loadFactor());
        return true;
    }

    private boolean openNext() throws DiskFault {
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var segment = parts.segments.get(at);
            long end = parts.segments.endOf(at, passEnd);
            if (segment.baseOffset() <= segmentBase || segment.baseOffset() >= passEnd) continue;
            if (end <= nextOffset) continue;
            segmentBase = segment.baseOffset();
            trail.enter(Math.max(segmentBase, firstDirty), end);
            int position = segmentBase >= firstDirty
                ? 0
                : segment.find(firstDirty, parts.indexIntervalBytes()).position();
            scan = BatchScan.batches(segment.log(), position, segment.sizeBytes());
            return true;
        }
        nextOffset = Math.max(nextOffset, passEnd);
        return false;
    }

    private boolean learn(BatchScan at) {
        try {
            cursor.open(at.view());
            while (cursor.next()) {
                var key = cursor.key();
                if (key != null && cursor.offset() >= firstDirty) keys.put(key, cursor.offset());
            }
            return true;
        } catch (Unreadable unreadable) {
            report(at, String.valueOf(unreadable.getMessage()));
            return false;
        } finally {
            cursor.close();
        }
    }

    private Progress report(BatchScan at, String what) {
        parts.trace.emit(new LogEvent.BadBatch(parts.directory(), segmentBase, at.position(),
            what));
        return Progress.UNREADABLE;
    }
}
