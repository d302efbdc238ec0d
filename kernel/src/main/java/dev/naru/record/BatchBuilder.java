package dev.naru.record;

import dev.naru.base.Codecs;
import dev.naru.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Builds one record batch (magic 2). Owned by whoever made it; used once: say what kind of batch
/// it is, append records, build. Keys and values are copied when appended; their positions stay.
public final class BatchBuilder {
    private static final int INITIAL_BYTES = 512;
    private static final int RECORD_NUMBERS_BYTES_MAX = 1 + Varint.LONG_BYTES_MAX
        + 5 * Varint.INT_BYTES_MAX;

    private final long baseOffset;
    private ByteBuffer out;
    private int leaderEpoch = BatchLayout.NONE;
    private int attributes;
    private long producerId = BatchLayout.NONE;
    private short producerEpoch = BatchLayout.NONE;
    private int baseSequence = BatchLayout.NONE;
    private long baseTimestamp = BatchLayout.NONE;
    private long maxTimestamp = BatchLayout.NONE;
    private boolean hasBaseTimestamp;
    private long appendTimeMs;
    private int lastOffsetDelta = -1;
    private int recordCount;

    /// A batch whose first record has `baseOffset`.
    public BatchBuilder(long baseOffset) {
        this(baseOffset, INITIAL_BYTES);
    }

    /// The same, with room for `expectedBytes` before it has to grow.
    public BatchBuilder(long baseOffset, int expectedBytes) {
        this.baseOffset = baseOffset;
        out = ByteBuffer.allocate(BatchLayout.RECORDS + expectedBytes)
            .position(BatchLayout.RECORDS);
    }

    public BatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    /// Records of a producer with an id, numbered from `firstSequence`.
    public BatchBuilder producer(long id, short epoch, int firstSequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = firstSequence;
        return this;
    }

    /// Part of a transaction.
    public BatchBuilder transactional() {
        attributes |= BatchLayout.TRANSACTIONAL_BIT;
        return this;
    }

    /// Holds markers, not data.
    public BatchBuilder control() {
        attributes |= BatchLayout.CONTROL_BIT;
        return this;
    }

    /// Every record counts as written at `wallMs`, whatever its own timestamp.
    public BatchBuilder logAppendTime(long wallMs) {
        attributes |= BatchLayout.LOG_APPEND_TIME_BIT;
        appendTimeMs = wallMs;
        return this;
    }

    /// After `wallMs` the tombstones in here may be dropped. Before the first record.
    public BatchBuilder deleteHorizon(long wallMs) {
        Invariant.check(recordCount == 0, "the delete horizon is set before the first record");
        attributes |= BatchLayout.DELETE_HORIZON_BIT;
        baseTimestamp = wallMs;
        hasBaseTimestamp = true;
        return this;
    }

    /// The batch reaches to this offset, though its last records may be gone (compaction).
    public BatchBuilder reachesTo(int offsetDelta) {
        lastOffsetDelta = Math.max(lastOffsetDelta, offsetDelta);
        return this;
    }

    /// Nothing is left of the batch but its offsets, and its latest time.
    public BatchBuilder nothingUpTo(int offsetDelta, long latestMs) {
        Invariant.check(recordCount == 0, "a batch without records has none");
        maxTimestamp = latestMs;
        return reachesTo(offsetDelta);
    }

    /// A record at the next offset, without headers.
    public BatchBuilder append(long timestampMs, @Nullable ByteBuffer key,
        @Nullable ByteBuffer value) {
        return append(lastOffsetDelta + 1, timestampMs, key, value, List.of());
    }

    /// A record at the next offset.
    public BatchBuilder append(long timestampMs, @Nullable ByteBuffer key,
        @Nullable ByteBuffer value, List<RecordHeader> headers) {
        return append(lastOffsetDelta + 1, timestampMs, key, value, headers);
    }

    /// A record at `baseOffset + offsetDelta`; deltas rise.
    public BatchBuilder append(int offsetDelta, long timestampMs, @Nullable ByteBuffer key,
        @Nullable ByteBuffer value, List<RecordHeader> headers) {
        Invariant.check(offsetDelta > lastOffsetDelta, "offsets rise within a batch", offsetDelta,
            lastOffsetDelta);
        if (!hasBaseTimestamp) {
            hasBaseTimestamp = true;
            baseTimestamp = timestampMs;
        }
        if (recordCount == 0 || timestampMs > maxTimestamp) maxTimestamp = timestampMs;
        lastOffsetDelta = offsetDelta;
        recordCount++;
        long timestampDelta = timestampMs - baseTimestamp;
        long headerBytes = sizeOf(headers);
        long length = 1L + Varint.sizeOf(timestampDelta) + Varint.sizeOf(offsetDelta) + sizeOf(key)
            + sizeOf(value) + headerBytes;
        reserve(length + RECORD_NUMBERS_BYTES_MAX);
        Varint.write(out, (int) length);
        out.put((byte) 0);
        Varint.write(out, timestampDelta);
        Varint.write(out, offsetDelta);
        put(key);
        put(value);
        putHeaders(headers);
        return this;
    }

