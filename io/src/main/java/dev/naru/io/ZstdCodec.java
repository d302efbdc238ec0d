package dev.naru.io;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.naru.base.Codecs;
import dev.naru.base.Codecs.CodecFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Zstandard. A frame may ask for a window of up to 128 MiB (2^27, what Kafka's clients read and
/// the highest level writes); the library touches that memory only as bytes come out, so the
/// caller's bound on what comes out bounds it too.
final class ZstdCodec {
    private static final int WINDOW_LOG_MAX = 27;
    /// Kafka's default for `compression.zstd.level`.
    private static final int LEVEL_DEFAULT = 3;

    private ZstdCodec() {}

    static Codecs.Source open(ByteBuffer compressed) throws CodecFault {
        try {
            var stream = new ZstdInputStreamNoFinalizer(new BufferStream(compressed),
                RecyclingBufferPool.INSTANCE);
            return new ZstdSource(stream.setLongMax(WINDOW_LOG_MAX));
        } catch (IOException broken) {
            throw new CodecFault("zstd: " + broken.getMessage());
        }
    }

    static ByteBuffer compress(int level, ByteBuffer[] parts) throws CodecFault {
        var all = new Blocks(parts, (int) Math.min(Integer.MAX_VALUE, Blocks.sizeOf(parts)));
        int size = all.next();
        byte[] packed = new byte[(int) Zstd.compressBound(size)];
        try (var compressor = new ZstdCompressCtx()) {
            compressor.setLevel(level == Codecs.DEFAULT_LEVEL ? LEVEL_DEFAULT : level);
            int count = compressor.compressByteArray(packed, 0, packed.length, all.bytes(), 0,
                size);
            return ByteBuffer.wrap(packed, 0, count).slice();
        } catch (ZstdException broken) {
            throw new CodecFault("zstd: " + broken.getMessage());
        }
    }

    private static final class ZstdSource implements Codecs.Source {
        private final ZstdInputStreamNoFinalizer stream;

        ZstdSource(ZstdInputStreamNoFinalizer stream) {
            this.stream = stream;
        }

        @Override public int read(ByteBuffer into) throws CodecFault {
            try {
                int start = into.arrayOffset() + into.position();
                int count = stream.read(into.array(), start, into.remaining());
                if (count > 0) into.position(into.position() + count);
                return count;
            } catch (IOException broken) {
                throw new CodecFault("zstd: " + broken.getMessage());
            }
        }

        @Override public void close() {
            try {
                stream.close();
            } catch (IOException none) {
                throw new IllegalStateException("closing a buffer cannot fail", none);
            }
        }
    }

    /// A buffer as the stream that the library wants.
    private static final class BufferStream extends InputStream {
        private final ByteBuffer in;

        BufferStream(ByteBuffer in) {
            this.in = in;
        }

        @Override public int read() {
            return in.hasRemaining() ? in.get() & 0xFF : -1;
        }

        @Override public int read(byte[] into, int start, int count) {
            if (!in.hasRemaining()) return -1;
            int moved = Math.min(count, in.remaining());
            in.get(into, start, moved);
            return moved;
        }

        @Override public int available() {
            return in.remaining();
        }
    }
}
