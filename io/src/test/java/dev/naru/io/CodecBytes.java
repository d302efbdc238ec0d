package dev.naru.io;

import dev.naru.base.Codecs;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/// What the tests of codecs share: bytes to compress, and batches around compressed bytes.
final class CodecBytes {
    private CodecBytes() {}

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /// Bytes like those of real records: words that come again.
    static byte[] wordy(int size) {
        byte[] bytes = new byte[size];
        var random = new Random(size);
        for (int at = 0; at < size; at++) {
            bytes[at] = (byte) (at % 16 == 0
                ? random.nextInt()
                : "record of naru: ".charAt(at % 16));
        }
        return bytes;
    }

    static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    static ByteBuffer direct(ByteBuffer buffer) {
        return ByteBuffer.allocateDirect(buffer.remaining()).put(buffer.duplicate()).flip();
    }

    /// All that comes out, read in pieces of at most `pieceBytes`.
    static byte[] readAll(Codecs codecs, int codecId, ByteBuffer compressed, int pieceBytes)
        throws Codecs.CodecFault {
        var out = new ByteArrayOutputStream();
        var piece = ByteBuffer.allocate(pieceBytes + 3).position(3).slice();
        try (var source = codecs.open(codecId, compressed)) {
            while (source.read(piece.clear()) >= 0) {
                out.write(piece.array(), piece.arrayOffset(), piece.position());
            }
        }
        return out.toByteArray();
    }

    /// A batch that says it holds one record, compressed like this.
    static ByteBuffer batchOf(int codecId, byte[] compressed) {
        var header = new BatchBuilder(0).build();
        var batch = ByteBuffer.allocate(BatchLayout.RECORDS + compressed.length);
        batch.put(0, header, 0, BatchLayout.RECORDS).put(BatchLayout.RECORDS, compressed);
        batch.putInt(BatchLayout.BATCH_LENGTH, batch.limit() - 12);
        batch.putShort(BatchLayout.ATTRIBUTES, (short) codecId);
        batch.putInt(BatchLayout.RECORD_COUNT, 1);
        var crc = new CRC32C();
        crc.update(batch.slice(BatchLayout.ATTRIBUTES, batch.limit() - BatchLayout.ATTRIBUTES));
        return batch.putInt(BatchLayout.CRC, (int) crc.getValue());
    }
}
