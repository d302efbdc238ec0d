package dev.naru.client;

import dev.naru.wire.message.JoinClusterResponse;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a node that joins is told, for whoever needs it longer than the call in which it came.
public final class JoinAnswer {
    private JoinAnswer() {}

    /// The same in memory of its own: the frame that its buffers are in is gone after the call.
    public static JoinClusterResponse kept(JoinClusterResponse told) {
        return told.toBuilder().certificates(kept(told.certificates()))
            .certificateAuthority(kept(told.certificateAuthority()))
            .authorityKey(kept(told.authorityKey())).build();
    }

    private static @Nullable ByteBuffer kept(@Nullable ByteBuffer bytes) {
        return bytes == null
            ? null
            : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
