package dev.naru.sim;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes of a value: its number, and padding that follows from it, so that any damage shows.
final class Values {
    private static final int DAMAGED = -1;
    private static final int HEADER_BYTES = 8;

    private Values() {}

    static ByteBuffer encode(int number, int paddingBytes) {
        var bytes = ByteBuffer.allocate(HEADER_BYTES + paddingBytes);
        bytes.putInt(number).putInt(~number);
        for (int at = 0; at < paddingBytes; at++)
            bytes.put((byte) (number + at));
        return bytes.flip();
    }

    /// The number, or one that nobody ever wrote when the bytes are not as they were.
    static int decode(@Nullable ByteBuffer value) {
        if (value == null || value.remaining() < HEADER_BYTES) return DAMAGED;
        int start = value.position();
        int number = value.getInt(start);
        if (value.getInt(start + Integer.BYTES) != ~number) return DAMAGED;
        for (int at = 0; at < value.remaining() - HEADER_BYTES; at++) {
            if (value.get(start + HEADER_BYTES + at) != (byte) (number + at)) return DAMAGED;
        }
        return number;
    }
}
