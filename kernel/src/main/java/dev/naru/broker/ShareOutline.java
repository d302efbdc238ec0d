package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.log.AbortedTransaction;
import dev.naru.record.BatchLayout;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.share.Stretch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// What lies in a slice of a log, batch by batch, or record by record where keys count. Only the
/// headers are read, and only as far as somebody goes on asking. Owned by the partition's loop; the
/// slice is in memory.
final class ShareOutline implements Iterable<Stretch> {
    private static final int WINDOW_BYTES = 16 * 1024;

    private record Place(long firstOffset, long lastOffset, int position, int sizeBytes) {}

    private final Bytes.Slice slice;
    private final List<AbortedTransaction> aborted;
    private final boolean withKeys;
    private final Codecs codecs;
    private final List<Place> places = new ArrayList<>();
    private ByteBuffer window = ByteBuffer.allocate(0);
    private int windowPosition;
    private int position;
    private boolean isBroken;

    /// Batches of the `aborted` transactions are for nobody. `withKeys` reads the batches themselves,
    /// for the keys of their records.
    ShareOutline(Bytes.Slice slice, List<AbortedTransaction> aborted, boolean withKeys,
        Codecs codecs) {
        this.slice = slice;
        this.aborted = aborted;
        this.withKeys = withKeys;
        this.codecs = codecs;
    }

    /// Something in there is not as it should be; what comes before it was told.
    boolean isBroken() {
        return isBroken;
    }

    /// The whole batches that hold these offsets, as a slice of its own, which has the lease from
    /// now on.
    Bytes.Slice cut(long firstOffset, long lastOffset) {
        int from = -1;
        int to = 0;
        for (var place : places) {
            if (place.lastOffset() < firstOffset || place.firstOffset() > lastOffset) continue;
            if (from < 0) from = place.position();
            to = place.position() + place.sizeBytes();
        }
        if (from < 0) from = 0;
        return new Bytes.Slice(slice.file(), slice.filePosition() + from, to - from,
            slice.lease());
    }

    @Override public Iterator<Stretch> iterator() {
        var ahead = new ArrayDeque<Stretch>();
        return new Iterator<>() {
            @Override public boolean hasNext() {
                while (ahead.isEmpty() && readNext(ahead)) {
                }
                return !ahead.isEmpty();
            }

            @Override public Stretch next() {
                if (!hasNext()) throw new NoSuchElementException();
                return ahead.removeFirst();
            }
        };
    }

    /// Reads one batch; false when there is none.
    private boolean readNext(ArrayDeque<Stretch> into) {
        if (isBroken || slice.sizeBytes() - position < BatchLayout.RECORDS) return false;
        try {
            if (!hasInWindow(BatchLayout.RECORDS)) fill(WINDOW_BYTES);
            var batch = BatchView.over(window, position - windowPosition);
            int sizeBytes = batch.sizeBytes();
            if (sizeBytes < BatchLayout.RECORDS || batch.lastOffsetDelta() < 0) {
                isBroken = true;
                return false;
            }
            if (slice.sizeBytes() - position < sizeBytes) return false;
            places.add(
                new Place(batch.baseOffset(), batch.lastOffset(), position, sizeBytes));
            tell(batch, sizeBytes, into);
            position += sizeBytes;
            return true;
        } catch (DiskFault | Unreadable bad) {
            isBroken = true;
            return false;
        }
    }

    private void tell(BatchView batch, int sizeBytes, ArrayDeque<Stretch> into)
        throws DiskFault, Unreadable {
        if (batch.isControl() || isAborted(batch)) {
            into.add(Stretch.nothing(batch.baseOffset(), batch.lastOffset()));
        } else if (withKeys) {
            if (!hasInWindow(sizeBytes)) fill(Math.max(sizeBytes, WINDOW_BYTES));
            records(BatchView.over(window, position - windowPosition), into);
        } else {
            into.add(Stretch.data(batch.baseOffset(), batch.lastOffset()));
        }
    }

    private boolean isAborted(BatchView batch) {
        if (!batch.isTransactional()) return false;
        for (var each : aborted) {
            if (each.producerId() == batch.producerId() && each.firstOffset() <= batch.baseOffset()
                && batch.baseOffset() <= each.lastOffset()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasInWindow(int count) {
        return position >= windowPosition
            && position + count <= windowPosition + window.limit();
    }

    private void fill(int sizeBytes) throws DiskFault {
        int size = Math.min(sizeBytes, slice.sizeBytes() - position);
        if (window.capacity() < size) window = ByteBuffer.allocate(size);
        window.clear().limit(size);
        slice.file().read(slice.filePosition() + position, window);
        window.flip();
        windowPosition = position;
        if (window.limit() < size) {
            throw new DiskFault(DiskFault.Kind.FAILED, "the log is shorter than it was");
        }
    }

    private void records(BatchView batch, ArrayDeque<Stretch> into) throws Unreadable {
        long next = batch.baseOffset();
        try (var cursor = new RecordCursor(codecs)) {
            cursor.open(batch);
            while (cursor.next()) {
                var key = cursor.key();
                into.add(key == null
                    ? Stretch.recordWithoutKey(cursor.offset())
                    : Stretch.record(cursor.offset(), hash(key)));
                next = cursor.offset() + 1;
            }
        }
        if (next <= batch.lastOffset()) into.add(Stretch.nothing(next, batch.lastOffset()));
    }

    /// FNV-1a, spread over all 64 bits.
    private static long hash(ByteBuffer key) {
        long hash = 0xcbf29ce484222325L;
        for (int at = key.position(); at < key.limit(); at++) {
            hash = (hash ^ (key.get(at) & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9e3779b97f4a7c15L;
    }
}
