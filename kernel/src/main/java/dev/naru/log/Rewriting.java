package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.log.KeyMap.Progress;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a few neighbouring segments anew as one, beside them, without the records that cleaning drops.
/// Owned by a pass of cleaning. Offsets stay; a batch of which all stays is copied as it is.
final class Rewriting {
    /// What holds for all of a pass.
    ///
    /// @param wallMs the time at which delete horizons are judged
    /// @param last batches of which at least the header stays
    record Rules(long wallMs, long deleteRetentionMs, LastBatches last) {}

    private static final int OUT_BYTES = 256 * 1024;
    private static final long NO_HORIZON = -1;

    private final LogParts parts;
    private final KeyMap keys;
    private final Rules rules;
    private final TransactionTrail trail;
    private final List<Segment> group;
    private final Segment cleaned;
    private final RecordCursor cursor;
    private ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);
    private int nextInGroup;
    private @Nullable BatchScan scan;
    private @Nullable ByteBuffer standIn;
    private boolean isChanged;
    private boolean hasTombstone;

    Rewriting(LogParts parts, KeyMap keys, Rules rules, TransactionTrail trail,
        List<Segment> group) {
        this.parts = parts;
        this.keys = keys;
        this.rules = rules;
        this.trail = trail;
        this.group = group;
        this.cursor = keys.cursor();
        this.cleaned = Segment.beside(parts.files, parts.trace, group.getFirst().baseOffset());
        this.isChanged = group.size() > 1;
    }

    List<Segment> group() {
        return group;
    }

    Segment cleaned() {
        return cleaned;
    }

    /// Whether anything differs from what is there.
    boolean isChanged() {
        return isChanged;
    }

    /// What the next step reads.
    Ahead ahead(int bytes) {
        var at = scan;
        return at == null ? Ahead.NOTHING : at.ahead(bytes);
    }

    /// Goes on for `stepBytes`; adds what was read and written to `moved`.
    Progress step(int stepBytes, ByteCount moved) throws DiskFault {
        long until = moved.total() + stepBytes;
        while (moved.total() < until) {
            var at = scan;
            if (at == null) {
                if (nextInGroup == group.size()) return finish(moved);
                open(group.get(nextInGroup++));
                return Progress.MORE;
            }
            if (!at.next()) {
                if (at.isTorn()) return Progress.UNREADABLE;
                scan = null;
                continue;
            }
            moved.add(at.view().sizeBytes());
            try {
                rewrite(at.view(), moved);
            } catch (Unreadable | Codecs.CodecFault unreadable) {
                return Progress.UNREADABLE;
            } finally {
                cursor.close();
            }
        }
        return Progress.MORE;
    }

    private void open(Segment segment) throws DiskFault {
        int at = parts.segments.floor(segment.baseOffset());
        trail.enter(segment.baseOffset(), parts.segments.endOf(at, parts.logEndOffset));
        scan = BatchScan.batches(segment.log(), 0, segment.sizeBytes());
    }

    private Progress finish(ByteCount moved) throws DiskFault {
        var lonely = standIn;
        if (sizeBytes() == 0 && lonely != null) put(lonely, moved);
        writeOut(moved);
        cleaned.seal();
        cleaned.saveIndexes();
        cleaned.saveAborts();
        return Progress.DONE;
    }

    private int sizeBytes() {
        return cleaned.sizeBytes() + out.position();
    }

    private void rewrite(BatchView batch, ByteCount moved)
        throws DiskFault, Unreadable, Codecs.CodecFault {
        boolean isCovered = batch.lastOffset() < keys.endOffset();
        if (batch.isControl()) {
            var ending = trail.ending(batch);
            if (ending.aborted() != null) cleaned.aborted(ending.aborted());
            if (isCovered) rewriteMarker(batch, ending.left(), moved);
            else
                copy(batch, moved);
            return;
        }
        boolean isAborted = trail.isAborted(batch);
        if (isCovered) rewriteData(batch, isAborted, moved);
        else
            copy(batch, moved);
    }

    /// A marker goes once nothing of its transaction was left for a time.
    private void rewriteMarker(BatchView batch, TransactionTrail.Left left, ByteCount moved)
        throws DiskFault, Unreadable, Codecs.CodecFault {
        boolean isLeftAlone = left != TransactionTrail.Left.SOME;
        boolean isGone = left == TransactionTrail.Left.NOTHING
            && batch.isPastDeleteHorizon(rules.wallMs());
        isChanged |= left == TransactionTrail.Left.IN_INDEX;
        if (isGone || batch.recordCount() == 0) {
            drop(batch, moved);
        } else if (isLeftAlone && !batch.hasDeleteHorizon()) {
            change(rebuilt(batch, rules.wallMs() + rules.deleteRetentionMs()), moved);
        } else {
            copy(batch, moved);
        }
    }

    private void rewriteData(BatchView batch, boolean isAborted, ByteCount moved)
        throws DiskFault, Unreadable, Codecs.CodecFault {
        int kept = isAborted ? 0 : countKept(batch);
        if (kept == 0) {
            drop(batch, moved);
            return;
        }
        boolean setsHorizon = hasTombstone && !batch.hasDeleteHorizon()
            && batch.lastOffset() >= keys.firstDirty();
        if (kept == batch.recordCount() && !setsHorizon) {
            copy(batch, moved);
            return;
        }
        long horizonMs = NO_HORIZON;
        if (setsHorizon) horizonMs = rules.wallMs() + rules.deleteRetentionMs();
        else if (batch.hasDeleteHorizon())
            horizonMs = batch.baseTimestamp();
        change(rebuilt(batch, horizonMs), moved);
    }

    private int countKept(BatchView batch) throws Unreadable {
        int kept = 0;
        hasTombstone = false;
        cursor.open(batch);
        while (cursor.next()) {
            if (!isKept(batch)) continue;
            kept++;
            hasTombstone |= cursor.isTombstone();
        }
        return kept;
    }

    /// Law I10: a tombstone goes only after a pass that removed what it deletes is durable: that is, below
    /// where this pass began.
    private boolean isKept(BatchView batch) {
        if (batch.isControl()) return true;
        var key = cursor.key();
        if (key == null || keys.isSuperseded(key, cursor.offset())) return false;
        return !cursor.isTombstone() || cursor.offset() >= keys.firstDirty()
            || !batch.isPastDeleteHorizon(rules.wallMs());
    }

    /// Leaves out a batch, or all but its header where that tells something: how far its producer has
    /// come, or where the pass ended.
    private void drop(BatchView batch, ByteCount moved) throws DiskFault {
        boolean isKeptEmpty = rules.last().has(batch) || batch.nextOffset() == keys.passEnd();
        if (isKeptEmpty && batch.recordCount() == 0) {
            copy(batch, moved);
        } else if (isKeptEmpty) {
            change(emptied(batch), moved);
        } else {
            isChanged = true;
            if (sizeBytes() == 0) standIn = emptied(batch);
        }
    }

    private static ByteBuffer emptied(BatchView batch) {
        return like(batch).nothingUpTo(batch.lastOffsetDelta(), batch.maxTimestamp()).build();
    }

    /// The batch with the records that stay.
    private ByteBuffer rebuilt(BatchView batch, long horizonMs)
        throws Unreadable, Codecs.CodecFault {
        var builder = like(batch);
        if (horizonMs != NO_HORIZON) builder.deleteHorizon(horizonMs);
        cursor.open(batch);
        while (cursor.next()) {
            if (!isKept(batch)) continue;
            builder.append((int) (cursor.offset() - batch.baseOffset()), cursor.timestamp(),
                cursor.key(), cursor.value(), cursor.headers());
        }
        builder.reachesTo(batch.lastOffsetDelta());
        var codec = Codec.of(batch.codecId()).orElse(Codec.NONE);
        return builder.build(keys.codecs(), codec, Codecs.DEFAULT_LEVEL);
    }

    private static BatchBuilder like(BatchView batch) {
        var builder = new BatchBuilder(batch.baseOffset(), batch.sizeBytes())
            .leaderEpoch(batch.leaderEpoch());
        if (batch.hasProducer()) {
            builder.producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        }
        if (batch.isTransactional()) builder.transactional();
        if (batch.isControl()) builder.control();
        if (batch.isLogAppendTime()) builder.logAppendTime(batch.maxTimestamp());
        return builder;
    }

    private void copy(BatchView batch, ByteCount moved) throws DiskFault {
        put(batch.buffer().slice(batch.position(), batch.sizeBytes()), moved);
    }

    private void change(ByteBuffer batch, ByteCount moved) throws DiskFault {
        isChanged = true;
        put(batch, moved);
    }

    private void put(ByteBuffer batch, ByteCount moved) throws DiskFault {
        int bytes = batch.remaining();
        if (out.remaining() < bytes) writeOut(moved);
        if (out.remaining() < bytes) out = ByteBuffer.allocate(bytes);
        var view = BatchView.over(batch, batch.position());
        cleaned.note(view, sizeBytes(), bytes, parts.indexIntervalBytes());
        out.put(batch);
    }

    private void writeOut(ByteCount moved) throws DiskFault {
        if (out.position() == 0) return;
        moved.add(out.position());
        cleaned.append(out.flip());
        out.clear();
    }
}
