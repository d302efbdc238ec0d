package dev.naru.sim;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.nio.ByteBuffer;

/// A path on a simulated disk.
final class SimFile implements DiskFile {
    private final SimDisk disk;
    private final String path;

    SimFile(SimDisk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    @Override public String path() {
        return path;
    }

    @Override public long sizeBytes() throws DiskFault {
        return disk.inode(path).sizeBytes();
    }

    @Override public void write(long filePosition, ByteBuffer bytes) throws DiskFault {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        disk.write(path, Math.toIntExact(filePosition), copy);
    }

    @Override public int read(long filePosition, ByteBuffer into) throws DiskFault {
        var inode = disk.inode(path);
        if (filePosition >= inode.sizeBytes()) return 0;
        var copy = new byte[(int) Math.min(into.remaining(), inode.sizeBytes() - filePosition)];
        int count = inode.read((int) filePosition, copy, 0, copy.length);
        into.put(copy, 0, count);
        return count;
    }

    @Override public void truncate(long sizeBytes) throws DiskFault {
        disk.truncate(path, Math.toIntExact(sizeBytes));
    }

    @Override public Bytes.Slice slice(long filePosition, int sizeBytes) throws DiskFault {
        return new Bytes.Slice(this, filePosition, sizeBytes, disk.lease(path));
    }

    @Override public void close() {}
}
