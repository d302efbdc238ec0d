package dev.naru.io;

import dev.naru.base.Codecs;
import dev.naru.base.Codecs.CodecFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;

/// The LZ4 frame as Kafka's clients use it (magic 2: with the header checksum of the
/// specification).
///
/// ```
/// frame   magic (4) | flags (1) | block size code (1) | [content size (8)] | header checksum (1)
///         { size and "stored" bit (4) | block | [checksum (4)] } ... | 0 (4)
///         [content checksum (4)]
/// flags   7..6 version 1 | 5 independent blocks | 4 block checksums
///         3 content size | 2 content checksum
/// ```
///
/// Refuses what Kafka's consumers cannot read: blocks that depend on each other, dictionaries,
/// wrong checksums, a second frame. Writes independent blocks of 64 KiB. Little-endian.
final class Lz4Codec {
    static final int MAGIC = 0x184D2204;
    static final int VERSION_BITS = 0x40;
    static final int INDEPENDENT_BIT = 0x20;
    static final int BLOCK_CHECKSUM_BIT = 0x10;
    static final int CONTENT_SIZE_BIT = 0x08;
    static final int CONTENT_CHECKSUM_BIT = 0x04;
    static final int STORED_BIT = 0x80000000;
    private static final int VERSION_MASK = 0xC0;
    private static final int RESERVED_BITS = 0x03;
    private static final int HEADER_BYTES_MIN = 7;
    private static final int CODE_64_KIB = 4;
    private static final int CODE_4_MIB = 7;
    private static final int BLOCK_BYTES = 64 * 1024;
    /// Kafka's default for `compression.lz4.level`, which stands for the fast compressor.
    private static final int LEVEL_FAST = 9;

    private Lz4Codec() {}

    static Codecs.Source open(ByteBuffer compressed) throws CodecFault {
        var in = compressed.order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEADER_BYTES_MIN) throw new CodecFault("lz4: the header is cut off");
        if (in.getInt() != MAGIC) throw new CodecFault("lz4: this is not an LZ4 frame");
        int flags = in.get() & 0xFF;
        if ((flags & VERSION_MASK) != VERSION_BITS)
            throw new CodecFault("lz4: the version is unknown");
        if ((flags & RESERVED_BITS) != 0) throw new CodecFault("lz4: a flag is not supported");
        if ((flags & INDEPENDENT_BIT) == 0) {
            throw new CodecFault("lz4: blocks that depend on each other are not supported");
        }
        int sizeCode = in.get() & 0xFF;
        int code = sizeCode >>> 4;
        if ((sizeCode & 0x0F) != 0 || code < CODE_64_KIB || code > CODE_4_MIB) {
            throw new CodecFault("lz4: the block size is unknown");
        }
        long contentBytes = -1;
        if ((flags & CONTENT_SIZE_BIT) != 0) {
            if (in.remaining() < 9) throw new CodecFault("lz4: the header is cut off");
            contentBytes = in.getLong();
        }
        int hash = XXHashFactory.safeInstance().hash32().hash(in, 4, in.position() - 4, 0);
        if (in.get() != (byte) (hash >> 8)) {
            throw new CodecFault("lz4: the header's checksum does not match");
        }
        return new Lz4Source(in, flags, 1 << (8 + 2 * code), contentBytes);
    }

    static ByteBuffer compress(int level, ByteBuffer[] parts) {
        var sink = new Sink((int) Math.min(1 << 20, Blocks.sizeOf(parts) / 2 + 64));
        sink.putInt(MAGIC, ByteOrder.LITTLE_ENDIAN);
        sink.put(VERSION_BITS | INDEPENDENT_BIT);
        sink.put(CODE_64_KIB << 4);
        var header = sink.finish();
        sink.put(XXHashFactory.safeInstance().hash32().hash(header, 4, 2, 0) >> 8);
        var blocks = new Blocks(parts, BLOCK_BYTES);
        var compressor = compressor(level);
        for (int size = blocks.next(); size > 0; size = blocks.next()) {
            putBlock(sink, compressor, blocks.bytes(), size);
        }
        sink.putInt(0, ByteOrder.LITTLE_ENDIAN);
        return sink.finish();
    }

    private static LZ4Compressor compressor(int level) {
        var factory = LZ4Factory.fastestInstance();
        boolean isFast = level == Codecs.DEFAULT_LEVEL || level == LEVEL_FAST;
        return isFast ? factory.fastCompressor() : factory.highCompressor(level);
    }

    private static void putBlock(Sink sink, LZ4Compressor compressor, byte[] block, int size) {
        int sizePosition = sink.size();
        sink.putInt(0, ByteOrder.LITTLE_ENDIAN);
        int bound = compressor.maxCompressedLength(size);
        byte[] room = sink.room(bound);
        int packed = compressor.compress(block, 0, size, room, sink.size(), bound);
        if (packed < size) {
            sink.wrote(packed);
            sink.setInt(sizePosition, packed, ByteOrder.LITTLE_ENDIAN);
        } else {
            sink.put(block, 0, size);
            sink.setInt(sizePosition, size | STORED_BIT, ByteOrder.LITTLE_ENDIAN);
        }
    }
}
