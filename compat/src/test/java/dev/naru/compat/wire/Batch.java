package dev.naru.compat.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// A record batch made by hand, every field of which may be made wrong.
///
/// ```
/// 0 baseOffset:i64 | 8 length:i32 | 12 leaderEpoch:i32 | 16 magic:i8 | 17 crc:u32 | 21 attributes:i16
/// 23 lastOffsetDelta:i32 | 27 baseTimestamp:i64 | 35 maxTimestamp:i64 | 43 producerId:i64
/// 51 producerEpoch:i16 | 53 baseSequence:i32 | 57 count:i32 | 61 records
/// ```
final class Batch {
    private static final int HEADER_BYTES = 61;
    private static final int CRC_FROM = 21;

    byte magic = 2;
    int attributes;
    int lastOffsetDelta;
    long baseTimestamp = System.currentTimeMillis();
    long maxTimestamp = baseTimestamp;
    long producerId = -1;
    int producerEpoch = -1;
    int baseSequence = -1;
    int count;
    int lengthOff;
    int crcOff;
    byte[] records = {};

    /// A sound batch of these values without keys.
    static Batch of(String... values) {
        var batch = new Batch();
        var all = new Wire();
        for (int n = 0; n < values.length; n++)
            all.raw(record(n, null, values[n]));
        batch.records = all.bytes();
        batch.count = values.length;
        batch.lastOffsetDelta = values.length - 1;
        return batch;
    }

    Batch records(byte[] wrong) {
        records = wrong;
        return this;
    }

    Batch from(long producer, int epoch, int sequence) {
        producerId = producer;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    static byte[] record(int offsetDelta, byte[] key, String value) {
        var body = new Wire().i8(0);
        zigzag(body, 0);
        zigzag(body, offsetDelta);
        zigzag(body, key == null ? -1 : key.length);
        if (key != null) body.raw(key);
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        zigzag(body, text.length);
        body.raw(text);
        zigzag(body, 0);
        return sized(body.bytes());
    }

    /// A record's content behind its length.
    static byte[] sized(byte[] body) {
        var whole = new Wire();
        zigzag(whole, body.length);
        return whole.raw(body).bytes();
    }

    static void zigzag(Wire to, int value) {
        to.varint(value << 1 ^ value >> 31);
    }

    byte[] bytes() {
        var buffer = ByteBuffer.allocate(HEADER_BYTES + records.length);
        buffer.putLong(0).putInt(HEADER_BYTES - 12 + records.length + lengthOff).putInt(-1)
            .put(magic)
            .putInt(0).putShort((short) attributes).putInt(lastOffsetDelta).putLong(baseTimestamp)
            .putLong(maxTimestamp).putLong(producerId).putShort((short) producerEpoch)
            .putInt(baseSequence).putInt(count).put(records);
        var crc = new CRC32C();
        crc.update(buffer.array(), CRC_FROM, buffer.capacity() - CRC_FROM);
        buffer.putInt(17, (int) crc.getValue() + crcOff);
        return buffer.array();
    }
}
