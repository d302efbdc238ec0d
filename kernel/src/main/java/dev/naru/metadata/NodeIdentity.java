package dev.naru.metadata;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.Entropy;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.config.PropertiesText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who a data directory belongs to: kept in `meta.properties`, in Kafka's form (`version=1`,
/// `cluster.id`, `node.id`, `directory.id`) with `naru.format`, the version of our own files.
/// Written once, at the first start; a directory of somebody else, or of a newer version, is
/// refused.
public record NodeIdentity(String clusterId, int nodeId, Uuid directoryId) {
    public static final String FILE = "meta.properties";
    /// Who agrees first on the cluster's metadata, as `controller.quorum.voters` has it, where the
    /// directory was formatted with that.
    public static final String FOUNDERS_KEY = "naru.initial.controllers";
    /// The format of our files that this version reads and writes.
    public static final int FORMAT = 1;

    private static final String TEMPORARY = FILE + ".tmp";
    private static final String VERSION_KEY = "version";
    private static final String CLUSTER_KEY = "cluster.id";
    private static final String NODE_KEY = "node.id";
    private static final String DIRECTORY_KEY = "directory.id";
    private static final String FORMAT_KEY = "naru.format";

    /// Reads the directory's identity, or gives it one: the cluster id asked for, else a random
    /// one. A directory that Kafka made is taken over under the ids it has. For start-up: waits for
    /// the disk.
    public static Outcome open(Disk disk, Asked asked, Entropy entropy) throws DiskFault {
        if (!disk.exists(FILE)) return create(disk, asked, entropy);
        var text = read(disk);
        if (text.isEmpty()) return new Refused(FILE + " is too large to be one.");
        var given = new TreeMap<>(PropertiesText.read(text.get()).values());
        var problem = problem(given, asked);
        if (problem.isPresent()) return new Refused(FILE + ": " + problem.get());
        var completed = new TreeMap<>(given);
        completed.putIfAbsent(DIRECTORY_KEY, entropy.uuid().toString());
        completed.putIfAbsent(FORMAT_KEY, Integer.toString(FORMAT));
        if (!completed.equals(given)) write(disk, completed);
        var directoryId = Uuid.parse(completed.getOrDefault(DIRECTORY_KEY, ""));
        return new Opened(new NodeIdentity(given.getOrDefault(CLUSTER_KEY, ""),
            number(given, NODE_KEY).orElseThrow(), directoryId.orElseThrow()), false);
    }

    private static Outcome create(Disk disk, Asked asked, Entropy entropy) throws DiskFault {
        var clusterId = asked.clusterId().isEmpty() ? entropy.uuid().toString() : asked.clusterId();
        var identity = new NodeIdentity(clusterId, asked.nodeId(), entropy.uuid());
        assign(disk, identity);
        return new Opened(identity, true);
    }

    /// Makes a directory that of a node which others have given an id. For start-up: waits for the
    /// disk.
    public static void assign(Disk disk, NodeIdentity identity) throws DiskFault {
        var text = new TreeMap<String, String>();
        text.put(VERSION_KEY, "1");
        text.put(CLUSTER_KEY, identity.clusterId());
        text.put(NODE_KEY, Integer.toString(identity.nodeId()));
        text.put(DIRECTORY_KEY, identity.directoryId().toString());
        text.put(FORMAT_KEY, Integer.toString(FORMAT));
        write(disk, text);
    }

    private static Optional<String> problem(SortedMap<String, String> given, Asked asked) {
        int format = number(given, FORMAT_KEY).orElse(given.containsKey(FORMAT_KEY) ? -1 : FORMAT);
        if (format != FORMAT) {
            return Optional.of("the directory has format " + given.get(FORMAT_KEY)
                + "; this version reads " + FORMAT
                + " only. Start it with the version that wrote it.");
        }
        if (number(given, VERSION_KEY).orElse(0) != 1) {
            return Optional.of("version=1 is needed, found " + given.get(VERSION_KEY) + ".");
        }
        var nodeId = number(given, NODE_KEY);
        if (nodeId.isEmpty()) return Optional.of("there is no number in node.id.");
        if (nodeId.getAsInt() != asked.nodeId()) {
            return Optional.of("the directory belongs to node " + nodeId.getAsInt()
                + ", but this node is configured as node.id=" + asked.nodeId() + ".");
        }
        var clusterId = given.getOrDefault(CLUSTER_KEY, "");
        if (clusterId.isEmpty()) return Optional.of("there is no cluster.id.");
        if (!asked.clusterId().isEmpty() && !asked.clusterId().equals(clusterId)) {
            return Optional.of("the directory belongs to cluster " + clusterId + ", not to "
                + asked.clusterId() + ".");
        }
        var directory = given.get(DIRECTORY_KEY);
        if (directory != null && Uuid.parse(directory).isEmpty()) {
            return Optional.of("directory.id is no id: " + directory + ".");
        }
        return Optional.empty();
    }

    private static OptionalInt number(SortedMap<String, String> given, String key) {
        try {
            return OptionalInt.of(Integer.parseInt(given.getOrDefault(key, "")));
        } catch (NumberFormatException noNumber) {
            return OptionalInt.empty();
        }
    }

    private static Optional<String> read(Disk disk) throws DiskFault {
        var file = disk.file(FILE);
        long sizeBytes = file.sizeBytes();
        if (sizeBytes > Limits.IDENTITY_BYTES_MAX) return Optional.empty();
        var bytes = ByteBuffer.allocate((int) sizeBytes);
        while (bytes.hasRemaining()) {
            if (file.read(bytes.position(), bytes) <= 0) break;
        }
        file.close();
        return Optional.of(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
    }

    /// Whole or not at all: a crash leaves the old file or the new one.
    private static void write(Disk disk, SortedMap<String, String> properties) throws DiskFault {
        disk.delete(TEMPORARY);
        var file = disk.file(TEMPORARY);
        file.write(0, StandardCharsets.UTF_8.encode(print(properties)));
        disk.flushNow(List.of(file), List.of());
        file.close();
        disk.rename(TEMPORARY, FILE);
        disk.flushNow(List.of(), List.of(""));
    }

    private static String print(SortedMap<String, String> properties) {
        var text = new StringBuilder();
        properties
            .forEach((key, value) -> text.append(escaped(key)).append('=').append(escaped(value))
                .append('\n'));
        return text.toString();
    }

    private static String escaped(String plain) {
        return plain.replaceAll("[\\\\=:#!]", "\\\\$0");
    }

    /// What the configuration says. `clusterId` is empty when it says nothing.
    public record Asked(String clusterId, int nodeId) {}

    /// How opening went.
    public sealed interface Outcome {}

    /// `isNew` when the directory had no identity before.
    public record Opened(NodeIdentity identity, boolean isNew) implements Outcome {}

    /// The directory is not for this node; `why` is a sentence for the operator.
    public record Refused(String why) implements Outcome {}
}
