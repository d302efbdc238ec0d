package dev.naru.sim;

import dev.naru.base.Codecs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// gzip as everywhere; the other codecs leave the bytes as they are, behind one byte that names the
/// codec.
public final class SimCodecs implements Codecs {
    private static final int GZIP = 1;

    @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
        var bytes = new byte[compressed.remaining()];
        compressed.duplicate().get(bytes);
        try {
            if (codecId == GZIP) {
                return new StreamSource(new GZIPInputStream(new ByteArrayInputStream(bytes)));
            }
        } catch (IOException damaged) {
            throw new CodecFault(String.valueOf(damaged.getMessage()));
        }
        if (bytes.length == 0 || bytes[0] != codecId) throw new CodecFault("not codec " + codecId);
        return new StreamSource(new ByteArrayInputStream(bytes, 1, bytes.length - 1));
    }

    @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
        throws CodecFault {
        var out = new ByteArrayOutputStream();
        try {
            if (codecId == GZIP) {
                try (var gzip = new GZIPOutputStream(out)) {
                    for (var part : parts)
                        gzip.write(bytesOf(part));
                }
            } else {
                out.write(codecId);
                for (var part : parts)
                    out.write(bytesOf(part));
            }
        } catch (IOException impossible) {
            throw new CodecFault(String.valueOf(impossible.getMessage()));
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static byte[] bytesOf(ByteBuffer part) {
        var bytes = new byte[part.remaining()];
        part.duplicate().get(bytes);
        return bytes;
    }

    private static final class StreamSource implements Source {
        private final InputStream in;

        StreamSource(InputStream in) {
            this.in = in;
        }

        @Override public int read(ByteBuffer into) throws CodecFault {
            if (!into.hasRemaining()) return 0;
            try {
                int at = into.arrayOffset() + into.position();
                int count = in.read(into.array(), at, into.remaining());
                if (count > 0) into.position(into.position() + count);
                return count;
            } catch (IOException damaged) {
                throw new CodecFault(String.valueOf(damaged.getMessage()));
            }
        }

        @Override public void close() {
            // in memory: nothing to give back
        }
    }
}
