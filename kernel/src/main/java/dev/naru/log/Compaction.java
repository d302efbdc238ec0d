package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps only the newest record of each key, in the closed segments of a log. Owned by its log; works in
/// small steps. A pass learns the newest offset of each key in what is not clean yet, writes segments anew
/// beside the old ones, waits until those are durable, and puts them in place by renaming.
///
/// Law I16: no byte of a segment is changed in place; a crash leaves each segment old or new. Law I10: what
/// is left replays to the same state, for a tombstone only goes once a pass after the one that removed
/// what it deletes is durable.
final class Compaction {
    private final LogParts parts;
    private final List<Rewriting.Rewritten> rewritten = new ArrayList<>();
    private Phase phase = Phase.RESTING;
    private @Nullable KeyMap keys;
    private @Nullable Rewriting rewriting;
    private long cleanBelow;
    private long passEnd;
    private long ticket;
    private int cutNumber;
    private boolean isStuck;

    private enum Phase {
        RESTING, MAPPING, REWRITING, FLUSHING, FORCING
    }

    Compaction(LogParts parts) {
        this.parts = parts;
    }

    /// Whether a flush is what it waits for.
    boolean isWaiting() {
        return switch (phase) {
            case FLUSHING, FORCING -> true;
            case RESTING, MAPPING, REWRITING -> false;
        };
    }

    /// True when the next step can be taken at once.
    boolean step(long highWatermark, Codecs codecs, Now now) throws DiskFault {
        if (phase != Phase.RESTING && cutNumber != parts.durability.cutNumber()) giveUp();
        try {
            return switch (phase) {
                case RESTING -> begin(highWatermark, codecs);
                case MAPPING -> map(now);
                case REWRITING -> rewrite();
                case FLUSHING -> swap();
                case FORCING -> end();
            };
        } catch (DiskFault fault) {
            // A full disk, or a segment that retention has deleted meanwhile.
            if (fault.kind() == DiskFault.Kind.FAILED) throw fault;
            return giveUp();
        }
    }

    /// A pass is worth it when at least half of what could be clean is not.
    private boolean begin(long highWatermark, Codecs codecs) throws DiskFault {
        if (isStuck) return false;
        long safeEnd = Math.min(highWatermark, parts.durability.recordedPoint());
        long dirtyBytes = 0;
        long allBytes = 0;
        passEnd = parts.logStartOffset;
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var segment = parts.segments.get(at);
            long end = parts.segments.endOf(at, parts.logEndOffset);
            if (end > safeEnd) break;
            passEnd = end;
            allBytes += segment.sizeBytes();
            if (segment.baseOffset() >= cleanBelow) dirtyBytes += segment.sizeBytes();
        }
        if (dirtyBytes == 0 || dirtyBytes * 2 < allBytes) return false;
        cutNumber = parts.durability.cutNumber();
        keys = new KeyMap(parts, codecs, Math.max(cleanBelow, parts.firstOffset()), passEnd);
        phase = Phase.MAPPING;
        return true;
    }

    private boolean map(Now now) throws DiskFault {
        var map = keys;
        if (map == null) return giveUp();
        return switch (map.step()) {
            case MORE -> true;
            case UNREADABLE -> stick();
            case DONE -> {
                passEnd = map.endOffset();
                long tombstonesBeforeMs = now.wallMs() - parts.settings.deleteRetentionMs();
                rewriting = new Rewriting(parts, map, cleanBelow, tombstonesBeforeMs);
                phase = Phase.REWRITING;
                yield true;
            }
        };
    }

    private boolean rewrite() throws DiskFault {
        var work = rewriting;
        if (work == null) return giveUp();
        return switch (work.step(rewritten)) {
            case MORE -> true;
            case UNREADABLE -> stick();
            case DONE -> {
                keys = null;
                rewriting = null;
                flushRewritten();
                yield false;
            }
        };
    }

    private void flushRewritten() {
        for (var done : rewritten) {
            if (done.sizeBytes() > 0) parts.durability.wrote(done.file());
        }
        parts.durability.changedDirectory();
        ticket = parts.durability.ticket();
        phase = Phase.FLUSHING;
    }

    /// What cannot be read is reported and left alone, and so is the rest until the next start.
    private boolean stick() throws DiskFault {
        isStuck = true;
        return giveUp();
    }

    private boolean swap() throws DiskFault {
        if (!parts.durability.isDone(ticket)) return false;
        for (var done : rewritten)
            swap(done);
        rewritten.clear();
        parts.durability.changedDirectory();
        ticket = parts.durability.ticket();
        phase = Phase.FORCING;
        return false;
    }

    /// The index of the old file goes first. Should it come back in a crash, it does not fit the new file and
    /// is made anew.
    private void swap(Rewriting.Rewritten done) throws DiskFault {
        int at = parts.segments.floor(done.baseOffset());
        var disk = parts.files.disk();
        if (at < 0 || parts.segments.get(at).baseOffset() != done.baseOffset()) {
            disk.delete(done.file().path());
            return;
        }
        var old = parts.segments.get(at);
        int before = old.sizeBytes();
        parts.forgetFiles(old);
        if (done.sizeBytes() == 0) {
            parts.segments.remove(at);
            parts.files.deleteSegment(done.baseOffset());
        } else {
            disk.delete(old.offsetsFile().path());
            disk.delete(old.timesFile().path());
            disk.rename(done.file().path(), old.log().path());
            parts.segments.replace(at, Segment.stored(parts.files, parts.trace,
                done.baseOffset(), done.sizeBytes(), done.maxTimestamp()));
        }
        parts.trace.emit(new LogEvent.Compacted(parts.directory(), done.baseOffset(), before,
            done.sizeBytes()));
    }

    private boolean end() {
        if (!parts.durability.isDone(ticket)) return false;
        int at = parts.segments.floor(passEnd);
        cleanBelow = at < 0 ? passEnd : parts.segments.get(at).baseOffset();
        phase = Phase.RESTING;
        return false;
    }

    /// Leaves the log as it is; the next pass begins anew.
    private boolean giveUp() throws DiskFault {
        var work = rewriting;
        if (work != null) work.giveUp();
        for (var done : rewritten) {
            parts.durability.forget(done.file());
            parts.files.disk().delete(done.file().path());
        }
        rewritten.clear();
        keys = null;
        rewriting = null;
        cleanBelow = Math.min(cleanBelow, parts.logEndOffset);
        phase = Phase.RESTING;
        return false;
    }
}
