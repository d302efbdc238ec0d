package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import java.util.Map;
import java.util.TreeMap;

/// One of Kafka's checkpoint files: an offset for each partition directory.
///
/// ```
/// 0                 version
/// 2                 entries
/// orders 0 1500     topic, partition, offset
/// orders 1 1499
/// ```
final class OffsetCheckpoint {
    static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    static final String LOG_STARTS = "log-start-offset-checkpoint";
    static final String CLEANED = "cleaner-offset-checkpoint";

    private OffsetCheckpoint() {}

    /// Offsets by directory. Lines that are not understood are passed over: a missing entry costs a
    /// scan.
    static Map<String, Long> read(Disk disk, String path) throws DiskFault {
        var offsets = new TreeMap<String, Long>();
        var text = SmallFiles.read(disk, path).orElse("");
        for (var line : text.split("\n", -1)) {
            var words = line.split(" ", -1);
            if (words.length != 3) continue;
            try {
                long offset = Long.parseLong(words[2]);
                int partition = Integer.parseInt(words[1]);
                if (offset >= 0) offsets.put(words[0] + "-" + partition, offset);
            } catch (NumberFormatException notAnEntry) {
                // a directory without an entry is scanned from its start
            }
        }
        return offsets;
    }

    static String text(Map<String, Long> offsetByDirectory) {
        var text = new StringBuilder();
        text.append("0\n").append(offsetByDirectory.size()).append('\n');
        offsetByDirectory.forEach((directory, offset) -> {
            int dash = directory.lastIndexOf('-');
            text.append(directory, 0, dash).append(' ').append(directory, dash + 1,
                directory.length()).append(' ').append(offset).append('\n');
        });
        return text.toString();
    }
}
