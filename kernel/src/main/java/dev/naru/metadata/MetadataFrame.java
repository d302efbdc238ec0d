package dev.naru.metadata;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One piece of a metadata file: a batch of the log, or a block of a snapshot. All numbers
/// big-endian.
///
/// ```
///  0  int   mark: NML1 batch, NMS1 block, NME1 end of a snapshot
///  4  int   bytes of payload
///  8  int   CRC-32C of all that follows, payload included
/// 12  int   controller epoch (the log's term)
/// 16  long  index of the batch; of a block, its number from 0; of the end, the number of blocks
/// 24  long  index that was flushed when this was written; of a block, the index it covers
/// 32  payload
/// ```
record MetadataFrame(int mark, int term, long index, long flushedIndex, ByteBuffer payload) {
    static final int HEADER_BYTES = 32;
    static final int BATCH = 0x4E4D4C31;
    static final int BLOCK = 0x4E4D5331;
    static final int END = 0x4E4D4531;
    private static final int LENGTH_AT = 4;
    private static final int CRC_AT = 8;
    private static final int TERM_AT = 12;
    private static final int INDEX_AT = 16;
    private static final int FLUSHED_AT = 24;

    int sizeBytes() {
        return HEADER_BYTES + payload.remaining();
    }

    /// The header; the payload goes behind it as it is.
    ByteBuffer header() {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(mark).putInt(payload.remaining()).putInt(0).putInt(term).putLong(index)
            .putLong(flushedIndex).flip();
        header.putInt(CRC_AT, crc(header, payload));
        return header;
    }

    static boolean hasMark(ByteBuffer header) {
        int mark = header.getInt(0);
        return mark == BATCH || mark == BLOCK || mark == END;
    }

    static int payloadBytes(ByteBuffer header) {
        return header.getInt(LENGTH_AT);
    }

    /// The frame that fills `bytes`; empty when the checksum is wrong.
    static Optional<MetadataFrame> parse(ByteBuffer bytes) {
        var payload = bytes.slice(HEADER_BYTES, bytes.limit() - HEADER_BYTES);
        if (bytes.getInt(CRC_AT) != crc(bytes, payload)) return Optional.empty();
        return Optional.of(new MetadataFrame(bytes.getInt(0), bytes.getInt(TERM_AT),
            bytes.getLong(INDEX_AT), bytes.getLong(FLUSHED_AT), payload));
    }

    private static int crc(ByteBuffer header, ByteBuffer payload) {
        var crc = new CRC32C();
        crc.update(header.slice(TERM_AT, HEADER_BYTES - TERM_AT));
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}
