package dev.naru.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Reads the header of one record batch where it lies. Believes nothing and checks nothing: first
/// ask [#framing] whether a whole batch is there. Owned by whoever made it; it can be moved from
/// batch to batch with [#moveTo], so that a walk over many batches makes one view. The position and
/// the limit of the buffer are neither used nor changed.
public final class BatchView {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private ByteBuffer buffer;
    private int position;

    private BatchView(ByteBuffer buffer, int position) {
        this.buffer = buffer;
        this.position = position;
    }

    /// The batch whose first byte is at `position` of `buffer` (an absolute index; big-endian).
    public static BatchView over(ByteBuffer buffer, int position) {
        return new BatchView(buffer, position);
    }

    /// A view that looks at nothing yet.
    static BatchView unplaced() {
        return new BatchView(EMPTY, 0);
    }

    /// Looks at a batch of another buffer.
    void place(ByteBuffer newBuffer, int newPosition) {
        buffer = newBuffer;
        position = newPosition;
    }

    /// Looks at the batch at another place of the same buffer.
    public BatchView moveTo(int newPosition) {
        position = newPosition;
        return this;
    }

    /// What lies at `position`, if the bytes end at `limit`. The checksum is not looked at.
    public enum Framing {
        /// A whole batch with a plausible header.
        WHOLE,
        /// The bytes end before the batch does; what is there is plausible.
        CUT,
        /// No batch of magic 2 starts like this.
        BROKEN
    }

