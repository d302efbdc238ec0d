package dev.naru.log;

import static java.util.Objects.requireNonNull;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Trace;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of batches and the two indexes beside it. The indexes are opened when they are needed; until
/// then the segment is four numbers. Owned by its log. Law I16: bytes are only added at the end, or cut
/// off the end by a truncation.
final class Segment {
    static final long UNKNOWN = Long.MIN_VALUE;
    static final long NO_TIMESTAMP = -1;

    private final LogFiles files;
    private final Trace trace;
    private final long baseOffset;
    /// What follows the usual names: nothing, but for one that is being written beside another.
    private final String nameEnd;
    private @Nullable DiskFile log;
    private int sizeBytes;
    private long maxTimestamp;
    private long maxTimestampOffset = -1;
    private long firstTimestamp = UNKNOWN;
    private @Nullable SparseIndex offsets;
    private @Nullable SparseIndex times;
    private @Nullable AbortIndex aborts;
    private int bytesSinceEntry;
    private int writtenFrom;
    private boolean isWithoutRoom;

    private Segment(LogFiles files, Trace trace, long baseOffset, String nameEnd, int sizeBytes) {
        this.files = files;
        this.trace = trace;
        this.baseOffset = baseOffset;
        this.nameEnd = nameEnd;
        this.sizeBytes = sizeBytes;
        this.maxTimestamp = NO_TIMESTAMP;
        this.writtenFrom = sizeBytes;
    }

    /// One that is about to be written.
    static Segment fresh(LogFiles files, Trace trace, long baseOffset) {
        return fresh(files, trace, baseOffset, "");
    }

    /// One that is written beside another, to take its place.
    static Segment beside(LogFiles files, Trace trace, long baseOffset) {
        return fresh(files, trace, baseOffset, LogFiles.CLEANED);
    }

    private static Segment fresh(LogFiles files, Trace trace, long baseOffset, String nameEnd) {
        var segment = new Segment(files, trace, baseOffset, nameEnd, 0);
        segment.firstTimestamp = NO_TIMESTAMP;
        segment.offsets = SparseIndex.empty(segment.offsetsFile(), SparseIndex.OFFSET_KEY_BYTES);
        segment.times = SparseIndex.empty(segment.timesFile(), SparseIndex.TIME_KEY_BYTES);
        segment.aborts = AbortIndex.empty(segment.abortsFile());
        return segment;
    }

    /// One that is on disk; nothing is read. The largest timestamp may be [#UNKNOWN].
    static Segment stored(LogFiles files, Trace trace, long baseOffset, int sizeBytes,
        long maxTimestamp) {
        var segment = new Segment(files, trace, baseOffset, "", sizeBytes);
        segment.maxTimestamp = maxTimestamp;
        return segment;
    }

    long baseOffset() {
        return baseOffset;
    }

