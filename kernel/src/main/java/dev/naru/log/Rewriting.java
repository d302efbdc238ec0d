package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Limits;
import dev.naru.log.KeyMap.Progress;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes segments anew, beside the old ones, without the records that a compaction drops. Owned by a
/// compaction. Offsets stay; a batch of which all stays is copied as it is.
final class Rewriting {
    /// A segment whose new file is written. No bytes: nothing of it is left.
    record Rewritten(long baseOffset, DiskFile file, int sizeBytes, long maxTimestamp) {}

    private static final int OUT_BYTES = 256 * 1024;

    private final LogParts parts;
    private final KeyMap keys;
    private final Codecs codecs;
    private final RecordCursor cursor;
    private final long tombstonesBelow;
    private final long tombstonesBeforeMs;
    private ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);
    private @Nullable Segment segment;
    private @Nullable BatchScan scan;
    private @Nullable DiskFile file;
    private long segmentBase = -1;
    private int writtenBytes;
    private long maxTimestamp;
    private boolean hasKeptWhole;

    /// Tombstones below that offset go when they are older than that time.
    Rewriting(LogParts parts, KeyMap keys, long tombstonesBelow, long tombstonesBeforeMs) {
        this.parts = parts;
        this.keys = keys;
        this.codecs = keys.codecs();
        this.cursor = keys.cursor();
        this.tombstonesBelow = tombstonesBelow;
        this.tombstonesBeforeMs = tombstonesBeforeMs;
    }

    /// Goes on for a bounded piece; adds the segments that became smaller to `rewritten`.
    Progress step(List<Rewritten> rewritten) throws DiskFault {
        int bytes = 0;
        while (bytes < Limits.COMPACTION_STEP_BYTES) {
            var at = scan;
            if (at == null) {
                if (!openNext()) return Progress.DONE;
                continue;
            }
            if (!at.next()) {
                if (at.isTorn()) return Progress.UNREADABLE;
                finish(rewritten);
                continue;
            }
            bytes += at.view().sizeBytes();
            try {
                rewrite(at.view());
            } catch (Unreadable | Codecs.CodecFault unreadable) {
                return Progress.UNREADABLE;
            } finally {
                cursor.close();
            }
        }
        return Progress.MORE;
    }

    /// Deletes what was begun.
    void giveUp() throws DiskFault {
        var begun = file;
        if (begun != null) parts.files.disk().delete(begun.path());
    }

    private boolean openNext() throws DiskFault {
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var next = parts.segments.get(at);
            if (next.baseOffset() <= segmentBase || next.baseOffset() >= keys.endOffset()) continue;
            segmentBase = next.baseOffset();
            segment = next;
            scan = BatchScan.batches(next.log(), 0, next.sizeBytes());
            var cleaned = parts.files.file(segmentBase, LogFiles.LOG + LogFiles.CLEANED);
            parts.files.disk().delete(cleaned.path());
            file = cleaned;
            writtenBytes = 0;
            maxTimestamp = Segment.NO_TIMESTAMP;
            return true;
        }
        return false;
    }

    private void finish(List<Rewritten> rewritten) throws DiskFault {
        var old = segment;
        var cleaned = file;
        if (old == null || cleaned == null) return;
        writeOut(cleaned);
        if (writtenBytes < old.sizeBytes()) {
            rewritten.add(new Rewritten(segmentBase, cleaned, writtenBytes, maxTimestamp));
        } else {
            parts.files.disk().delete(cleaned.path());
        }
        segment = null;
        scan = null;
        file = null;
    }

    private void rewrite(BatchView batch) throws DiskFault, Unreadable, Codecs.CodecFault {
        boolean isKeptWhole = KeyMap.isKeptWhole(batch);
        hasKeptWhole |= isKeptWhole;
        int kept = isKeptWhole ? batch.recordCount() : countKept(batch);
        if (kept == batch.recordCount()) {
            var bytes = batch.buffer().slice(batch.position(), batch.sizeBytes());
            put(bytes, batch.maxTimestamp());
        } else if (kept > 0) {
            var smaller = withoutDropped(batch);
            put(smaller, BatchView.over(smaller, 0).maxTimestamp());
        }
    }

    private int countKept(BatchView batch) throws Unreadable {
        int kept = 0;
        cursor.open(batch);
        while (cursor.next()) {
            if (isKept()) kept++;
        }
        return kept;
    }

    /// Behind transactional records, which stay whatever their keys, a tombstone stays, too.
    private boolean isKept() {
        var key = cursor.key();
        if (key == null) return true;
        if (keys.isSuperseded(key, cursor.offset())) return false;
        return !cursor.isTombstone() || hasKeptWhole || cursor.offset() >= tombstonesBelow
            || cursor.timestamp() >= tombstonesBeforeMs;
    }

    private ByteBuffer withoutDropped(BatchView batch) throws Unreadable, Codecs.CodecFault {
        var builder = new BatchBuilder(batch.baseOffset(), batch.sizeBytes())
            .leaderEpoch(batch.leaderEpoch());
        if (batch.hasProducer()) {
            builder.producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        }
        if (batch.isLogAppendTime()) builder.logAppendTime(batch.maxTimestamp());
        cursor.open(batch);
        while (cursor.next()) {
            if (!isKept()) continue;
            builder.append((int) (cursor.offset() - batch.baseOffset()), cursor.timestamp(),
                cursor.key(), cursor.value(), cursor.headers());
        }
        builder.reachesTo(batch.lastOffsetDelta());
        var codec = Codec.of(batch.codecId()).orElse(Codec.NONE);
        return builder.build(codecs, codec, Codecs.DEFAULT_LEVEL);
    }

    private void put(ByteBuffer batch, long timestamp) throws DiskFault {
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        var cleaned = file;
        if (cleaned == null) return;
        if (out.remaining() < batch.remaining()) writeOut(cleaned);
        if (out.remaining() < batch.remaining()) out = ByteBuffer.allocate(batch.remaining());
        out.put(batch);
    }

    private void writeOut(DiskFile cleaned) throws DiskFault {
        int bytes = out.position();
        if (bytes == 0) return;
        cleaned.write(writtenBytes, out.flip());
        writtenBytes += bytes;
        out.clear();
    }
}
