package dev.naru.log;

import dev.naru.base.DiskFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts a cleaned segment in the place of those it was made of, in steps; each begins when the names of the
/// step before are durable, so that a crash leaves the old segments or the new one, or enough to see what
/// was under way. Owned by a pass of cleaning. Law I16: swapped by rename, nothing is changed in place.
///
/// ```
/// 1 the cleaned files and, if several segments become one, a note of which, are flushed
/// 2 the cleaned files take the names of the first segment's       (indexes first, the log last)
/// 3 the files of the other segments go
/// 4 the note goes
/// ```
/// A crash after 2 may leave others of the old segments behind, whose records are in the new one, too: the
/// note tells recovery to delete them, should the log already reach beyond them.
final class SegmentSwap {
    private final LogParts parts;
    private final List<Segment> old;
    private final Segment cleaned;

    SegmentSwap(LogParts parts, List<Segment> old, Segment cleaned) {
        this.parts = parts;
        this.old = old;
        this.cleaned = cleaned;
    }

    private long baseOffset() {
        return cleaned.baseOffset();
    }

    private boolean isMerge() {
        return old.size() > 1;
    }

    /// Step 1. What is written is flushed along with the next flush.
    void prepare() throws DiskFault {
        var disk = parts.files.disk();
        for (var file : List.of(cleaned.log(), cleaned.offsetsFile(), cleaned.timesFile(),
            cleaned.abortsFile())) {
            if (disk.exists(file.path())) parts.durability.wrote(file);
        }
        if (isMerge()) {
            var note = parts.files.file(baseOffset(), LogFiles.MERGE);
            parts.files.replaceAll(note, ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8)));
            parts.durability.wrote(note);
        }
        parts.durability.changedDirectory();
    }

    private String text() {
        var text = new StringBuilder();
        for (var segment : old.subList(1, old.size()))
            text.append(segment.baseOffset()).append('\n');
        return text.toString();
    }

    /// Whether the old segments are still there, side by side.
    boolean isPossible() {
        int at = parts.segments.floor(baseOffset());
        if (at < 0 || at + old.size() >= parts.segments.size()) return false;
        for (int number = 0; number < old.size(); number++) {
            if (parts.segments.get(at + number) != old.get(number)) return false;
        }
        return true;
    }

    /// Step 2. From here on readers get the new one.
    void rename() throws DiskFault {
        long bytesBefore = 0;
        for (var segment : old) {
            bytesBefore += segment.sizeBytes();
            parts.forgetFiles(segment);
        }
        var first = old.getFirst();
        cleaned.relax();
        parts.files.disk().delete(first.offsetsFile().path());
        parts.files.disk().delete(first.timesFile().path());
        boolean hasAborts = cleaned.aborts().count() > 0;
        if (hasAborts) take(cleaned.abortsFile().path(), first.abortsFile().path());
        else
            parts.files.disk().delete(first.abortsFile().path());
        take(cleaned.offsetsFile().path(), first.offsetsFile().path());
        take(cleaned.timesFile().path(), first.timesFile().path());
        parts.files.disk().rename(cleaned.log().path(), first.log().path());
        int at = parts.segments.floor(baseOffset());
        for (int number = 1; number < old.size(); number++)
            parts.segments.remove(at + 1);
        parts.segments.replace(at, Segment.stored(parts.files, parts.trace, baseOffset(),
            cleaned.sizeBytes(), cleaned.knownMaxTimestamp()));
        parts.durability.changedDirectory();
        parts.trace.emit(new LogEvent.Compacted(parts.directory(), baseOffset(), old.size(),
            bytesBefore, cleaned.sizeBytes()));
    }

    /// In a crash the abort index of the old segment may stay beside the new log: all markers that it tells
    /// of are still there ([TransactionTrail.Left#IN_INDEX]).
    private void take(String from, String to) throws DiskFault {
        if (parts.files.disk().exists(from)) parts.files.disk().rename(from, to);
    }

    /// Step 3. True when there was something to do.
    boolean deleteOld() throws DiskFault {
        if (!isMerge()) return false;
        for (var segment : old.subList(1, old.size()))
            parts.files.deleteSegment(segment.baseOffset());
        parts.durability.changedDirectory();
        return true;
    }

    /// Step 4.
    void unmark() throws DiskFault {
        parts.files.disk().delete(parts.files.path(baseOffset(), LogFiles.MERGE));
        parts.durability.changedDirectory();
    }

    /// Leaves the old ones as they are. Before step 2.
    void giveUp() throws DiskFault {
        deleteCleaned(parts, cleaned);
        var note = parts.files.file(baseOffset(), LogFiles.MERGE);
        parts.durability.forget(note);
        parts.files.disk().delete(note.path());
    }

    static void deleteCleaned(LogParts parts, Segment cleaned) throws DiskFault {
        parts.forgetFiles(cleaned);
        for (var file : List.of(cleaned.log(), cleaned.offsetsFile(), cleaned.timesFile(),
            cleaned.abortsFile())) {
            parts.files.disk().delete(file.path());
        }
    }

    /// After a crash: deletes the segments that a note says are part of another, if they are.
    static void recover(LogFiles files, List<String> names) throws DiskFault {
        var disk = files.disk();
        boolean any = false;
        for (var name : names) {
            long base = LogFiles.offsetOf(name, LogFiles.MERGE);
            if (base < 0) continue;
            var merged = merged(files, base);
            any = true;
            if (merged.isEmpty() || !reaches(files, base, merged.getFirst())) continue;
            for (long each : merged)
                files.deleteSegment(each);
            forgetIndexes(files, base);
        }
        if (!any) return;
        disk.flushNow(List.of(), List.of(files.directory()));
        for (var name : names) {
            if (LogFiles.offsetOf(name, LogFiles.MERGE) >= 0) disk.delete(files.path(name));
        }
        disk.flushNow(List.of(), List.of(files.directory()));
    }

    /// The indexes beside it may be those of another.
    private static void forgetIndexes(LogFiles files, long base) throws DiskFault {
        files.disk().delete(files.path(base, LogFiles.INDEX));
        files.disk().delete(files.path(base, LogFiles.TIME_INDEX));
    }

    private static List<Long> merged(LogFiles files, long base) throws DiskFault {
        var bytes = files.readAll(files.file(base, LogFiles.MERGE));
        var merged = new ArrayList<Long>();
        for (var line : StandardCharsets.UTF_8.decode(bytes).toString().split("\n", -1)) {
            var offset = offset(line);
            if (offset != null && offset > base) merged.add(offset);
        }
        return merged;
    }

    private static @Nullable Long offset(String line) {
        try {
            return line.isEmpty() ? null : Long.valueOf(line);
        } catch (NumberFormatException torn) {
            return null;
        }
    }

    /// Whether the log at `base` holds anything at or above `offset`: then it is the new one.
    private static boolean reaches(LogFiles files, long base, long offset) throws DiskFault {
        var path = files.path(base, LogFiles.LOG);
        if (!files.disk().exists(path)) return false;
        var file = files.file(base, LogFiles.LOG);
        var scan = BatchScan.headers(file, 0, Math.toIntExact(file.sizeBytes()));
        while (scan.next()) {
            if (scan.view().lastOffset() >= offset) return true;
        }
        return false;
    }
}
