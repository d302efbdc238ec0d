package dev.naru.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/// Lets Netty read a socket straight into the buffer that the codec wants filled. Between frames the room
/// offered follows what the last reads brought. Owned by the channel's loop.
final class FrameReads extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int GUESS_BYTES_MIN = 2 * 1024;
    private static final int GUESS_BYTES_MAX = 128 * 1024;

    private final FrameCodec codec;
    private int guessBytes = GUESS_BYTES_MIN;

    FrameReads(FrameCodec codec) {
        this.codec = codec;
    }

    @SuppressWarnings("deprecation") // Netty names no other type here
    @Override public RecvByteBufAllocator.Handle newHandle() {
        return new Reads();
    }

    private final class Reads extends MaxMessageHandle {
        @Override public ByteBuf allocate(ByteBufAllocator memory) {
            return codec.target(memory, guessBytes);
        }

        @Override public int guess() {
            return guessBytes;
        }

        @Override public void readComplete() {
            int turnBytes = totalBytesRead();
            if (turnBytes >= guessBytes) guessBytes = Math.min(GUESS_BYTES_MAX, guessBytes * 4);
            else if (turnBytes < guessBytes / 4)
                guessBytes = Math.max(GUESS_BYTES_MIN, guessBytes / 2);
        }
    }
}
