package dev.naru.metadata;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Invariant;
import dev.naru.base.Trace;
import dev.naru.metadata.FrameReader.Found;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/// Reads the metadata directory at start: the newest snapshot, then the log after it. The end of
/// the last log may have been torn by a crash and is then cut; damage anywhere else is told and
/// nothing is touched.
final class LogLoad {
    private final MetadataFiles files;
    private final MetadataLog.Listener listener;
    private final Trace trace;

    private long snapshotIndex;
    private long snapshotBytes;
    private long lastIndex;
    private int lastTerm;
    private long logBytes;
    private long activeFirstIndex = 1;
    private long activeEnd;

    LogLoad(MetadataFiles files, MetadataLog.Listener listener, Trace trace) {
        this.files = files;
        this.listener = listener;
        this.trace = trace;
    }

    /// Tells the listener everything there is.
    Loaded load() throws DiskFault, Unusable {
        files.createDirectory();
        files.deleteTemporary();
        var snapshots = files.snapshots();
        if (!snapshots.isEmpty()) loadSnapshot(snapshots.getLast());
        activeFirstIndex = snapshotIndex + 1;
        var logs = files.logs();
        for (int i = 0; i < logs.size(); i++)
            loadLog(logs.get(i), i == logs.size() - 1);
        files.deleteCovered(snapshotIndex);
        trace.emit(new MetadataEvent.Loaded(lastIndex, snapshotIndex, logBytes));
        return new Loaded(lastIndex, lastTerm, activeFirstIndex, activeEnd, logBytes,
            snapshotBytes);
    }

    private void loadSnapshot(long index) throws DiskFault, Unusable {
        var file = files.snapshot(index);
        var reader = new FrameReader(file, file.sizeBytes());
        var blocks = new ArrayList<ByteBuffer>();
        long position = 0;
        while (true) {
            if (!(reader.at(position) instanceof Found.Whole(var frame))) {
                throw damaged(file, position, "the snapshot is damaged");
            }
            if (frame.flushedIndex() != index || frame.index() != blocks.size()) {
                throw damaged(file, position, "the snapshot is not in order");
            }
            position += frame.sizeBytes();
            lastTerm = frame.term();
            if (frame.mark() == MetadataFrame.END) break;
            blocks.add(frame.payload());
        }
        listener.onSnapshot(blocks.iterator());
        snapshotIndex = index;
        lastIndex = index;
        snapshotBytes = position;
    }

    private void loadLog(long firstIndex, boolean isLast) throws DiskFault, Unusable {
        var file = files.log(firstIndex);
        if (firstIndex > lastIndex + 1) {
            throw damaged(file, 0,
                "batches " + (lastIndex + 1) + " to " + (firstIndex - 1) + " are missing");
        }
        long sizeBytes = file.sizeBytes();
        var reader = new FrameReader(file, sizeBytes);
        long position = 0;
        long expected = firstIndex;
        while (reader.at(position) instanceof Found.Whole(var frame)) {
            if (frame.mark() != MetadataFrame.BATCH || frame.index() != expected) {
                throw damaged(file, position, "the log is not in order");
            }
            tell(frame);
            position += frame.sizeBytes();
            expected++;
        }
        if (position < sizeBytes) {
            if (!isLast) throw damaged(file, position, "the log is damaged");
            refuseLoss(file, position, expected);
            cut(file, position, sizeBytes);
        }
        if (firstIndex <= snapshotIndex) {
            Invariant.check(expected <= snapshotIndex + 1, "metadata: a snapshot ends a log",
                expected, snapshotIndex);
            return;
        }
        logBytes += position;
        activeFirstIndex = firstIndex;
        activeEnd = position;
    }

    private void tell(MetadataFrame frame) {
        lastTerm = Math.max(lastTerm, frame.term());
        if (frame.index() <= lastIndex) return; // in the snapshot already
        lastIndex = frame.index();
        listener.onCommitted(frame.index(), frame.payload());
    }

    private void cut(DiskFile file, long position, long sizeBytes) throws DiskFault {
        file.truncate(position);
        trace.emit(new MetadataEvent.TornTailCut(file.path(), position, sizeBytes - position));
    }

    /// A batch further on that says it was written after `missingIndex` had been flushed proves
    /// that this is no torn end but damage to what was promised: cutting it would lose topics.
    private static void refuseLoss(DiskFile file, long from, long missingIndex)
        throws DiskFault, Unusable {
        long sizeBytes = file.sizeBytes();
        var marks = new FrameReader(file, sizeBytes);
        var frames = new FrameReader(file, sizeBytes);
        for (long position = from; position <= sizeBytes - MetadataFrame.HEADER_BYTES; position++) {
            if (marks.bytes(position, Integer.BYTES).getInt(0) != MetadataFrame.BATCH) continue;
            if (proves(frames.at(position), missingIndex)) {
                throw damaged(file, from, "batch " + missingIndex
                    + " was stored and is damaged, later ones are not");
            }
        }
    }

    private static boolean proves(Found found, long missingIndex) {
        return found instanceof Found.Whole(var frame) && frame.index() > missingIndex
            && frame.flushedIndex() >= missingIndex;
    }

    private static Unusable damaged(DiskFile file, long position, String what) {
        return new Unusable(file.path() + " at byte " + position + ": " + what
            + ". Nothing was changed; restore this directory from a copy.");
    }

    /// Where the log stands after loading: the file that is written next begins with
    /// `activeFirstIndex`.
    record Loaded(long lastIndex, int lastTerm, long activeFirstIndex, long activeEnd,
        long logBytes,
        long snapshotBytes) {}

    /// The directory holds metadata that cannot be used as it is.
    static final class Unusable extends Exception {
        Unusable(String why) {
            super(why);
        }
    }
}
