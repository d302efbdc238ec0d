package dev.naru.base;

import java.nio.ByteBuffer;

/// Bytes on their way out: in memory, or still in a file. A message is a list of these; the network sends
/// a file slice without copying it where it can.
public sealed interface Bytes {
    int sizeBytes();

    /// Bytes in memory, from position to limit. Nobody changes them once they are here.
    record Memory(ByteBuffer buffer) implements Bytes {
        @Override public int sizeBytes() {
            return buffer.remaining();
        }
    }

    /// `sizeBytes` bytes of a file from `filePosition`. Holds a lease: the file's handle stays open, even
    /// if the file is deleted or cut meanwhile, until the lease is given back.
    record Slice(DiskFile file, long filePosition, int sizeBytes, Lease lease) implements Bytes {}

    /// Keeps a file's handle open.
    interface Lease {
        /// Gives it back. Once; whoever consumes the bytes does it, sent or not.
        void release();
    }

    /// Gives back what these bytes hold, when they will not be sent.
    default void discard() {
        if (this instanceof Slice slice) slice.lease().release();
    }
}