    public int recordCount() {
        return recordCount;
    }

    /// What the batch would have in bytes now, without compression.
    public int sizeBytes() {
        return out.position();
    }

    /// The batch, uncompressed, with its checksum.
    public ByteBuffer build() {
        return finish(out, Codec.NONE);
    }

    /// The batch, compressed at `level` ([Codecs#DEFAULT_LEVEL]: the codec's own), with its
    /// checksum.
    public ByteBuffer build(Codecs codecs, Codec codec, int level) throws Codecs.CodecFault {
        if (codec == Codec.NONE) return build();
        int end = out.position();
        var records = out.slice(BatchLayout.RECORDS, end - BatchLayout.RECORDS);
        var packed = codecs.compress(codec.id(), level, new ByteBuffer[]{records});
        var batch = ByteBuffer.allocate(BatchLayout.RECORDS + packed.remaining());
        batch.position(BatchLayout.RECORDS).put(packed);
        return finish(batch, codec);
    }

    private ByteBuffer finish(ByteBuffer batch, Codec codec) {
        int end = batch.position();
        boolean isAppendTime = (attributes & BatchLayout.LOG_APPEND_TIME_BIT) != 0;
        batch.putLong(BatchLayout.BASE_OFFSET, baseOffset);
        batch.putInt(BatchLayout.BATCH_LENGTH, end - BatchLayout.BYTES_BEFORE_LENGTH_COUNTS);
        batch.putInt(BatchLayout.LEADER_EPOCH, leaderEpoch);
        batch.put(BatchLayout.MAGIC, BatchLayout.MAGIC_V2);
        batch.putShort(BatchLayout.ATTRIBUTES, (short) (attributes | codec.id()));
        batch.putInt(BatchLayout.LAST_OFFSET_DELTA, Math.max(lastOffsetDelta, 0));
        batch.putLong(BatchLayout.BASE_TIMESTAMP, baseTimestamp);
        batch.putLong(BatchLayout.MAX_TIMESTAMP, isAppendTime ? appendTimeMs : maxTimestamp);
        batch.putLong(BatchLayout.PRODUCER_ID, producerId);
        batch.putShort(BatchLayout.PRODUCER_EPOCH, producerEpoch);
        batch.putInt(BatchLayout.BASE_SEQUENCE, baseSequence);
        batch.putInt(BatchLayout.RECORD_COUNT, recordCount);
        var crc = new CRC32C();
        crc.update(batch.array(), batch.arrayOffset() + BatchLayout.ATTRIBUTES,
            end - BatchLayout.ATTRIBUTES);
        batch.putInt(BatchLayout.CRC, (int) crc.getValue());
        return batch.slice(0, end);
    }

    private static int sizeOf(@Nullable ByteBuffer bytes) {
        if (bytes == null) return 1;
        return Varint.sizeOf(bytes.remaining()) + bytes.remaining();
    }

    private static long sizeOf(List<RecordHeader> headers) {
        long size = Varint.sizeOf(headers.size());
        for (var header : headers) {
            int keyBytes = header.key().getBytes(StandardCharsets.UTF_8).length;
            size += Varint.sizeOf(keyBytes) + keyBytes + sizeOf(header.value());
        }
        return size;
    }

    private void reserve(long bytes) {
        if (out.remaining() >= bytes) return;
        long needed = out.position() + bytes;
        Invariant.check(needed <= Integer.MAX_VALUE, "a batch fits in one buffer");
        long capacity = Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, out.capacity() * 2L));
        out = ByteBuffer.allocate((int) capacity).put(out.flip());
    }

    private void put(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            Varint.write(out, -1);
            return;
        }
        int size = bytes.remaining();
        Varint.write(out, size);
        out.put(out.position(), bytes, bytes.position(), size);
        out.position(out.position() + size);
    }

    private void putHeaders(List<RecordHeader> headers) {
        Varint.write(out, headers.size());
        for (var header : headers) {
            byte[] key = header.key().getBytes(StandardCharsets.UTF_8);
            Varint.write(out, key.length);
            out.put(key);
            put(header.value());
        }
    }
}
