package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.Invariant;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/// Keeps the handle of one slice open. Given back once, by any thread.
final class FileLease implements Bytes.Lease {
    private final Handle handle;
    private boolean released;

    /// Takes over a use of `handle` that the caller acquired.
    FileLease(Handle handle) {
        this.handle = handle;
    }

    FileChannel channel() {
        return handle.channel();
    }

    /// Fills `into` from `filePosition` as far as the file goes.
    int read(long filePosition, ByteBuffer into) throws DiskFault {
        return FileDiskFile.readFully(handle, filePosition, into);
    }

    /// Whether the page cache holds all of these bytes, so that nobody who sends them waits for the device.
    /// The system is asked (mincore), no byte is touched. False when it cannot say, and for bytes that a
    /// truncation took (to map those would make the file longer).
    boolean isInMemory(long filePosition, int sizeBytes) {
        try (var arena = Arena.ofConfined()) {
            return channel().size() >= filePosition + sizeBytes
                && channel().map(MapMode.READ_ONLY, filePosition, sizeBytes, arena).isLoaded();
        } catch (IOException notMapped) {
            return false;
        }
    }

    @Override public void release() {
        Invariant.check(!released, "I17: a lease is given back once");
        released = true;
        handle.release();
    }
}
