package dev.naru.cli;

import dev.naru.metadata.NodeIdentity;
import dev.naru.trust.TrustDirectory;
import dev.naru.trust.Untrusted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/// `naru storage ...` and kafka-storage: the identity of a data directory. A broker gives itself
/// one on its first start; these commands are for those who want to choose the cluster id.
final class Storage {
    static final String FILE = "meta.properties";
    private static final int ID_BYTES = 16;

    private Storage() {}

    static final class RandomUuid implements Command {
        private final String tool;

        RandomUuid(String tool) {
            this.tool = tool;
        }

        @Override public Flags flags() {
            return Flags.of(tool + " random-uuid", "Prints a new id for a cluster.").json();
        }

        @Override public int run(Given given, Terminal terminal) {
            String id = randomId();
            terminal.line(given.json() ? Json.compact(Map.of("clusterId", id)) : id);
            return 0;
        }
    }

    static final class Format implements Command {
        private final String tool;

        Format(String tool) {
            this.tool = tool;
        }

        @Override public Flags flags() {
            return settings(Flags.of(tool + " format",
                "Writes the identity of a cluster and a node into a data directory."))
                .text("--cluster-id,-t", "id", "The cluster's id, as random-uuid prints it.")
                .text("--node-id", "n", "The node's id; else node.id of the file, else 1.")
                .on("--ignore-formatted,-g", "Is content if the directory has an identity.")
                .on("--tls",
                    "Makes the authority of a new cluster, under which its nodes prove to each"
                        + " other who they are.")
                .text("--trust-from", "directory",
                    "Takes over the cluster's authority from this data"
                        + " directory of another node, instead of making one.")
                .on("--standalone,-s", "The node is a cluster of its own, as it is without this.")
                .text("--initial-controllers,-I", "id@host:port:directory,...",
                    "Who agrees first on the metadata of a new cluster: the same list for each of"
                        + " them, with an id of random-uuid for each directory.")
                .on("--no-initial-controllers,-N",
                    "Writes nothing: the node gets its identity when it joins a cluster.")
                .text("--release-version,-r", "version", "Accepted and ignored.")
                .texts("--feature,-f", "name=level", "Accepted and ignored.")
                .texts("--add-scram,-S", "credentials", "Refused: there are no users yet.");
        }

        @Override public int run(Given given, Terminal terminal) {
            if (given.has("--add-scram")) {
                throw Failed.because("--add-scram is not possible: there are no users yet");
            }
            String clusterId = checked(given.required("--cluster-id"));
            if (given.has("--no-initial-controllers")) {
                terminal.line("Nothing is written: the node gets its identity from the cluster when"
                    + " it joins (naru start --join, or controller.quorum.bootstrap.servers).");
                return 0;
            }
            Properties file = file(given);
            long nodeId = given.number("--node-id").orElseGet(() -> Given.number("node.id",
                file.getProperty("node.id", file.getProperty("broker.id", "1"))));
            if (nodeId < 0) throw Failed.usage("node.id is at least 0, not " + nodeId);
            var founders = given.text("--initial-controllers");
            String directoryId = founders.map(list -> Founders.own(list, nodeId))
                .orElseGet(Storage::randomId);
            for (Path directory : directories(given, file)) {
                Path path = directory.resolve(FILE);
                if (Files.exists(path)) {
                    requireSame(path, clusterId, given.has("--ignore-formatted"));
                    terminal.line(directory + " has an identity already.");
                } else {
                    var identity = new StringBuilder("version=1\ncluster.id=").append(clusterId)
                        .append("\nnode.id=").append(nodeId).append("\ndirectory.id=")
                        .append(directoryId).append('\n');
                    founders.ifPresent(list -> identity.append(NodeIdentity.FOUNDERS_KEY)
                        .append('=').append(list.replace(":", "\\:")).append('\n'));
                    write(directory, identity.toString());
                    terminal.line("Formatted " + directory + " for cluster " + clusterId + ", node "
                        + nodeId + ".");
                }
                if (given.has("--tls") || given.text("--trust-from").isPresent())
                    trust(directory, clusterId, given, terminal);
            }
            return 0;
        }

