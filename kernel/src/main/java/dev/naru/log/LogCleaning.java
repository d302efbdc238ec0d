package dev.naru.log;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.Now;
import dev.naru.log.KeyMap.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cleans the closed segments of one log: of each key only the newest record stays, nothing of aborted
/// transactions, and tombstones and the ends of transactions for a time. Owned by the partition's loop.
///
/// A pass learns the newest offset of each key in what was not cleaned before, then writes segments anew,
/// group by group, and swaps each group before it begins the next. It works in bounded steps; between
/// some of them it waits for a flush. Law I16: see [SegmentSwap]. Law I10: what is left replays to the
/// same state; a record goes only when what replaces it is durable.
public final class LogCleaning {
    /// What comes next.
    public enum Step {
        /// Another step, when the caller likes.
        MORE,
        /// Another step after a flush of the log.
        FLUSH,
        /// The pass has ended, well or not.
        DONE
    }

    private enum Phase {
        RESTING, MAPPING, GROUPING, REWRITING, FLUSHING, RENAMED, DELETED, UNMARKED
    }

    private final LogParts parts;
    private final ByteCount moved = new ByteCount();
    private Phase phase = Phase.RESTING;
    private @Nullable Pass pass;
    private @Nullable Rewriting rewriting;
    private @Nullable SegmentSwap swap;
    private long cleanedUpTo;
    private long nextGroupFrom;
    private long ticket;
    private int cutNumber;
    private boolean isStuck;

    /// One walk through the log.
    private record Pass(CleaningTools tools, KeyMap keys, Rewriting.Rules rules,
        TransactionTrail trail) {}

    LogCleaning(LogParts parts, long cleanedUpTo) {
        this.parts = parts;
        this.cleanedUpTo = cleanedUpTo;
    }

    /// Everything below has been cleaned once, durably.
    public long cleanedUpTo() {
        return Math.min(cleanedUpTo, parts.logEndOffset);
    }

    /// What a pass could clean, given where readers of committed data stop. Nothing in a log of which a
    /// pass found a part that cannot be read.
    public Optional<Cleanable> look(long lastStableOffset, Now now) throws DiskFault {
        if (isStuck || !parts.settings.compacts() || parts.segments.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Cleanable.of(parts, cleanedUpTo(), lastStableOffset, now.wallMs()));
    }

    /// Begins a pass. Not while one is under way.
    public void begin(Cleanable what, CleaningTools tools, Now now) throws DiskFault {
        var rules = new Rewriting.Rules(now.wallMs(),
            parts.settings.cleaning().deleteRetentionMs(), LastBatches.of(parts.producers()));
        pass = new Pass(tools, new KeyMap(parts, tools, what), rules,
            new TransactionTrail(parts));
        cutNumber = parts.durability.cutNumber();
        phase = Phase.MAPPING;
    }

    public boolean isUnderWay() {
        return phase != Phase.RESTING;
    }

    /// Whether a flush is what it waits for.
    public boolean isWaiting() {
        return switch (phase) {
            case FLUSHING, RENAMED, DELETED, UNMARKED -> true;
            case RESTING, MAPPING, GROUPING, REWRITING -> false;
        };
    }

    /// What was read and written so far, by all passes.
    public long bytesMoved() {
        return moved.total();
    }

    /// What the next step will read, to be brought into memory before it.
    public Optional<Bytes.Slice> ahead() throws DiskFault {
        var now = pass;
        var work = rewriting;
        if (now == null) return Optional.empty();
        var ahead = Ahead.NOTHING;
        if (phase == Phase.MAPPING) ahead = now.keys().ahead();
        if (phase == Phase.REWRITING && work != null) ahead = work.ahead(now.tools().stepBytes());
        var file = ahead.file();
        if (file == null) return Optional.empty();
        try {
            return Optional.of(file.slice(ahead.position(), ahead.sizeBytes()));
        } catch (DiskFault gone) {
            if (gone.kind() == DiskFault.Kind.FAILED) throw gone;
            return Optional.empty();
        }
    }

    /// Takes a bounded step.
    public Step step() throws DiskFault {
        var now = pass;
        if (now == null || phase == Phase.RESTING) return Step.DONE;
        if (cutNumber != parts.durability.cutNumber()) {
            settleNow();
            return Step.DONE;
        }
        try {
            return switch (phase) {
                case RESTING -> Step.DONE;
                case MAPPING -> map(now);
                case GROUPING -> group(now);
                case REWRITING -> rewrite(now);
                case FLUSHING -> afterFlush();
                case RENAMED -> afterRename();
                case DELETED -> afterDelete();
                case UNMARKED -> isFlushed() ? next(Phase.GROUPING) : Step.FLUSH;
            };
        } catch (DiskFault fault) {
            // A full disk, or a segment that retention has deleted meanwhile.
            if (fault.kind() == DiskFault.Kind.FAILED) throw fault;
            return giveUp();
        }
    }

    private Step map(Pass now) throws DiskFault {
        return switch (now.keys().step(moved)) {
            case MORE -> Step.MORE;
            case UNREADABLE -> stick();
            case DONE -> {
                nextGroupFrom = parts.firstOffset();
                yield next(Phase.GROUPING);
            }
        };
    }

