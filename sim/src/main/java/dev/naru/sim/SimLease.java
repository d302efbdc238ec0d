package dev.naru.sim;

import dev.naru.base.Bytes;
import dev.naru.base.Invariant;

/// Keeps the content of a simulated file for a slice, whatever becomes of its name.
final class SimLease implements Bytes.Lease {
    private final SimDisk disk;
    private final SimInode inode;
    private boolean isReleased;

    SimLease(SimDisk disk, SimInode inode) {
        this.disk = disk;
        this.inode = inode;
    }

    SimInode inode() {
        Invariant.check(!isReleased, "a lease is not used after its release");
        return inode;
    }

    @Override public void release() {
        Invariant.check(!isReleased, "a lease is released once");
        isReleased = true;
        disk.released();
    }
}
