package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Limits;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The newest offset of each key in a stretch of a log, learnt in steps. Owned by a compaction. Markers and
/// transactional records are left out: whether they count is not known here.
final class KeyMap {
    enum Progress {
        MORE, DONE, UNREADABLE
    }

    private final LogParts parts;
    private final Codecs codecs;
    private final RecordCursor cursor;
    private final Map<ByteBuffer, Long> newest = new HashMap<>();
    private final long passEnd;
    private long nextOffset;
    private long keyBytes;
    private long segmentBase = -1;
    private @Nullable BatchScan scan;

    KeyMap(LogParts parts, Codecs codecs, long fromOffset, long passEnd) {
        this.parts = parts;
        this.codecs = codecs;
        this.cursor = new RecordCursor(codecs);
        this.nextOffset = fromOffset;
        this.passEnd = passEnd;
    }

    Codecs codecs() {
        return codecs;
    }

    RecordCursor cursor() {
        return cursor;
    }

    /// Every key below is known.
    long endOffset() {
        return nextOffset;
    }

    /// Whether a newer record with this key is known.
    boolean isSuperseded(ByteBuffer key, long offset) {
        var latest = newest.get(key);
        return latest != null && offset < latest;
    }

    /// Whether compaction must leave the batch as it is.
    static boolean isKeptWhole(BatchView batch) {
        return batch.isControl() || batch.isTransactional();
    }

    Progress step() throws DiskFault {
        int bytes = 0;
        while (bytes < Limits.COMPACTION_STEP_BYTES) {
            var at = scan;
            if (at == null) {
                if (!openNext()) return Progress.DONE;
                continue;
            }
            if (!at.next()) {
                if (at.isTorn()) return report(at, "no batch header");
                scan = null;
                continue;
            }
            var batch = at.view();
            if (!batch.crcMatches()) return report(at, "wrong checksum");
            if (isFull()) return Progress.DONE;
            if (!isKeptWhole(batch) && !learn(at)) return Progress.UNREADABLE;
            nextOffset = batch.nextOffset();
            bytes += batch.sizeBytes();
        }
        return Progress.MORE;
    }

    private boolean isFull() {
        return newest.size() >= Limits.COMPACTION_KEYS_MAX
            || keyBytes >= Limits.COMPACTION_KEY_BYTES_MAX;
    }

    private boolean openNext() {
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var segment = parts.segments.get(at);
            if (segment.baseOffset() <= segmentBase || segment.baseOffset() >= passEnd) continue;
            if (parts.segments.endOf(at, passEnd) <= nextOffset) continue;
            segmentBase = segment.baseOffset();
            scan = BatchScan.batches(segment.log(), 0, segment.sizeBytes());
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
                if (key == null) continue;
                var known = newest.put(copy(key), cursor.offset());
                if (known == null) keyBytes += key.remaining();
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

    private static ByteBuffer copy(ByteBuffer key) {
        return ByteBuffer.allocate(key.remaining()).put(key.duplicate()).flip();
    }
}
