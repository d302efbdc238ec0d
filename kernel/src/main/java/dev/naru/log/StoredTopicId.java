package dev.naru.log;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Kafka's `partition.metadata`: the id of the topic whose partition wrote a directory.
public final class StoredTopicId {
    private static final String KEY = "topic_id:";

    private StoredTopicId() {}

    static ByteBuffer encode(Uuid topicId) {
        return StandardCharsets.UTF_8.encode("version: 0\n" + KEY + " " + topicId);
    }

    /// What the directory of a partition says; empty when it says nothing that can be understood.
    public static Optional<Uuid> read(Disk disk, String directory) throws DiskFault {
        var files = new LogFiles(disk, directory);
        var file = disk.file(files.path(LogFiles.TOPIC_ID));
        var bytes = files.readAll(file);
        file.close();
        for (var line : StandardCharsets.UTF_8.decode(bytes).toString().split("\n", -1)) {
            if (line.startsWith(KEY)) return Uuid.parse(line.substring(KEY.length()).strip());
        }
        return Optional.empty();
    }
}
