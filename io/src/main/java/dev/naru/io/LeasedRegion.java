package dev.naru.io;

import io.netty.channel.DefaultFileRegion;

/// A file slice that the system sends by itself; gives its lease back, sent or not.
final class LeasedRegion extends DefaultFileRegion {
    private final FileLease lease;

    LeasedRegion(FileLease lease, long filePosition, int sizeBytes) {
        super(lease.channel(), filePosition, sizeBytes);
        this.lease = lease;
    }

    /// The file is the disk's, not ours to close.
    @Override protected void deallocate() {
        lease.release();
    }
}
