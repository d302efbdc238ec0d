package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Whole text files of a data directory: read in one go, replaced in one step.
final class SmallFiles {
    /// A checkpoint of 100,000 partitions with the longest names is about 26 MB.
    private static final long SIZE_BYTES_MAX = 64L * 1024 * 1024;

    private SmallFiles() {}

    /// The text, or empty when there is no such file.
    static Optional<String> read(Disk disk, String path) throws DiskFault {
        if (!disk.exists(path)) return Optional.empty();
        var file = disk.file(path);
        long sizeBytes = Math.min(file.sizeBytes(), SIZE_BYTES_MAX);
        var bytes = ByteBuffer.allocate((int) sizeBytes);
        while (bytes.hasRemaining() && file.read(bytes.position(), bytes) > 0) {
        }
        file.close();
        return Optional.of(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    }

    /// Puts the text there, durably, or leaves what was there before.
    static void replace(Disk disk, String path, String text) throws DiskFault {
        var draftPath = path + ".tmp";
        disk.delete(draftPath);
        var draft = disk.file(draftPath);
        draft.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        disk.flushNow(List.of(draft), List.of());
        draft.close();
        disk.rename(draftPath, path);
        disk.flushNow(List.of(), List.of(""));
    }
}
