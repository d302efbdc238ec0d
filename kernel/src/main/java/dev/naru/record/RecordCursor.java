package dev.naru.record;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks the records of a batch. Owned by whoever made it; goes from batch to batch with [#open],
/// so that a scan needs one cursor. Reads uncompressed records where they lie; of a compressed
/// batch only one record at a time is in memory. Keys, values and headers are only good until the
/// next [#next], [#open] or [#close]: copy what must live longer. The checksum is not looked at.
public final class RecordCursor implements AutoCloseable {
    /// The largest record there can be unless said otherwise.
    public static final int RECORD_BYTES_MAX = 256 * 1024 * 1024;

    private static final int SCRATCH_BYTES = 16 * 1024;
    private static final int FIRST_RECORD_BYTES = 4 * 1024;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Codecs codecs;
    private final int recordBytesMax;
    private final Feed feed = new Feed();
    private final Feed fields = new Feed();
    private ByteBuffer scratch = EMPTY;
    private ByteBuffer recordBytes = EMPTY;
    private Codecs.@Nullable Source source;
    private final BatchView batch = BatchView.unplaced();
    private int remaining;

    private ByteBuffer at = EMPTY;
    private int recordStart;
    private int recordEnd;
    private int offsetDelta;
    private long timestampDelta;
    private int keyPosition;
    private int keyBytes;
    private int valuePosition;
    private int valueBytes;
    private int headersPosition;
    private int headerCount;

    public RecordCursor(Codecs codecs) {
        this(codecs, RECORD_BYTES_MAX);
    }

    /// Refuses records of compressed batches that are larger than `recordBytesMax`.
    public RecordCursor(Codecs codecs, int recordBytesMax) {
        this.codecs = codecs;
        this.recordBytesMax = recordBytesMax;
    }

    /// Stands before the first record of a batch; the whole batch must be in the buffer
    /// ([BatchView#framing]).
    public RecordCursor open(BatchView view) throws Unreadable {
        close();
        batch.place(view.buffer(), view.position());
        int start = batch.position() + BatchLayout.RECORDS;
        if (batch.codecId() == 0) {
            feed.overBuffer(batch.buffer(), start, batch.endPosition());
        } else {
            openStream(batch.buffer().slice(start, batch.endPosition() - start));
        }
        remaining = batch.recordCount();
        return this;
    }

    /// Goes to the next record; false when there is none.
    public boolean next() throws Unreadable {
        if (remaining <= 0) return false;
        remaining--;
        try {
            enter();
            readFields();
        } catch (Flaw flaw) {
            remaining = 0;
            throw unreadable(flaw);
        }
        return true;
    }

    public long offset() {
        return batch.baseOffset() + offsetDelta;
    }

    /// The record's own, or that of the batch when the broker set it.
    public long timestamp() {
        if (batch.isLogAppendTime()) return batch.maxTimestamp();
        return batch.baseTimestamp() + timestampDelta;
    }

    public boolean hasKey() {
        return keyBytes >= 0;
    }

    public boolean isTombstone() {
        return valueBytes < 0;
    }

    public @Nullable ByteBuffer key() {
        return keyBytes < 0 ? null : at.slice(keyPosition, keyBytes);
    }

    public @Nullable ByteBuffer value() {
        return valueBytes < 0 ? null : at.slice(valuePosition, valueBytes);
    }

    public int headerCount() {
        return headerCount;
    }

    /// The headers, in their order.
    public List<RecordHeader> headers() throws Unreadable {
        if (headerCount == 0) return List.of();
        var headers = new ArrayList<RecordHeader>(Math.min(headerCount, 100));
        fields.overBuffer(at, headersPosition, recordEnd);
        try {
            for (int index = 0; index < headerCount; index++) {
                var key = StandardCharsets.UTF_8.decode(bytes(fields.varint())).toString();
                headers.add(new RecordHeader(key, bytesOrNull()));
            }
        } catch (Flaw flaw) {
            throw unreadable(flaw);
        }
        return headers;
    }

    /// All bytes of the record but its length.
    public int sizeBytes() {
        return recordEnd - recordStart;
    }

    @Override public void close() {
        if (source != null) source.close();
        source = null;
        feed.forget();
        fields.forget();
        batch.place(EMPTY, 0);
        at = EMPTY;
        remaining = 0;
        keyBytes = -1;
        valueBytes = -1;
        headerCount = 0;
    }

    private void openStream(ByteBuffer compressed) throws Unreadable {
        try {
            var opened = codecs.open(batch.codecId(), compressed);
            source = opened;
            if (scratch.capacity() == 0) scratch = ByteBuffer.allocate(SCRATCH_BYTES);
            feed.overStream(opened, scratch,
                new Feed.Allowance(Long.MAX_VALUE, Flaw.Kind.TOO_LARGE));
        } catch (Codecs.CodecFault fault) {
            throw new Unreadable("the records cannot be decompressed: " + fault.getMessage());
        }
    }

    /// Finds the bytes of the next record: in place, or moved into a buffer of their own.
    private void enter() throws Flaw {
        int length = feed.varint();
        if (length < 0) throw Flaw.structure("a record has a negative length");
        if (source == null) {
            at = batch.buffer();
            recordStart = feed.position();
            feed.skip(length);
        } else {
            if (length > recordBytesMax) throw Flaw.structure("a record is too large");
            moveRecord(length);
            at = recordBytes;
            recordStart = 0;
        }
        recordEnd = recordStart + length;
        fields.overBuffer(at, recordStart, recordEnd);
    }

    /// Grows only as fast as bytes arrive: a declared length alone costs nothing.
    private void moveRecord(int length) throws Flaw {
        int wanted = Math.max(FIRST_RECORD_BYTES, recordBytes.capacity());
        if (recordBytes.capacity() < wanted) recordBytes = ByteBuffer.allocate(wanted);
        recordBytes.clear().limit(Math.min(length, recordBytes.capacity()));
        feed.fill(recordBytes);
        while (recordBytes.position() < length) {
            int capacity = (int) Math.min(length, recordBytes.capacity() * 2L);
            recordBytes = ByteBuffer.allocate(capacity).put(recordBytes.flip());
            feed.fill(recordBytes);
        }
    }

    private void readFields() throws Flaw {
        fields.next();
        timestampDelta = fields.varlong();
        offsetDelta = fields.varint();
        keyBytes = fields.varint();
        keyPosition = fields.position();
        if (keyBytes > 0) fields.skip(keyBytes);
        valueBytes = fields.varint();
        valuePosition = fields.position();
        if (valueBytes > 0) fields.skip(valueBytes);
        headerCount = fields.varint();
        headersPosition = fields.position();
        if (keyBytes < -1 || valueBytes < -1) throw Flaw.structure("a length is negative");
        if (headerCount < 0) throw Flaw.structure("the header count is negative");
        if (headerCount > recordEnd - headersPosition) {
            throw Flaw.structure("there are fewer headers than declared");
        }
    }

    private @Nullable ByteBuffer bytesOrNull() throws Flaw {
        int length = fields.varint();
        return length == -1 ? null : bytes(length);
    }

    private ByteBuffer bytes(int length) throws Flaw {
        if (length < 0) throw Flaw.structure("a length is negative");
        int start = fields.position();
        fields.skip(length);
        return at.slice(start, length);
    }

    private static Unreadable unreadable(Flaw flaw) {
        return new Unreadable(flaw.reason());
    }
}
