package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;

/// One frame on its way into a channel's queue. Small parts are gathered into one pooled buffer, large
/// direct ones go as they are, large file slices leave by sendfile, or are copied in pieces where the
/// bytes must be encrypted. Used once.
final class OutFrame {
    /// A file slice below this is read into memory: one copy costs less than a system call and a packet
    /// of its own.
    static final int SENDFILE_BYTES_MIN = 32 * 1024;
    /// A direct buffer from this size on is not copied.
    private static final int WHOLE_BYTES_MIN = 16 * 1024;
    private static final int LENGTH_BYTES = 4;
    /// A file slice that is copied is copied in buffers of this size.
    private static final int PIECE_BYTES = 256 * 1024;

    private final Channel netty;
    private final boolean isEncrypted;
    private final List<Bytes> parts;
    private int nextPart;

    OutFrame(Channel netty, boolean isEncrypted, List<Bytes> parts) {
        this.netty = netty;
        this.isEncrypted = isEncrypted;
        this.parts = parts;
    }

    void write() throws IOException {
        long sizeBytes = 0;
        for (var part : parts)
            sizeBytes += part.sizeBytes();
        if (sizeBytes > Integer.MAX_VALUE) throw new IOException(sizeBytes + " bytes do not fit");
        ByteBuf gathered = netty.alloc().directBuffer(LENGTH_BYTES + gatheredBytes());
        gathered.writeInt((int) sizeBytes);
        gather(gathered);
        while (nextPart < parts.size()) {
            var part = parts.get(nextPart);
            if (isGathered(part)) {
                gather(netty.alloc().directBuffer(gatheredBytes()));
            } else {
                nextPart++;
                writeWhole(part);
            }
        }
    }

    /// Gives back what has not been handed to the channel.
    void discard() {
        while (nextPart < parts.size())
            parts.get(nextPart++).discard();
    }

    /// Copies the next run of small parts into `gathered` and queues it.
    private void gather(ByteBuf gathered) throws IOException {
        try {
            while (nextPart < parts.size() && isGathered(parts.get(nextPart))) {
                copy(parts.get(nextPart), gathered);
                parts.get(nextPart).discard();
                nextPart++;
            }
        } catch (IOException failed) {
            gathered.release();
            throw failed;
        }
        netty.write(gathered, netty.voidPromise());
    }

    private int gatheredBytes() {
        int sizeBytes = 0;
        for (int part = nextPart; part < parts.size() && isGathered(parts.get(part)); part++) {
            sizeBytes += parts.get(part).sizeBytes();
        }
        return sizeBytes;
    }

    private static boolean isGathered(Bytes part) {
        return switch (part) {
            case Bytes.Memory memory ->
                !memory.buffer().isDirect() || memory.sizeBytes() < WHOLE_BYTES_MIN;
            case Bytes.Slice slice ->
                slice.sizeBytes() < SENDFILE_BYTES_MIN || !(slice.lease() instanceof FileLease);
        };
    }

    private static void copy(Bytes part, ByteBuf into) throws IOException {
        switch (part) {
            case Bytes.Memory memory -> into.writeBytes(memory.buffer().duplicate());
            case Bytes.Slice slice -> copySlice(slice, into);
        }
    }

    private static void copySlice(Bytes.Slice slice, ByteBuf into) throws IOException {
        int start = into.writerIndex();
        into.ensureWritable(slice.sizeBytes());
        var room = into.internalNioBuffer(start, slice.sizeBytes());
        int end = room.limit();
        try {
            if (slice.lease() instanceof FileLease lease) {
                lease.read(slice.filePosition(), room);
            } else {
                slice.file().read(slice.filePosition(), room);
            }
        } catch (DiskFault fault) {
            throw new IOException(fault.getMessage(), fault);
        }
        if (room.position() < end) throw new IOException(slice.file().path() + " was cut");
        into.writerIndex(start + slice.sizeBytes());
    }

    private void writeWhole(Bytes part) throws IOException {
        switch (part) {
            case Bytes.Memory memory ->
                netty.write(Unpooled.wrappedBuffer(memory.buffer()), netty.voidPromise());
            case Bytes.Slice slice when isEncrypted -> writePieces(slice);
            case Bytes.Slice slice ->
                netty.write(new LeasedRegion((FileLease) slice.lease(), slice.filePosition(),
                    slice.sizeBytes()), netty.voidPromise());
        }
    }

    private void writePieces(Bytes.Slice slice) throws IOException {
        try {
            for (int done = 0; done < slice.sizeBytes(); done += PIECE_BYTES) {
                int sizeBytes = Math.min(PIECE_BYTES, slice.sizeBytes() - done);
                var piece = netty.alloc().directBuffer(sizeBytes);
                try {
                    copySlice(new Bytes.Slice(slice.file(), slice.filePosition() + done,
                        sizeBytes, slice.lease()), piece);
                } catch (IOException failed) {
                    piece.release();
                    throw failed;
                }
                netty.write(piece, netty.voidPromise());
            }
        } finally {
            slice.discard();
        }
    }
}