    private Step group(Pass now) throws DiskFault {
        var group = nextGroup(now.keys().endOffset());
        if (group.isEmpty()) {
            cleanedUpTo = now.keys().endOffset();
            parts.trace.emit(new LogEvent.Cleaned(parts.directory(), now.keys().firstDirty(),
                cleanedUpTo, now.keys().keyCount()));
            return end();
        }
        int last = parts.segments.floor(group.getLast().baseOffset());
        nextGroupFrom = parts.segments.endOf(last, parts.logEndOffset);
        rewriting = new Rewriting(parts, now.keys(), now.rules(), now.trail(), group);
        return next(Phase.REWRITING);
    }

    /// Neighbours that fit into one segment together.
    private List<Segment> nextGroup(long endOffset) {
        var group = new ArrayList<Segment>();
        long sizeBytes = 0;
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var segment = parts.segments.get(at);
            if (segment.baseOffset() < nextGroupFrom) continue;
            if (segment.baseOffset() >= endOffset) break;
            sizeBytes += segment.sizeBytes();
            if (!group.isEmpty() && !fits(group.getFirst(), at, sizeBytes)) break;
            group.add(segment);
        }
        return group;
    }

    private boolean fits(Segment first, int at, long sizeBytes) {
        long lastOffset = parts.segments.endOf(at, parts.logEndOffset) - 1;
        if (lastOffset - first.baseOffset() > Integer.MAX_VALUE) return false;
        if (sizeBytes > parts.settings.segmentBytes()) return false;
        int intervalBytes = parts.indexIntervalBytes();
        if (intervalBytes == 0) return false;
        long indexBytes = (sizeBytes / intervalBytes + 2) * SparseIndex.ENTRY_BYTES_MAX;
        return indexBytes <= parts.settings.indexBytes();
    }

    private Step rewrite(Pass now) throws DiskFault {
        var work = rewriting;
        if (work == null) return giveUp();
        var progress = work.step(now.tools().stepBytes(), moved);
        if (progress == Progress.MORE) return Step.MORE;
        if (progress == Progress.UNREADABLE) return stick();
        rewriting = null;
        if (!work.isChanged()) {
            SegmentSwap.deleteCleaned(parts, work.cleaned());
            return next(Phase.GROUPING);
        }
        var prepared = new SegmentSwap(parts, work.group(), work.cleaned());
        swap = prepared;
        prepared.prepare();
        return awaitFlush(Phase.FLUSHING);
    }

    private Step afterFlush() throws DiskFault {
        var prepared = swap;
        if (prepared == null) return giveUp();
        if (!isFlushed()) return Step.FLUSH;
        if (!prepared.isPossible()) {
            prepared.giveUp();
            swap = null;
            return next(Phase.GROUPING);
        }
        prepared.rename();
        return awaitFlush(Phase.RENAMED);
    }

    private Step afterRename() throws DiskFault {
        var renamed = swap;
        if (renamed == null) return giveUp();
        if (!isFlushed()) return Step.FLUSH;
        if (renamed.deleteOld()) return awaitFlush(Phase.DELETED);
        swap = null;
        return next(Phase.GROUPING);
    }

    private Step afterDelete() throws DiskFault {
        var deleted = swap;
        if (deleted == null) return giveUp();
        if (!isFlushed()) return Step.FLUSH;
        deleted.unmark();
        swap = null;
        return awaitFlush(Phase.UNMARKED);
    }

    private Step next(Phase following) {
        phase = following;
        return Step.MORE;
    }

    private Step awaitFlush(Phase following) {
        ticket = parts.durability.ticket();
        phase = following;
        return Step.FLUSH;
    }

    private boolean isFlushed() {
        return parts.durability.isDone(ticket);
    }

    /// What cannot be read is reported and left alone, and so is the rest until the next start.
    private Step stick() throws DiskFault {
        isStuck = true;
        return giveUp();
    }

    /// Leaves the log as it is; the next pass begins anew.
    private Step giveUp() throws DiskFault {
        var work = rewriting;
        if (work != null) SegmentSwap.deleteCleaned(parts, work.cleaned());
        var prepared = swap;
        if (prepared != null && phase == Phase.FLUSHING) prepared.giveUp();
        return end();
    }

    private Step end() {
        phase = Phase.RESTING;
        pass = null;
        rewriting = null;
        swap = null;
        return Step.DONE;
    }

    /// Ends a pass at once: what has been renamed is brought to its end, waiting for the disk. Before the
    /// log is cut or closed.
    public void settleNow() throws DiskFault {
        var renamed = swap;
        boolean isRenamed = phase == Phase.RENAMED || phase == Phase.DELETED;
        if (renamed != null && isRenamed) settle(renamed);
        giveUp();
    }

    private void settle(SegmentSwap renamed) throws DiskFault {
        var directory = List.of(parts.directory());
        var disk = parts.files.disk();
        disk.flushNow(List.of(), directory);
        if (!renamed.deleteOld()) return;
        disk.flushNow(List.of(), directory);
        renamed.unmark();
        disk.flushNow(List.of(), directory);
    }
}
