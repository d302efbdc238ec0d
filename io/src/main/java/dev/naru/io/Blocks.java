package dev.naru.io;

import java.nio.ByteBuffer;

/// Cuts the bytes of several buffers into blocks of one size; the last may be smaller.
final class Blocks {
    private final ByteBuffer[] parts;
    private final ByteBuffer block;
    private int part;

    Blocks(ByteBuffer[] parts, int blockBytes) {
        this.parts = new ByteBuffer[parts.length];
        for (int index = 0; index < parts.length; index++) {
            this.parts[index] = parts[index].duplicate();
        }
        block = ByteBuffer.allocate((int) Math.min(blockBytes, Math.max(1, sizeOf(parts))));
    }

    static long sizeOf(ByteBuffer[] parts) {
        long size = 0;
        for (var part : parts) {
            size += part.remaining();
        }
        return size;
    }

    /// The next block, from the start of [#bytes]: its size, 0 when there is none.
    int next() {
        block.clear();
        while (block.hasRemaining() && part < parts.length) {
            var from = parts[part];
            int count = Math.min(block.remaining(), from.remaining());
            block.put(block.position(), from, from.position(), count);
            block.position(block.position() + count);
            from.position(from.position() + count);
            if (!from.hasRemaining()) part++;
        }
        return block.position();
    }

    byte[] bytes() {
        return block.array();
    }
}
