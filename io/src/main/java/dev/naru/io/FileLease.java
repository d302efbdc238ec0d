package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

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

    @Override public void release() {
        Invariant.check(!released, "I17: a lease is given back once");
        released = true;
        handle.release();
    }
}
