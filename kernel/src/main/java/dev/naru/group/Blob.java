package dev.naru.group;

import java.nio.ByteBuffer;

/// Bytes that outlive the frame they came in. Held as buffers whose position nobody moves.
final class Blob {
    static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private Blob() {}

    /// Its own copy of what is between position and limit.
    static ByteBuffer copyOf(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) return EMPTY;
        var copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return ByteBuffer.wrap(copy);
    }
}
