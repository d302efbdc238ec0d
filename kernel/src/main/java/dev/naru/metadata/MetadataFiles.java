package dev.naru.metadata;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The names in the metadata directory: `INDEX.log` begins with batch INDEX, `INDEX.snapshot` holds
/// all up to and with INDEX, `INDEX.snapshot.tmp` is one that is being written. INDEX has twenty
/// digits.
final class MetadataFiles {
    private static final int DIGITS = 20;
    private static final String LOG = ".log";
    private static final String SNAPSHOT = ".snapshot";
    private static final String TEMPORARY = ".snapshot.tmp";

    private final Disk disk;
    private final String directory;

    MetadataFiles(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// Makes it, durably: while it holds nothing, an earlier start may have got no further.
    void createDirectory() throws DiskFault {
        disk.createDirectory(directory);
        if (logs().isEmpty() && snapshots().isEmpty()) disk.flushNow(List.of(), List.of(""));
    }

    DiskFile log(long firstIndex) {
        return disk.file(path(firstIndex, LOG));
    }

    DiskFile snapshot(long index) {
        return disk.file(path(index, SNAPSHOT));
    }

    DiskFile temporary(long index) {
        return disk.file(path(index, TEMPORARY));
    }

    /// First indexes of the logs, in order.
    List<Long> logs() throws DiskFault {
        return indexes(LOG);
    }

    /// Indexes of the snapshots, in order.
    List<Long> snapshots() throws DiskFault {
        return indexes(SNAPSHOT);
    }

    /// The temporary name becomes the real one; durable after a flush of the directory.
    void publish(long snapshotIndex) throws DiskFault {
        disk.rename(path(snapshotIndex, TEMPORARY), path(snapshotIndex, SNAPSHOT));
    }

    void deleteTemporary() throws DiskFault {
        for (var name : disk.list(directory)) {
            if (name.endsWith(TEMPORARY)) disk.delete(directory + "/" + name);
        }
    }

    /// Deletes what the snapshot at `index` replaces: older snapshots, and the logs that begin
    /// before its end (a snapshot always ends a log: the next batch begins a new one).
    void deleteCovered(long index) throws DiskFault {
        for (long older : snapshots()) {
            if (older < index) disk.delete(path(older, SNAPSHOT));
        }
        for (long first : logs()) {
            if (first <= index) disk.delete(path(first, LOG));
        }
    }

    private List<Long> indexes(String suffix) throws DiskFault {
        var indexes = new ArrayList<Long>();
        for (var name : disk.list(directory))
            index(name, suffix).ifPresent(indexes::add);
        indexes.sort(null);
        return indexes;
    }

    private static OptionalLong index(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        var digits = name.substring(0, DIGITS);
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(digits));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private String path(long index, String suffix) {
        var digits = Long.toString(index);
        return directory + "/" + "0".repeat(DIGITS - digits.length()) + digits + suffix;
    }
}
