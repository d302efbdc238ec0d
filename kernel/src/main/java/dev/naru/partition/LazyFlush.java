package dev.naru.partition;

import dev.naru.base.Now;

/// Page-cache mode: `flush.messages` and `flush.ms` bound what a power cut can take of a partition.
final class LazyFlush {
    private final Partition partition;
    private boolean isTimed;

    LazyFlush(Partition partition) {
        this.partition = partition;
    }

    /// The log has grown and nobody waits for the disk.
    void wrote(PartitionSettings settings) {
        var log = partition.log();
        var shared = partition.shared();
        if (log.logEndOffset() - log.flushedEnd() >= settings.flushMessages()) {
            shared.flushRound().join(partition);
        } else if (settings.flushMs() < Long.MAX_VALUE && !isTimed) {
            isTimed = true;
            shared.loop().after(settings.flushMs() * Now.NS_PER_MS, () -> {
                isTimed = false;
                partition.serve();
            });
        }
    }
}
