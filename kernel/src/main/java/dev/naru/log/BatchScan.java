package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.record.BatchLayout;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;

/// Walks the batches of a segment file in small bounded reads. Used once, by whoever made it.
final class BatchScan {
    static final int HEADERS_CHUNK_BYTES = 4 * 1024;
    static final int BODIES_CHUNK_BYTES = 256 * 1024;

    private final DiskFile file;
    private final int limit;
    private final boolean wholeBatches;
    private ByteBuffer chunk;
    private int chunkPosition;
    private BatchView view;
    private int position;
    private int nextPosition;
    private boolean isTorn;
    private boolean isAtBatch;

    private BatchScan(DiskFile file, int from, int limit, boolean wholeBatches) {
        this.file = file;
        this.limit = limit;
        this.wholeBatches = wholeBatches;
        int chunkMax = wholeBatches ? BODIES_CHUNK_BYTES : HEADERS_CHUNK_BYTES;
        int bytes = Math.max(BatchLayout.RECORDS, Math.min(chunkMax, limit - from));
        chunk = ByteBuffer.allocate(bytes).limit(0);
        view = BatchView.over(chunk, 0);
        chunkPosition = from;
        position = from;
        nextPosition = from;
    }

    /// Over the headers of the batches from `from`, where a batch starts, to `limit`.
    static BatchScan headers(DiskFile file, int from, int limit) {
        return new BatchScan(file, from, limit, false);
    }

    /// The same with each batch in memory as a whole.
    static BatchScan batches(DiskFile file, int from, int limit) {
        return new BatchScan(file, from, limit, true);
    }

    /// Goes to the next batch. False at the limit, and where there is no plausible batch ([#isTorn]).
    boolean next() throws DiskFault {
        position = nextPosition;
        int available = limit - position;
        isAtBatch = false;
        if (isTorn || available == 0) return false;
        isTorn = true;
        if (available < BatchLayout.RECORDS) return false;
        load(BatchLayout.RECORDS);
        int at = position - chunkPosition;
        if (chunk.limit() - at < BatchLayout.RECORDS) return false;
        view.moveTo(at);
        if (!isPlausible(available)) return false;
        int sizeBytes = view.sizeBytes();
        if (wholeBatches) {
            load(sizeBytes);
            at = position - chunkPosition;
            if (chunk.limit() - at < sizeBytes) return false;
            view.moveTo(at);
        }
        nextPosition = position + sizeBytes;
        isTorn = false;
        isAtBatch = true;
        return true;
    }

    /// Whether the last [#next] found a batch.
    boolean isAtBatch() {
        return isAtBatch;
    }

    /// Lets the next call of [#next] answer the same batch again.
    void stay() {
        nextPosition = position;
    }

    /// The same, unless the walk has ended.
    void stayIfAtBatch() {
        if (isAtBatch) nextPosition = position;
    }

    /// The batch that the walk is at. Its header is in memory; the rest only in a scan of whole batches.
    BatchView view() {
        return view;
    }

    /// The same, with all of it in memory when it is a control batch: what it decides is in its record.
    BatchView viewWithMarker() throws DiskFault {
        if (wholeBatches || !view.isControl()) return view;
        int sizeBytes = view.sizeBytes();
        load(sizeBytes);
        int at = position - chunkPosition;
        if (chunk.limit() - at < sizeBytes) {
            throw new DiskFault(DiskFault.Kind.FAILED, "shorter than it was: " + file.path());
        }
        return view.moveTo(at);
    }

    /// Where that batch starts in the file; after the last [#next], where the walk ended.
    int position() {
        return position;
    }

    /// About the next `bytes` that the walk will read.
    Ahead ahead(int bytes) {
        int from = Math.max(nextPosition, chunkPosition + chunk.limit());
        int size = Math.min(bytes, limit - from);
        return size <= 0 ? Ahead.NOTHING : new Ahead(file, from, size);
    }

    /// Whether the walk ended before its limit.
    boolean isTorn() {
        return isTorn;
    }

    private boolean isPlausible(int available) {
        if (view.magic() != BatchLayout.MAGIC_V2 || view.baseOffset() < 0) return false;
        if (view.batchLength() < BatchLayout.BATCH_LENGTH_MIN) return false;
        if (view.batchLength() > available - BatchLayout.BYTES_BEFORE_LENGTH_COUNTS) return false;
        return view.lastOffsetDelta() >= 0 && view.recordCount() >= 0;
    }

    /// Has `bytes` from the position in the chunk, as far as the file goes.
    private void load(int bytes) throws DiskFault {
        int at = position - chunkPosition;
        if (at + bytes <= chunk.limit()) return;
        if (bytes > chunk.capacity()) {
            chunk = ByteBuffer.allocate(bytes);
            view = BatchView.over(chunk, 0);
        }
        chunk.clear();
        if (limit - position < chunk.capacity()) chunk.limit(limit - position);
        chunkPosition = position;
        LogFiles.readFully(file, position, chunk);
        chunk.flip();
    }
}
