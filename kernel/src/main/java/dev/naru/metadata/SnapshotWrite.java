package dev.naru.metadata;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes one snapshot, a block per turn of the loop: to a temporary name, flush, rename, flush of
/// the directory, and only then the older files go. A crash at any step leaves a whole snapshot and
/// its log.
final class SnapshotWrite {
    private final Disk disk;
    private final String directory;
    private final MetadataFiles files;
    private final Coverage coverage;
    private final Iterator<ByteBuffer> blocks;
    private long blockNumber;
    private long position;

    SnapshotWrite(Disk disk, String directory, MetadataFiles files, Coverage coverage,
        Iterator<ByteBuffer> blocks) {
        this.disk = disk;
        this.directory = directory;
        this.files = files;
        this.coverage = coverage;
        this.blocks = blocks;
    }

    /// `ended` is told once, on `loop`.
    void start(Loop loop, Consumer<End> ended) {
        loop.execute(() -> writeNext(loop, ended));
    }

    private void writeNext(Loop loop, Consumer<End> ended) {
        var file = files.temporary(coverage.index());
        try {
            boolean isBlock = blocks.hasNext();
            var payload = isBlock ? blocks.next() : ByteBuffer.allocate(0);
            var frame = new MetadataFrame(isBlock ? MetadataFrame.BLOCK : MetadataFrame.END,
                coverage.term(), blockNumber, coverage.index(), payload);
            file.write(position, new ByteBuffer[]{frame.header(), payload.duplicate()});
            position += frame.sizeBytes();
            blockNumber++;
            if (isBlock) {
                loop.execute(() -> writeNext(loop, ended));
            } else {
                disk.flush(List.of(file), List.of(), loop,
                    fault -> rename(loop, ended, file, fault));
            }
        } catch (DiskFault fault) {
            ended.accept(giveUp(fault));
        }
    }

    private void rename(Loop loop, Consumer<End> ended, DiskFile file, Optional<DiskFault> fault) {
        if (fault.isPresent()) {
            ended.accept(failed(fault.get()));
            return;
        }
        file.close();
        try {
            files.publish(coverage.index());
        } catch (DiskFault stuck) {
            ended.accept(giveUp(stuck));
            return;
        }
        disk.flush(List.of(), List.of(directory), loop, stuck -> trim(ended, stuck));
    }

    private void trim(Consumer<End> ended, Optional<DiskFault> fault) {
        if (fault.isPresent()) {
            ended.accept(failed(fault.get()));
            return;
        }
        try {
            files.deleteCovered(coverage.index());
            ended.accept(new End.Written(coverage.index(), position));
        } catch (DiskFault stuck) {
            ended.accept(failed(stuck));
        }
    }

    private End giveUp(DiskFault fault) {
        if (fault.kind() != DiskFault.Kind.FULL) return failed(fault);
        try {
            files.deleteTemporary();
            return new End.Full(String.valueOf(fault.getMessage()));
        } catch (DiskFault stuck) {
            return failed(stuck);
        }
    }

    private static End failed(DiskFault fault) {
        return new End.Failed(String.valueOf(fault.getMessage()));
    }

    /// What the snapshot holds: all up to `index`.
    record Coverage(long index, int term) {}

    /// How it went.
    sealed interface End {
        record Written(long index, long sizeBytes) implements End {}

        record Full(String reason) implements End {}

        record Failed(String reason) implements End {}
    }
}
