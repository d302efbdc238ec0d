package dev.naru.io;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import org.xerial.snappy.SnappyError;

/// The four codecs of record batches. Has no state of its own: any loop may use it, at any time.
/// What a stream declares about its size is never believed: memory is bounded by the bytes at hand
/// (see each codec for its bound), and how much comes out is for the caller to stop.
public final class RealCodecs implements Codecs {
    static final int GZIP = 1;
    static final int SNAPPY = 2;
    static final int LZ4 = 3;
    static final int ZSTD = 4;

    @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
        var bytes = compressed.slice();
        try {
            return switch (codecId) {
                case GZIP -> GzipCodec.open(bytes);
                case SNAPPY -> SnappyCodec.open(bytes);
                case LZ4 -> Lz4Codec.open(bytes);
                case ZSTD -> ZstdCodec.open(bytes);
                default -> throw new CodecFault("there is no codec " + codecId);
            };
        } catch (LinkageError | SnappyError noNative) {
            throw new CodecFault(
                "the native part of codec " + codecId + " does not load: " + noNative);
        }
    }

    @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
        throws CodecFault {
        try {
            return switch (codecId) {
                case GZIP -> GzipCodec.compress(level, parts);
                case SNAPPY -> SnappyCodec.compress(parts);
                case LZ4 -> Lz4Codec.compress(level, parts);
                case ZSTD -> ZstdCodec.compress(level, parts);
                default -> throw new CodecFault("there is no codec " + codecId);
            };
        } catch (LinkageError | SnappyError noNative) {
            throw new CodecFault(
                "the native part of codec " + codecId + " does not load: " + noNative);
        }
    }
}
