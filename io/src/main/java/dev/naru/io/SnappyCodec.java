package dev.naru.io;

import dev.naru.base.Codecs;
import dev.naru.base.Codecs.CodecFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.xerial.snappy.Snappy;

/// Snappy in both forms that Kafka's clients use: the Java clients' stream of blocks ("xerial"),
/// and one bare block for the whole batch (librdkafka). Writes the stream.
///
/// ```
/// stream  0x82 'S' 'N' 'A' 'P' 'P' 'Y' 0x00 | version (4) | compatible with (4)
///         { size (4) | block } ...
/// ```
///
/// A block must be unpacked whole. It declares its size; memory for it is bounded by what Snappy
/// can do at best with the bytes that are there (a copy of 64 bytes takes 3) and by 64 MiB.
final class SnappyCodec {
    private static final long MAGIC = 0x82534E4150505900L;
    private static final int STREAM_HEADER_BYTES = 16;
    private static final int VERSION = 1;
    private static final int BLOCK_BYTES = 32 * 1024;
    private static final int BLOCK_BYTES_MAX = 64 * 1024 * 1024;
    private static final int RATIO_MAX = 22;

    private SnappyCodec() {}

    static Codecs.Source open(ByteBuffer compressed) throws CodecFault {
        boolean isStream = compressed.remaining() >= STREAM_HEADER_BYTES
            && compressed.getLong(0) == MAGIC;
        if (isStream) {
            if (compressed.getInt(8) < VERSION)
                throw new CodecFault("snappy: the version is unknown");
            compressed.position(STREAM_HEADER_BYTES);
        }
        return new SnappySource(compressed, isStream);
    }

    static ByteBuffer compress(ByteBuffer[] parts) throws CodecFault {
        var sink = new Sink((int) Math.min(1 << 20, Blocks.sizeOf(parts) / 2 + 64));
        sink.putInt((int) (MAGIC >>> 32), ByteOrder.BIG_ENDIAN);
        sink.putInt((int) MAGIC, ByteOrder.BIG_ENDIAN);
        sink.putInt(VERSION, ByteOrder.BIG_ENDIAN);
        sink.putInt(VERSION, ByteOrder.BIG_ENDIAN);
        var blocks = new Blocks(parts, BLOCK_BYTES);
        try {
            for (int size = blocks.next(); size > 0; size = blocks.next()) {
                int sizePosition = sink.size();
                sink.putInt(0, ByteOrder.BIG_ENDIAN);
                byte[] room = sink.room(Snappy.maxCompressedLength(size));
                int packed = Snappy.compress(blocks.bytes(), 0, size, room, sink.size());
                sink.wrote(packed);
                sink.setInt(sizePosition, packed, ByteOrder.BIG_ENDIAN);
            }
        } catch (IOException broken) {
            throw new CodecFault("snappy: " + broken.getMessage());
        }
        return sink.finish();
    }

    private static final class SnappySource implements Codecs.Source {
        private final ByteBuffer in;
        private final boolean isStream;
        private byte[] packed = new byte[0];
        private byte[] block = new byte[0];
        private int at;
        private int end;

        SnappySource(ByteBuffer in, boolean isStream) {
            this.in = in;
            this.isStream = isStream;
        }

        @Override public int read(ByteBuffer into) throws CodecFault {
            while (at == end) {
                if (!in.hasRemaining()) return -1;
                unpack(isStream ? nextSize() : in.remaining());
            }
            int count = Math.min(into.remaining(), end - at);
            into.put(block, at, count);
            at += count;
            return count;
        }

        private int nextSize() throws CodecFault {
            if (in.remaining() < 4) throw new CodecFault("snappy: the stream is cut off");
            int size = in.getInt();
            if (size <= 0) throw new CodecFault("snappy: a block has no size");
            if (size > in.remaining()) throw new CodecFault("snappy: the stream is cut off");
            return size;
        }

        private void unpack(int size) throws CodecFault {
            byte[] from = bytesAt(size);
            int start = in.hasArray() ? in.arrayOffset() + in.position() : 0;
            in.position(in.position() + size);
            try {
                int declared = Snappy.uncompressedLength(from, start, size);
                if (declared < 0 || declared > Math.min(BLOCK_BYTES_MAX, (long) size * RATIO_MAX)) {
                    throw new CodecFault("snappy: a block declares more than it can hold");
                }
                if (block.length < declared) block = new byte[declared];
                end = Snappy.uncompress(from, start, size, block, 0);
                at = 0;
            } catch (IOException broken) {
                throw new CodecFault("snappy: " + broken.getMessage());
            }
        }

        /// The next `size` bytes: the array they are in, or a copy of them when they are not in
        /// one.
        private byte[] bytesAt(int size) {
            if (in.hasArray()) return in.array();
            if (packed.length < size) packed = new byte[size];
            in.get(in.position(), packed, 0, size);
            return packed;
        }

        @Override public void close() {
            block = new byte[0];
            at = 0;
            end = 0;
        }
    }
}