    DiskFile log() {
        var file = log;
        if (file == null) {
            file = files.file(baseOffset, LogFiles.LOG + nameEnd);
            log = file;
        }
        return file;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /// Bytes from this position on were written by this process.
    int writtenFrom() {
        return writtenFrom;
    }

    /// Adds a batch at the end. When the disk refuses, what was there before still is, and no more.
    void append(ByteBuffer batch, BatchView view, int indexIntervalBytes) throws DiskFault {
        int position = sizeBytes;
        int batchBytes = batch.remaining();
        try {
            log().write(position, batch);
        } catch (DiskFault fault) {
            cutBack(position);
            if (!isWithoutRoom && fault.kind() == DiskFault.Kind.FULL)
                trace.emit(new LogEvent.NoRoom(String.valueOf(fault.getMessage())));
            isWithoutRoom = true;
            throw fault;
        }
        isWithoutRoom = false;
        sizeBytes = position + batchBytes;
        note(view, position, batchBytes, indexIntervalBytes);
        saveFullPages();
    }

    /// Adds bytes of batches that are noted by the caller.
    void append(ByteBuffer batches) throws DiskFault {
        int bytes = batches.remaining();
        log().write(sizeBytes, batches);
        sizeBytes += bytes;
    }

    /// Makes the file be there without a byte in it.
    void createFile() throws DiskFault {
        log().write(0, ByteBuffer.allocate(0));
    }

    /// The first batch that ends at or after `offset`: the scan is at it, or has ended.
    BatchScan find(long offset, int indexIntervalBytes) throws DiskFault {
        var scan = scanBefore(offset, indexIntervalBytes);
        while (scan.next()) {
            if (scan.view().lastOffset() >= offset) return scan;
        }
        return scan;
    }

    /// A scan of headers that starts at or before the batch that `offset` is in, as near as the index
    /// knows. An index that is wrong about it is made anew.
    BatchScan scanBefore(long offset, int indexIntervalBytes) throws DiskFault {
        var index = offsets(indexIntervalBytes);
        int slot = index.floor(offset - baseOffset);
        if (slot < 0) return BatchScan.headers(log(), 0, sizeBytes);
        var scan = BatchScan.headers(log(), index.value(slot), sizeBytes);
        boolean isThere = index.value(slot) < sizeBytes && scan.next();
        if (isThere && scan.view().lastOffset() == baseOffset + index.key(slot)) {
            scan.stay();
            return scan;
        }
        rebuildIndexes(indexIntervalBytes);
        index = offsets(indexIntervalBytes);
        slot = index.floor(offset - baseOffset);
        return BatchScan.headers(log(), slot < 0 ? 0 : index.value(slot), sizeBytes);
    }

    /// The start of an indexed batch at or before `position`, as far behind as possible; 0 when none is.
    int batchStartBefore(int position, int indexIntervalBytes) throws DiskFault {
        var index = offsets(indexIntervalBytes);
        int slot = index.floorOfValue(position);
        return slot < 0 ? 0 : index.value(slot);
    }

    /// Where to look for the first record of at least `timestampMs`: an offset at or before it.
    long offsetBeforeTime(long timestampMs, int indexIntervalBytes) throws DiskFault {
        offsets(indexIntervalBytes);
        var index = requireNonNull(times);
        int slot = index.floor(timestampMs);
        return slot < 0 ? baseOffset : baseOffset + index.value(slot);
    }

    /// The largest timestamp of a record, -1 when there is none. May read the end of the segment once.
    long maxTimestamp(int indexIntervalBytes) throws DiskFault {
        if (maxTimestamp == UNKNOWN) resume(indexIntervalBytes);
        return maxTimestamp;
    }

    /// Last offset of the first batch that holds the largest timestamp.
    long maxTimestampOffset(int indexIntervalBytes) throws DiskFault {
        if (maxTimestamp == UNKNOWN || maxTimestampOffset < 0) resume(indexIntervalBytes);
        return maxTimestampOffset;
    }

    /// As far as it is known without a read.
    long knownMaxTimestamp() {
        return maxTimestamp;
    }

    /// Largest timestamp of the first batch, from which the age of the segment is counted; -1 if none.
    long firstTimestamp() throws DiskFault {
        if (firstTimestamp == UNKNOWN) {
            var scan = BatchScan.headers(log(), 0, sizeBytes);
            firstTimestamp = scan.next() ? scan.view().maxTimestamp() : NO_TIMESTAMP;
        }
        return firstTimestamp;
    }

    /// Reads what an append must know: the end of the segment that no index entry covers.
    void resume(int indexIntervalBytes) throws DiskFault {
        offsets(indexIntervalBytes);
        var index = requireNonNull(offsets);
        int last = index.count() - 1;
        resumeFrom(last < 0 ? 0 : index.value(last), indexIntervalBytes);
    }

    /// Leaves only index entries below `offset` and returns the position from which the log has to be
    /// scanned to make the others anew.
    int forgetIndexFrom(long offset) throws DiskFault {
        if (!openIndexes()) clearIndexes();
        var index = requireNonNull(offsets);
        var timeIndex = requireNonNull(times);
        int count = index.floor(offset - baseOffset - 1) + 1;
        index.cutTo(count);
        index.trimFile();
        int timeCount = timeIndex.count();
        while (timeCount > 0 && timeIndex.value(timeCount - 1) >= offset - baseOffset)
            timeCount--;
        timeIndex.cutTo(timeCount);
        timeIndex.trimFile();
        if (!index.isSorted(true) || !timeIndex.isSorted(false)) clearIndexes();
        int last = requireNonNull(offsets).count() - 1;
        int position = last < 0 ? 0 : index.value(last);
        if (position < sizeBytes && isAt(position, last < 0 ? UNKNOWN : index.key(last))) {
            return position;
        }
        clearIndexes();
        return 0;
    }

    /// Starts to take note of batches from `position`, where the last index entry points.
    void startNotes() throws DiskFault {
        var index = requireNonNull(times);
        int last = index.count() - 1;
        maxTimestamp = last < 0 ? NO_TIMESTAMP : index.key(last);
        maxTimestampOffset = last < 0 ? -1 : baseOffset + index.value(last);
        bytesSinceEntry = 0;
    }

    /// Takes note of a batch in the log: index entries now and then, and the largest timestamp.
    void note(BatchView view, int position, int batchBytes, int indexIntervalBytes)
        throws DiskFault {
        if (position == 0) firstTimestamp = view.maxTimestamp();
        if (view.maxTimestamp() > maxTimestamp) {
            maxTimestamp = view.maxTimestamp();
            maxTimestampOffset = view.lastOffset();
        }
        if (bytesSinceEntry > indexIntervalBytes) {
            var index = requireNonNull(offsets);
            index.append(view.lastOffset() - baseOffset, position);
            noteTime();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += batchBytes;
    }

    boolean isIndexFull(int indexBytes) {
        var index = offsets;
        var timeIndex = times;
        if (index == null || timeIndex == null) return false;
        return index.sizeBytes() + 2 * SparseIndex.ENTRY_BYTES_MAX > indexBytes
            || timeIndex.sizeBytes() + 2 * SparseIndex.ENTRY_BYTES_MAX > indexBytes;
    }

    /// No batch will be added any more: the time index gets its closing entry.
    void seal() throws DiskFault {
        if (times == null || maxTimestamp == UNKNOWN) return;
        noteTime();
    }

    /// Writes index entries that are on the heap only. True when there were any.
    boolean saveIndexes() throws DiskFault {
        var index = offsets;
        var timeIndex = times;
        if (index == null || timeIndex == null) return false;
        if (index.isSaved() && timeIndex.isSaved()) return false;
        index.save();
        timeIndex.save();
        return true;
    }

    /// The aborted transactions whose markers are in here.
    AbortIndex aborts() throws DiskFault {
        var index = aborts;
        if (index == null) {
            var file = abortsFile();
            index = files.disk().exists(file.path())
                ? AbortIndex.stored(file)
                : AbortIndex.empty(file);
            aborts = index;
        }
        return index;
    }

    /// Takes note of one more. A full disk does not stop appends for its sake: it stays on the heap.
    void aborted(AbortedTransaction transaction) throws DiskFault {
        var index = aborts();
        index.append(transaction);
        if (!index.hasPageful()) return;
        try {
            index.save();
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
        }
    }

    /// Writes aborted transactions that are on the heap only. True when the file has to be flushed.
    boolean saveAborts() throws DiskFault {
        var index = aborts;
        if (index == null) return false;
        index.save();
        return index.takeUnflushed();
    }

    /// Puts these in the place of what a spoilt index holds. With a full disk they stay on the heap.
    void replaceAborts(List<AbortedTransaction> all) throws DiskFault {
        var disk = files.disk();
        var next = AbortIndex.empty(files.file(baseOffset, LogFiles.ABORT_INDEX + ".tmp"));
        if (aborts != null) aborts.file().close();
        disk.delete(next.file().path());
        all.forEach(next::append);
        try {
            next.save();
            if (!all.isEmpty()) disk.flushNow(List.of(next.file()), List.of());
            next.file().close();
            if (all.isEmpty()) disk.delete(abortsFile().path());
            else
                disk.rename(next.file().path(), abortsFile().path());
            disk.flushNow(List.of(), List.of(files.directory()));
            aborts = AbortIndex.replaced(abortsFile(), all.size());
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            disk.delete(next.file().path());
            aborts = AbortIndex.empty(abortsFile());
            all.forEach(aborts::append);
        }
    }

    /// An offset that nothing reaches which lies before `position`; as near as the index knows.
    long offsetBoundAt(int position, long segmentEnd, int indexIntervalBytes) throws DiskFault {
        if (position >= sizeBytes) return segmentEnd;
        var index = offsets(indexIntervalBytes);
        int slot = index.floorOfValue(position - 1) + 1;
        return slot < index.count() ? baseOffset + index.key(slot) : segmentEnd;
    }

    DiskFile abortsFile() {
        return files.file(baseOffset, LogFiles.ABORT_INDEX + nameEnd);
    }

    DiskFile offsetsFile() {
        return files.file(baseOffset, LogFiles.INDEX + nameEnd);
    }

    DiskFile timesFile() {
        return files.file(baseOffset, LogFiles.TIME_INDEX + nameEnd);
    }

    /// Cuts the log at `position`, where a batch starts whose offset is `offset`. Law I16: the caller has
    /// lowered the recovery point.
    void truncate(int position, long offset, int indexIntervalBytes) throws DiskFault {
        offsets(indexIntervalBytes);
        var index = requireNonNull(offsets);
        var timeIndex = requireNonNull(times);
        log().truncate(position);
        sizeBytes = position;
        writtenFrom = Math.min(writtenFrom, position);
        index.cutFromKey(offset - baseOffset);
        int count = timeIndex.count();
        while (count > 0 && timeIndex.value(count - 1) >= offset - baseOffset)
            count--;
        timeIndex.cutTo(count);
        aborts().cutFrom(offset);
        if (position == 0) firstTimestamp = NO_TIMESTAMP;
        resume(indexIntervalBytes);
    }

    /// The size as recovery found it, cutting off what follows.
    void cutTail(int position) throws DiskFault {
        if (position < sizeBytes) log().truncate(position);
        sizeBytes = position;
    }

    /// Gives back the memory and the handles that can be had again.
    void relax() {
        var file = log;
        if (file != null) file.close();
        log = null;
        var aborted = aborts;
        if (aborted != null) aborted.file().close();
        var index = offsets;
        var timeIndex = times;
        if (index == null || timeIndex == null) return;
        index.file().close();
        timeIndex.file().close();
        index.relax();
        timeIndex.relax();
    }

    private void resumeFrom(int position, int indexIntervalBytes) throws DiskFault {
        startNotes();
        var scan = BatchScan.headers(log(), position, sizeBytes);
        while (scan.next()) {
            note(scan.view(), scan.position(), scan.view().sizeBytes(), indexIntervalBytes);
        }
        if (scan.isTorn()) reportBadBatch(scan.position());
    }

    private void reportBadBatch(int position) {
        trace.emit(
            new LogEvent.BadBatch(files.directory(), baseOffset, position, "no batch header"));
    }

    private void noteTime() throws DiskFault {
        var timeIndex = requireNonNull(times);
        int last = timeIndex.count() - 1;
        if (maxTimestamp < 0 || (last >= 0 && timeIndex.key(last) >= maxTimestamp)) return;
        timeIndex.append(maxTimestamp, Math.toIntExact(maxTimestampOffset - baseOffset));
    }

    /// A full disk does not stop appends for the sake of an index: it stays on the heap until there is room.
    private void saveFullPages() throws DiskFault {
        var index = requireNonNull(offsets);
        if (!index.hasPageful()) return;
        try {
            saveIndexes();
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
        }
    }

    private void cutBack(int position) {
        try {
            if (log().sizeBytes() > position) log().truncate(position);
        } catch (DiskFault secondFault) {
            // The first fault is the one to report; recovery cuts the same bytes.
            log().close();
        }
    }

    /// The offset index, opened or made; the time index is there then, too.
    private SparseIndex offsets(int indexIntervalBytes) throws DiskFault {
        var index = offsets;
        if (index != null) return index;
        if (!openIndexes()) rebuildIndexes(indexIntervalBytes);
        return requireNonNull(offsets);
    }

    /// False when the files are not there or cannot be an index of this log.
    private boolean openIndexes() throws DiskFault {
        if (offsets != null) return true;
        var disk = files.disk();
        var offsetsFile = offsetsFile();
        var timesFile = timesFile();
        if (!disk.exists(offsetsFile.path()) || !disk.exists(timesFile.path())) return false;
        var index = SparseIndex.open(offsetsFile, SparseIndex.OFFSET_KEY_BYTES);
        var timeIndex = SparseIndex.open(timesFile, SparseIndex.TIME_KEY_BYTES);
        if (!fits(index, true) || !fits(timeIndex, false)) return false;
        int last = index.count() - 1;
        if (last >= 0 && !isAt(index.value(last), index.key(last))) return false;
        offsets = index;
        times = timeIndex;
        return true;
    }

    private boolean fits(SparseIndex index, boolean holdsPositions) throws DiskFault {
        int last = index.count() - 1;
        if (last < 0) return true;
        if (last > 0 && index.key(last) <= index.key(0)) return false;
        return index.value(last) >= 0 && (!holdsPositions || index.value(last) < sizeBytes);
    }

    private boolean isAt(int position, long relativeOffset) throws DiskFault {
        var scan = BatchScan.headers(log(), position, sizeBytes);
        if (!scan.next()) return false;
        return relativeOffset == UNKNOWN || scan.view().lastOffset() == baseOffset + relativeOffset;
    }

    private void rebuildIndexes(int indexIntervalBytes) throws DiskFault {
        clearIndexes();
        resumeFrom(0, indexIntervalBytes);
        if (sizeBytes > indexIntervalBytes) {
            trace.emit(new LogEvent.IndexRebuilt(files.directory(), baseOffset));
        }
    }

    private void clearIndexes() throws DiskFault {
        deleteIfThere(offsetsFile());
        deleteIfThere(timesFile());
        offsets = SparseIndex.empty(offsetsFile(), SparseIndex.OFFSET_KEY_BYTES);
        times = SparseIndex.empty(timesFile(), SparseIndex.TIME_KEY_BYTES);
    }

    private void deleteIfThere(DiskFile file) throws DiskFault {
        if (files.disk().exists(file.path())) files.disk().delete(file.path());
    }
}
