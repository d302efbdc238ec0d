package dev.naru.base;

import java.nio.ByteBuffer;

/// Compression, streaming: the kernel gives buffers and takes bytes, so that a bomb costs a buffer and not
/// a heap. Ids are those of the record batch: 1 gzip, 2 snappy (xerial framing), 3 lz4 (frame), 4 zstd.
public interface Codecs {
    /// Opens a stream over compressed bytes (position to limit; left untouched).
    Source open(int codecId, ByteBuffer compressed) throws CodecFault;

    /// Compresses at `level` ([#DEFAULT_LEVEL] for the codec's own) all of the parts, one after the other.
    ByteBuffer compress(int codecId, int level, ByteBuffer[] parts) throws CodecFault;

    int DEFAULT_LEVEL = Integer.MIN_VALUE;

    /// A stream that is being decompressed. Closed by whoever opened it.
    interface Source extends AutoCloseable {
        /// Fills some of `into` (array-backed). Returns the bytes put there, -1 at the end.
        int read(ByteBuffer into) throws CodecFault;

        @Override void close();
    }

    /// The bytes are not what the codec says they are.
    final class CodecFault extends Exception {
        public CodecFault(String reason) {
            super(reason);
        }
    }
}
