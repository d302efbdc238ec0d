package dev.naru.shard;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One record of a shard's log; without a value it is a tombstone. The buffers are read, never
/// moved.
public record KeyValue(ByteBuffer key, @Nullable ByteBuffer value) {
    /// Bytes of key and value.
    public int sizeBytes() {
        return key.remaining() + (value == null ? 0 : value.remaining());
    }
}
