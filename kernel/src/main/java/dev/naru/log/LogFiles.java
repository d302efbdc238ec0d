package dev.naru.log;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.nio.ByteBuffer;

/// The names of one partition's files, and small reads and writes of whole files.
final class LogFiles {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String ABORT_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";
    static final String CLEANED = ".cleaned";
    /// Says which segments are being replaced by the one with this offset.
    static final String MERGE = ".merge";
    static final String EPOCHS = "leader-epoch-checkpoint";
    static final String EPOCHS_NEXT = "leader-epoch-checkpoint.tmp";
    static final String TOPIC_ID = "partition.metadata";
    private static final int OFFSET_DIGITS = 20;
    private static final int SMALL_FILE_BYTES_MAX = 64 * 1024 * 1024;

    private final Disk disk;
    private final String directory;

    LogFiles(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    Disk disk() {
        return disk;
    }

    String directory() {
        return directory;
    }

    /// The directory that the partition's directory is in; "" for the data directory itself.
    String parent() {
        int slash = directory.lastIndexOf('/');
        return slash < 0 ? "" : directory.substring(0, slash);
    }

    String path(String name) {
        return directory + "/" + name;
    }

    String path(long baseOffset, String suffix) {
        return path(name(baseOffset, suffix));
    }

    DiskFile file(long baseOffset, String suffix) {
        return disk.file(path(baseOffset, suffix));
    }

    /// The offset in twenty digits, then the suffix.
    static String name(long baseOffset, String suffix) {
        var digits = Long.toString(baseOffset);
        return "0".repeat(OFFSET_DIGITS - digits.length()) + digits + suffix;
    }

    /// The offset that a file is named after, or -1 when the name is not twenty digits and `suffix`.
    static long offsetOf(String name, String suffix) {
        if (name.length() != OFFSET_DIGITS + suffix.length() || !name.endsWith(suffix)) return -1;
        long offset = 0;
        for (int at = 0; at < OFFSET_DIGITS; at++) {
            int digit = name.charAt(at) - '0';
            if (digit < 0 || digit > 9) return -1;
            if (offset > (Long.MAX_VALUE - digit) / 10) return -1;
            offset = offset * 10 + digit;
        }
        return offset;
    }

    /// All bytes of a file; empty when there is no such file.
    ByteBuffer readAll(DiskFile file) throws DiskFault {
        if (!disk.exists(file.path())) return ByteBuffer.allocate(0);
        long size = Math.min(file.sizeBytes(), SMALL_FILE_BYTES_MAX);
        var bytes = ByteBuffer.allocate((int) size);
        readFully(file, 0, bytes);
        return bytes.flip();
    }

    /// Writes a file anew. Where it was there before, it is first emptied: for files that nobody needs
    /// until they have been flushed.
    void replaceAll(DiskFile file, ByteBuffer bytes) throws DiskFault {
        if (disk.exists(file.path()) && file.sizeBytes() > 0) file.truncate(0);
        file.write(0, bytes);
    }

    /// Deletes what belongs to a segment, the log first.
    void deleteSegment(long baseOffset) throws DiskFault {
        disk.delete(path(baseOffset, LOG));
        disk.delete(path(baseOffset, INDEX));
        disk.delete(path(baseOffset, TIME_INDEX));
        disk.delete(path(baseOffset, ABORT_INDEX));
    }

    /// Reads until `into` is full or the file ends.
    static void readFully(DiskFile file, long filePosition, ByteBuffer into) throws DiskFault {
        long position = filePosition;
        while (into.hasRemaining()) {
            int count = file.read(position, into);
            if (count <= 0) return;
            position += count;
        }
    }
}
