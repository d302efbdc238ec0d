package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.Uuid;
import dev.naru.log.LogManifestEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The manifest of a clean stop: one line for each partition, so that the next start opens no file
/// it does not need. It is deleted, durably, before the next life writes anything; so it is never
/// stale.
///
/// ```
/// naru clean stop 1 <directory id>
/// <topic id> <partition> <topic> <log start> <log end> <last epoch> <segments ...>
/// <topic id> <partition> <topic> scan <recovery point> <log start>
/// <crc32c of all above, hex>
/// ```
final class CleanStop {
    private static final String PATH = "clean-stop";
    /// Begins what is said of a log that could not be closed as it should.
    private static final String SCAN = "scan ";
    private static final String TITLE = "naru clean stop 1 ";

    private CleanStop() {}

    /// Reads the manifest and deletes it. Empty when the last life did not end cleanly, or when it
    /// is not this directory's.
    static Optional<List<LeftBehind>> take(Disk disk, Uuid directoryId) throws DiskFault {
        var text = SmallFiles.read(disk, PATH);
        if (text.isEmpty()) return Optional.empty();
        disk.delete(PATH);
        disk.flushNow(List.of(), List.of(""));
        return parse(text.get(), directoryId);
    }

    static Optional<List<LeftBehind>> parse(String text, Uuid directoryId) {
        if (!text.endsWith("\n")) return Optional.empty();
        int lastLineAt = text.lastIndexOf('\n', text.length() - 2) + 1;
        var body = text.substring(0, lastLineAt);
        if (!text.substring(lastLineAt).equals(checksum(body) + "\n")) return Optional.empty();
        var lines = body.split("\n", -1);
        if (!lines[0].equals(TITLE + directoryId)) return Optional.empty();
        var left = new ArrayList<LeftBehind>();
        for (int at = 1; at < lines.length; at++) {
            if (lines[at].isEmpty()) continue;
            var entry = entry(lines[at]);
            if (entry.isEmpty()) return Optional.empty();
            left.add(entry.get());
        }
        return Optional.of(left);
    }

    private static Optional<LeftBehind> entry(String line) {
        var words = line.split(" ", 4);
        if (words.length != 4) return Optional.empty();
        var topicId = Uuid.parse(words[0]);
        if (topicId.isEmpty()) return Optional.empty();
        try {
            int index = Integer.parseInt(words[1]);
            if (words[3].startsWith(SCAN)) {
                var offsets = words[3].split(" ", -1);
                return Optional.of(new LeftBehind(topicId.get(), words[2], index, Optional.empty(),
                    Long.parseLong(offsets[1]), Long.parseLong(offsets[2]), false, 0));
            }
            var manifest = LogManifestEntry.parse(words[3]);
            return manifest.map(entry -> new LeftBehind(topicId.get(), words[2], index, manifest,
                entry.logEndOffset(), entry.logStartOffset(), false, 0));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    static void write(Disk disk, Uuid directoryId, List<LeftBehind> partitions) throws DiskFault {
        SmallFiles.replace(disk, PATH, text(directoryId, partitions));
    }

    static String text(Uuid directoryId, List<LeftBehind> partitions) {
        var body = new StringBuilder(TITLE).append(directoryId).append('\n');
        for (var each : partitions) {
            body.append(each.topicId()).append(' ').append(each.index()).append(' ')
                .append(each.topic()).append(' ')
                .append(each.manifest().map(LogManifestEntry::toLine)
                    .orElse(SCAN + each.recoveryPoint() + " " + each.logStartOffset()))
                .append('\n');
        }
        return body + checksum(body.toString()) + "\n";
    }

    private static String checksum(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