    /// Says whether a whole, plausible batch is at `position`; never reads at or past `limit`.
    public static Framing framing(ByteBuffer buffer, int position, int limit) {
        int available = limit - position;
        if (available < BatchLayout.PREFIX_BYTES) return Framing.CUT;
        if (buffer.getLong(position + BatchLayout.BASE_OFFSET) < 0) return Framing.BROKEN;
        int batchLength = buffer.getInt(position + BatchLayout.BATCH_LENGTH);
        if (batchLength < BatchLayout.BATCH_LENGTH_MIN) return Framing.BROKEN;
        if (batchLength > Integer.MAX_VALUE - BatchLayout.BYTES_BEFORE_LENGTH_COUNTS) {
            return Framing.BROKEN;
        }
        if (buffer.get(position + BatchLayout.MAGIC) != BatchLayout.MAGIC_V2) return Framing.BROKEN;
        if (batchLength + BatchLayout.BYTES_BEFORE_LENGTH_COUNTS > available) return Framing.CUT;
        if (buffer.getInt(position + BatchLayout.LAST_OFFSET_DELTA) < 0) return Framing.BROKEN;
        if (buffer.getInt(position + BatchLayout.RECORD_COUNT) < 0) return Framing.BROKEN;
        return Framing.WHOLE;
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    /// Where the batch starts in [#buffer].
    public int position() {
        return position;
    }

    public long baseOffset() {
        return buffer.getLong(position + BatchLayout.BASE_OFFSET);
    }

    /// The length field: bytes after it. See [#sizeBytes].
    public int batchLength() {
        return buffer.getInt(position + BatchLayout.BATCH_LENGTH);
    }

    /// All bytes of the batch, header included.
    public int sizeBytes() {
        return batchLength() + BatchLayout.BYTES_BEFORE_LENGTH_COUNTS;
    }

    /// Where the next batch starts, if there is one.
    public int endPosition() {
        return position + sizeBytes();
    }

    public int leaderEpoch() {
        return buffer.getInt(position + BatchLayout.LEADER_EPOCH);
    }

    public byte magic() {
        return buffer.get(position + BatchLayout.MAGIC);
    }

    public int crc() {
        return buffer.getInt(position + BatchLayout.CRC);
    }

    public short attributes() {
        return buffer.getShort(position + BatchLayout.ATTRIBUTES);
    }

    /// The codec's number, which may be one that does not exist; 0 is uncompressed.
    public int codecId() {
        return attributes() & BatchLayout.CODEC_MASK;
    }

    public boolean isTransactional() {
        return (attributes() & BatchLayout.TRANSACTIONAL_BIT) != 0;
    }

    public boolean isControl() {
        return (attributes() & BatchLayout.CONTROL_BIT) != 0;
    }

    public boolean isLogAppendTime() {
        return (attributes() & BatchLayout.LOG_APPEND_TIME_BIT) != 0;
    }

    /// Whether the base timestamp is the time after which the tombstones in here may go.
    public boolean hasDeleteHorizon() {
        return (attributes() & BatchLayout.DELETE_HORIZON_BIT) != 0;
    }

    /// The tombstones in here may go, or the marker.
    public boolean isPastDeleteHorizon(long wallMs) {
        return hasDeleteHorizon() && baseTimestamp() <= wallMs;
    }

    public int lastOffsetDelta() {
        return buffer.getInt(position + BatchLayout.LAST_OFFSET_DELTA);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /// One past the last offset: where the next batch continues.
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public long baseTimestamp() {
        return buffer.getLong(position + BatchLayout.BASE_TIMESTAMP);
    }

    public long maxTimestamp() {
        return buffer.getLong(position + BatchLayout.MAX_TIMESTAMP);
    }

    public long producerId() {
        return buffer.getLong(position + BatchLayout.PRODUCER_ID);
    }

    public boolean hasProducer() {
        return producerId() > BatchLayout.NONE;
    }

    public short producerEpoch() {
        return buffer.getShort(position + BatchLayout.PRODUCER_EPOCH);
    }

    public int baseSequence() {
        return buffer.getInt(position + BatchLayout.BASE_SEQUENCE);
    }

    /// The sequence of the last record (they go round after 2^31 - 1); -1 when there are none.
    public int lastSequence() {
        int baseSequence = baseSequence();
        if (baseSequence < 0) return BatchLayout.NONE;
        return (baseSequence + lastOffsetDelta()) & Integer.MAX_VALUE;
    }

    public int recordCount() {
        return buffer.getInt(position + BatchLayout.RECORD_COUNT);
    }

    /// Whether the bytes are those that the checksum was made of. The whole batch must be there.
    public boolean crcMatches() {
        return crc() == checksum(new CRC32C());
    }

    /// The same, with a checksum that the caller keeps for reuse.
    boolean crcMatches(CRC32C scratch) {
        return crc() == checksum(scratch);
    }

    /// Changes the base offset in place. The checksum does not cover it.
    public void setBaseOffset(long baseOffset) {
        buffer.putLong(position + BatchLayout.BASE_OFFSET, baseOffset);
    }

    /// Changes the leader epoch in place. The checksum does not cover it.
    public void setLeaderEpoch(int leaderEpoch) {
        buffer.putInt(position + BatchLayout.LEADER_EPOCH, leaderEpoch);
    }

    /// Changes the largest timestamp and its meaning in place, and the checksum with them.
    void setMaxTimestamp(long maxTimestamp, boolean logAppendTime, CRC32C scratch) {
        int bit = BatchLayout.LOG_APPEND_TIME_BIT;
        int attributes = logAppendTime ? attributes() | bit : attributes() & ~bit;
        buffer.putShort(position + BatchLayout.ATTRIBUTES, (short) attributes);
        buffer.putLong(position + BatchLayout.MAX_TIMESTAMP, maxTimestamp);
        buffer.putInt(position + BatchLayout.CRC, checksum(scratch));
    }

    private int checksum(CRC32C crc) {
        int start = position + BatchLayout.ATTRIBUTES;
        int length = sizeBytes() - BatchLayout.ATTRIBUTES;
        crc.reset();
        if (buffer.hasArray()) {
            crc.update(buffer.array(), buffer.arrayOffset() + start, length);
        } else {
            crc.update(buffer.slice(start, length));
        }
        return (int) crc.getValue();
    }
}
