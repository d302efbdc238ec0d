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
/// <crc32c of all above, hex>
/// ```
final class CleanStop {
    private static final String PATH = "clean-stop";
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

    private static Optional<List<LeftBehind>> parse(String text, Uuid directoryId) {
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
        var manifest = LogManifestEntry.parse(words[3]);
        if (topicId.isEmpty() || manifest.isEmpty()) return Optional.empty();
        try {
            return Optional.of(new LeftBehind(topicId.get(), words[2], Integer.parseInt(words[1]),
                manifest, manifest.get().logEndOffset(), manifest.get().logStartOffset()));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    static void write(Disk disk, Uuid directoryId, List<LeftBehind> partitions) throws DiskFault {
        var body = new StringBuilder(TITLE).append(directoryId).append('\n');
        for (var each : partitions) {
            body.append(each.topicId()).append(' ').append(each.index()).append(' ')
                .append(each.topic()).append(' ').append(each.manifest().orElseThrow().toLine())
                .append('\n');
        }
        SmallFiles.replace(disk, PATH, body + checksum(body.toString()) + "\n");
    }

    private static String checksum(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