        /// Gives the directory the cluster's authority, once.
        private static void trust(Path directory, String clusterId, Given given,
            Terminal terminal) {
            var trust = TrustDirectory.in(directory);
            try {
                if (trust.isThere()) {
                    terminal.line(directory + " has the certificates of a cluster already.");
                    return;
                }
                var other = given.text("--trust-from");
                if (other.isEmpty()) {
                    trust.found(clusterId, System.currentTimeMillis());
                    terminal.line("Made the authority of the cluster; who has " + directory
                        + "/tls can admit nodes.");
                    return;
                }
                requireSame(Path.of(other.get()).resolve(FILE), clusterId, true);
                var authority = TrustDirectory.in(Path.of(other.get())).authority(clusterId)
                    .orElseThrow(() -> Failed.because(other.get()
                        + " does not have the authority of its cluster"));
                trust.keep(authority);
                terminal.line("Took over the authority of the cluster from " + other.get() + ".");
            } catch (IOException | Untrusted e) {
                throw Failed.because("cannot write into " + directory + ": " + Explain.line(e));
            }
        }

        private static void requireSame(Path path, String clusterId, boolean ignored) {
            String other = read(path).getProperty("cluster.id", "");
            if (!other.equals(clusterId)) {
                throw Failed.because(path + " belongs to cluster '" + other
                    + "'; choose another directory or that id");
            }
            if (!ignored) {
                throw Failed.because(path.getParent()
                    + " is formatted already; --ignore-formatted accepts that");
            }
        }

        private static void write(Path directory, String text) {
            try {
                Files.createDirectories(directory);
                Path temporary = directory.resolve(FILE + ".tmp");
                try (var channel = java.nio.channels.FileChannel.open(temporary,
                    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer
                        .wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
                try (var entry = java.nio.channels.FileChannel.open(directory)) {
                    entry.force(true);
                }
            } catch (IOException e) {
                throw Failed.because("cannot write into " + directory + ": " + Explain.line(e));
            }
        }
    }

    static final class Show implements Command {
        private final String tool;

        Show(String tool) {
            this.tool = tool;
        }

        @Override public Flags flags() {
            return settings(Flags.of(tool + " info", "Shows the identity of a data directory."));
        }

        @Override public int run(Given given, Terminal terminal) {
            var found = new LinkedHashMap<String, Object>();
            var missing = new ArrayList<String>();
            for (Path directory : directories(given, file(given))) {
                Path path = directory.resolve(FILE);
                if (!Files.exists(path)) {
                    missing.add(directory + " has no identity; format it or start a broker on it");
                    continue;
                }
                var values = new LinkedHashMap<String, Object>();
                Properties properties = read(path);
                properties.stringPropertyNames().stream().sorted()
                    .forEach(name -> values.put(name, properties.getProperty(name)));
                found.put(directory.toString(), values);
            }
            if (given.json()) terminal.line(Json.pretty(found));
            else
                found.forEach((directory, values) -> terminal.line("Found " + directory + ": "
                    + values));
            missing.forEach(line -> terminal.complain(tool + " info: " + line));
            return missing.isEmpty() ? 0 : Failed.FAILED;
        }
    }

    private static Flags settings(Flags flags) {
        return flags.text("--config,-c", "file", "The broker's server.properties.")
            .text("--data", "directory", "The data directory; else log.dirs of the file, else"
                + " ./data.")
            .json();
    }

    /// 16 random bytes in URL-safe base64, never one that begins with a dash.
    static String randomId() {
        while (true) {
            UUID random = UUID.randomUUID();
            var bytes = ByteBuffer.allocate(ID_BYTES).putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits());
            String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
            if (!id.startsWith("-")) return id;
        }
    }

    private static String checked(String clusterId) {
        try {
            if (Base64.getUrlDecoder().decode(clusterId).length == ID_BYTES) return clusterId;
        } catch (IllegalArgumentException e) {
            throw notAnId(clusterId);
        }
        throw notAnId(clusterId);
    }

    private static Failed notAnId(String text) {
        return Failed.usage("'" + text + "' is not an id of 16 bytes in URL-safe base64; make one"
            + " with random-uuid");
    }

    private static Properties file(Given given) {
        var properties = new Properties();
        given.text("--config").ifPresent(
            file -> properties.putAll(Link.PropertyFile.read(file)));
        return properties;
    }

    private static List<Path> directories(Given given, Properties file) {
        String listed = given.text("--data").orElseGet(() -> file.getProperty("log.dirs",
            file.getProperty("log.dir", "data")));
        var directories = new ArrayList<Path>();
        for (String one : Given.commas(listed)) {
            directories.add(Path.of(one));
        }
        return directories;
    }

    private static Properties read(Path path) {
        return Link.PropertyFile.read(path.toString());
    }
}
