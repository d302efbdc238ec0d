package dev.naru.io;

import dev.naru.base.Invariant;
import dev.naru.base.Net;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// A frame within a pooled buffer: holds one reference of it, given back once, by any thread.
final class NettyFrame implements Net.Frame {
    private final ByteBuf memory;
    private final ByteBuffer bytes;
    private boolean released;

    NettyFrame(ByteBuf memory, int index, int sizeBytes) {
        this.memory = memory;
        this.bytes = memory.nioBuffer(index, sizeBytes);
    }

    @Override public ByteBuffer bytes() {
        return bytes;
    }

    @Override public void release() {
        Invariant.check(!released, "I17: a frame is given back once");
        released = true;
        memory.release();
    }
}
