package dev.naru.io;

import dev.naru.base.Net;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes of one connection into frames (four bytes of length, then that many) without copying
/// what it can: the socket is read straight into the buffer that becomes the frame. A declared length is
/// believed only as far as bytes have arrived: a large frame's buffer doubles up to it. Owned by the
/// channel's loop.
final class FrameCodec {
    /// First buffer of a frame longer than this: most requests then cost one buffer, and a declared
    /// length alone never costs more than this.
    static final int FIRST_STEP_BYTES = 256 * 1024;
    private static final int COPIED_BYTES_MIN = 2 * 1024;
    private static final int LENGTH_BYTES = 4;
    private static final int UNKNOWN = -1;

    private final Owner owner;
    private @Nullable ByteBuf cumulated;
    private int frameBytes = UNKNOWN;
    private boolean waits;
    private boolean first = true;

    FrameCodec(Owner owner) {
        this.owner = owner;
    }

    /// A buffer for the next read, with one reference for the reader; [#received] takes it back. When no
    /// frame is half here it has `guessBytes` of room.
    ByteBuf target(ByteBufAllocator memory, int guessBytes) {
        var current = cumulated;
        if (current == null) return memory.directBuffer(guessBytes, guessBytes);
        if (isTight(current)) current = grow(current, memory, guessBytes);
        return current.retain();
    }

    /// What was read into the last target.
    void received(ByteBuf buffer) {
        if (cumulated == null) cumulated = buffer;
        else
            buffer.release();
    }

    /// Copies bytes that were read elsewhere, as many as the next buffer takes.
    void take(ByteBuf bytes, ByteBufAllocator memory) {
        int sizeBytes = bytes.readableBytes();
        var into = target(memory, Math.max(COPIED_BYTES_MIN, sizeBytes));
        into.writeBytes(bytes, Math.min(sizeBytes, into.writableBytes()));
        received(into);
    }

    /// Hands out the frames that are here, as far as the owner takes them.
    void advance() {
        while (cumulated != null && !waits && owner.isTaking()) {
            if (frameBytes == UNKNOWN && !announce(cumulated)) return;
            if (cumulated.readableBytes() < frameBytes) return;
            deliver(cumulated);
        }
    }

    /// The frame that waits may be read.
    void admitted() {
        waits = false;
    }

    boolean waits() {
        return waits;
    }

    /// Gives back what has arrived and will not be used.
    void close() {
        if (cumulated != null) cumulated.release();
        cumulated = null;
    }

    /// True when the next frame has a length and may be read.
    private boolean announce(ByteBuf buffer) {
        if (buffer.readableBytes() < LENGTH_BYTES) return false;
        int announcedBytes = buffer.readInt();
        var stranger = first ? Stranger.of(announcedBytes) : Optional.<Stranger>empty();
        first = false;
        if (stranger.isPresent()) {
            owner.onStranger(stranger.get());
            return false;
        }
        if (announcedBytes < 0) return broken(announcedBytes, "announced");
        return switch (owner.admit(announcedBytes)) {
            case READ -> {
                frameBytes = announcedBytes;
                yield true;
            }
            case WAIT -> {
                frameBytes = announcedBytes;
                waits = true;
                yield false;
            }
            case REFUSE -> broken(announcedBytes, "refused");
        };
    }

    private boolean broken(int announcedBytes, String how) {
        owner.onBroken("a frame of " + announcedBytes + " bytes was " + how);
        return false;
    }

    private void deliver(ByteBuf buffer) {
        int index = buffer.readerIndex();
        int sizeBytes = frameBytes;
        buffer.skipBytes(sizeBytes);
        buffer.retain();
        frameBytes = UNKNOWN;
        if (!buffer.isReadable()) drop(buffer);
        owner.onFrame(new NettyFrame(buffer, index, sizeBytes));
    }

    private void drop(ByteBuf buffer) {
        cumulated = null;
        buffer.release();
    }

    /// True when the next read needs a roomier buffer: this one is full, or it is a small one that the
    /// frame which is half here will not fit into.
    private boolean isTight(ByteBuf buffer) {
        if (buffer.writableBytes() == 0) return true;
        if (frameBytes == UNKNOWN || waits || buffer.capacity() >= FIRST_STEP_BYTES) return false;
        return frameBytes - buffer.readableBytes() > buffer.writableBytes();
    }

    /// A roomier buffer with what has arrived of the current frame. Frames already handed out keep the old
    /// one.
    private ByteBuf grow(ByteBuf old, ByteBufAllocator memory, int guessBytes) {
        int arrivedBytes = old.readableBytes();
        int enoughBytes = frameBytes == UNKNOWN ? guessBytes : Math.max(frameBytes, guessBytes);
        long stepBytes = Math.max(FIRST_STEP_BYTES, 2L * arrivedBytes);
        int roomBytes = (int) Math.min(enoughBytes, stepBytes);
        var roomy = memory.directBuffer(roomBytes, roomBytes);
        roomy.writeBytes(old, old.readerIndex(), arrivedBytes);
        cumulated = roomy;
        old.release();
        return roomy;
    }

    /// Who owns the connection.
    interface Owner {
        /// False while it wants no frame: paused, or closed.
        boolean isTaking();

        Net.Admission admit(int lengthBytes);

        void onFrame(NettyFrame frame);

        /// The bytes are no frames, or not welcome. Nothing more is handed out.
        void onBroken(String reason);

        /// The bytes are another protocol. Nothing more is handed out.
        void onStranger(Stranger who);
    }
}
