package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One file of a [FileDisk]. It remembers the handle it used last, which the disk may take away at any
/// time. Owned by one loop.
final class FileDiskFile implements DiskFile {
    private final Handles handles;
    private final Path absolute;
    private final String path;
    private @Nullable Handle last;

    FileDiskFile(Handles handles, Path absolute, String path) {
        this.handles = handles;
        this.absolute = absolute;
        this.path = path;
    }

    @Override public String path() {
        return path;
    }

    @Override public long sizeBytes() throws DiskFault {
        var open = last;
        if (open == null || !open.acquire()) return sizeOnDisk();
        try {
            return open.channel().size();
        } catch (IOException failed) {
            throw Faults.of("size of", path, failed);
        } finally {
            open.release();
        }
    }

    @Override public void write(long filePosition, ByteBuffer bytes) throws DiskFault {
        var handle = acquire(true);
        try {
            long position = filePosition;
            while (bytes.hasRemaining())
                position += handle.channel().write(bytes, position);
        } catch (IOException failed) {
            throw Faults.of("write", path, failed);
        } finally {
            handle.release();
        }
    }

    @Override public int read(long filePosition, ByteBuffer into) throws DiskFault {
        var handle = acquire(false);
        try {
            return readFully(handle, filePosition, into);
        } finally {
            handle.release();
        }
    }

    @Override public void truncate(long sizeBytes) throws DiskFault {
        var handle = acquire(false);
        try {
            handle.channel().truncate(sizeBytes);
        } catch (IOException failed) {
            throw Faults.of("truncate", path, failed);
        } finally {
            handle.release();
        }
    }

    @Override public Bytes.Slice slice(long filePosition, int sizeBytes) throws DiskFault {
        return new Bytes.Slice(this, filePosition, sizeBytes, new FileLease(acquire(false)));
    }

    @Override public void close() {
        var open = last;
        last = null;
        if (open != null) handles.forget(path);
    }

    /// The handle, in use by the caller.
    private Handle acquire(boolean create) throws DiskFault {
        var open = last;
        if (open != null && open.acquire()) return open;
        var handle = handles.open(path, create);
        last = handle;
        return handle;
    }

    /// The handle through which what was written so far can be flushed, in use by the caller, whatever is
    /// renamed or deleted before that happens. Empty when there is no such file: nothing to keep.
    Optional<Handle> pin() throws DiskFault {
        try {
            return Optional.of(acquire(false));
        } catch (DiskFault fault) {
            if (fault.kind() == DiskFault.Kind.MISSING) return Optional.empty();
            throw fault;
        }
    }

    static int readFully(Handle handle, long filePosition, ByteBuffer into) throws DiskFault {
        int readBytes = 0;
        try {
            while (into.hasRemaining()) {
                int count = handle.channel().read(into, filePosition + readBytes);
                if (count < 0) break;
                readBytes += count;
            }
            return readBytes;
        } catch (IOException failed) {
            throw Faults.of("read", handle.path(), failed);
        }
    }

    private long sizeOnDisk() throws DiskFault {
        try {
            return Files.size(absolute);
        } catch (IOException failed) {
            throw Faults.of("size of", path, failed);
        }
    }
}
