package dev.naru.metadata;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Limits;
import java.nio.ByteBuffer;

/// Room kept back in a file of zeros, so that on a full disk there is still room for the facts that
/// make room: a topic is deleted, its retention shortened, the node starts. Given up when it is
/// needed, made again when there is plenty.
final class Reserve {
    /// Made only when this much would be left: the last bytes belong to the users.
    private static final long PLENTY_BYTES = 256L * Limits.METADATA_RESERVE_BYTES;

    private final Disk disk;
    private final String path;
    private boolean isThere;

    Reserve(Disk disk, String directory) {
        this.disk = disk;
        this.path = directory + "/reserve";
    }

    DiskFile file() {
        return disk.file(path);
    }

    /// Makes it if it is not there and there is plenty of room. True when it was made, and must be
    /// flushed to be more than a wish.
    boolean make() throws DiskFault {
        if (isThere) return false;
        if (disk.exists(path) && file().sizeBytes() == Limits.METADATA_RESERVE_BYTES) {
            isThere = true;
            return false;
        }
        if (disk.usableBytes() < PLENTY_BYTES) return false;
        try {
            file().write(0, ByteBuffer.allocate(Limits.METADATA_RESERVE_BYTES));
            isThere = true;
            return true;
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            disk.delete(path);
            return false;
        }
    }

    /// Gives it up. False when there was none.
    boolean giveUp() {
        if (!isThere) return false;
        isThere = false;
        try {
            file().close();
            disk.delete(path);
            return true;
        } catch (DiskFault stuck) {
            return false;
        }
    }
}
