package dev.naru.record;

import dev.naru.base.Codecs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Codecs for tests that need no natives: every known codec is gzip. Counts the streams that are
/// open.
final class GzipCodecs implements Codecs {
    int open;
    long bytesRead;

    @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
        byte[] bytes = new byte[compressed.remaining()];
        compressed.get(compressed.position(), bytes);
        try {
            var stream = new GZIPInputStream(new ByteArrayInputStream(bytes));
            open++;
            return new StreamSource(stream);
        } catch (IOException broken) {
            throw new CodecFault(String.valueOf(broken.getMessage()));
        }
    }

    @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
        throws CodecFault {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            for (var part : parts) {
                byte[] bytes = new byte[part.remaining()];
                part.get(part.position(), bytes);
                gzip.write(bytes);
            }
        } catch (IOException broken) {
            throw new CodecFault(String.valueOf(broken.getMessage()));
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private final class StreamSource implements Source {
        private final InputStream stream;

        StreamSource(InputStream stream) {
            this.stream = stream;
        }

        @Override public int read(ByteBuffer into) throws CodecFault {
            try {
                int count = stream.read(into.array(), into.arrayOffset() + into.position(),
                    into.remaining());
                if (count > 0) into.position(into.position() + count);
                bytesRead += Math.max(0, count);
                return count;
            } catch (IOException broken) {
                throw new CodecFault(String.valueOf(broken.getMessage()));
            }
        }

        @Override public void close() {
            open--;
        }
    }
}
