package dev.naru.base;

import java.nio.ByteBuffer;
import java.util.List;

/// A connection on which nothing happens but what a test says.
public interface QuietChannel extends Net.Channel {
    /// A frame's parts as one; what is in files is left zero. Gives the parts back.
    static ByteBuffer whole(List<Bytes> frame) {
        var whole = ByteBuffer.allocate(frame.stream().mapToInt(Bytes::sizeBytes).sum());
        for (var part : frame) {
            if (part instanceof Bytes.Memory(var buffer)) whole.put(buffer.duplicate());
            else
                whole.position(whole.position() + part.sizeBytes());
            part.discard();
        }
        return whole.flip();
    }

    @Override default Loop loop() {
        throw new AssertionError("nobody asks where it lives");
    }

    @Override default void send(List<Bytes> frame) {
        throw new AssertionError("nothing is asked on it");
    }

    @Override default boolean isWritable() {
        return true;
    }

    @Override default void admitted() {}

    @Override default void pauseReading() {}

    @Override default void resumeReading() {}

    @Override default void closeAfterFlush() {}

    @Override default void close() {}

    @Override default String peer() {
        return peerHost() + ":1";
    }

    @Override default String peerHost() {
        return "10.0.0.1";
    }

    @Override default int localPort() {
        return 9092;
    }
}
