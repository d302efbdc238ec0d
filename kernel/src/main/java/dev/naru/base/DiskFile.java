package dev.naru.base;

import java.nio.ByteBuffer;

/// One file of a [Disk]. A value without an open handle: handles are opened when needed and capped by the
/// disk. Owned by one loop, except for slices, which may be read anywhere.
public interface DiskFile {
    /// Relative to the data directory, with '/'.
    String path();

    /// Written size (whether or not it is flushed).
    long sizeBytes() throws DiskFault;

    /// Writes all of `bytes` (position to limit; the position is moved) at `filePosition`, to the page cache.
    /// On a fault, any part of it may have been written.
    void write(long filePosition, ByteBuffer bytes) throws DiskFault;

    /// Writes all of several buffers one after the other, in one call where the system can.
    default void write(long filePosition, ByteBuffer[] bytes) throws DiskFault {
        long position = filePosition;
        for (var buffer : bytes) {
            int size = buffer.remaining();
            write(position, buffer);
            position += size;
        }
    }

    /// Fills `into` from `filePosition` as far as the file goes. Returns the bytes read, 0 at or past the end.
    /// Blocks on a cold page: for recovery and small index reads only.
    int read(long filePosition, ByteBuffer into) throws DiskFault;

    void truncate(long sizeBytes) throws DiskFault;

    /// A leased slice, to be sent. The range must lie within the file.
    Bytes.Slice slice(long filePosition, int sizeBytes) throws DiskFault;

    /// Gives the handle back early. The file can be used again; that opens it anew.
    void close();
}
