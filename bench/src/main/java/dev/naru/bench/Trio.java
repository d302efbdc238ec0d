package dev.naru.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/// Three nodes in a yard, each a process of its own and a voter of the quorum, as one cluster.
/// Topics have three replicas, two of which must be in sync. Nodes are numbered from 1.
final class Trio implements Served, AutoCloseable {
    static final int NODES = 3;
    /// Rounds of what takes three nodes: enough for a verdict.
    static final int ROUNDS_MAX = 3;
    private static final int MIN_IN_SYNC = 2;
    private static final int PORTS_EACH = 3;
    private static final long START_SECONDS_MAX = 120;
    private static final long POLL_MS = 100;
    /// Of a key store that lives as long as one story.
    private static final String STORE_PASSWORD = "of-one-story";

    private final Yard yard;
    private final boolean isEncrypted;
    private final Path place;
    /// For clients, for the other nodes, for the quorum: of node 1, of node 2, of node 3.
    private final int[] ports = new int[NODES * PORTS_EACH];
    private final List<Optional<Broker>> running = new ArrayList<>();
    private final String voters;

    /// Formats the directories.
    Trio(Yard yard) throws IOException, InterruptedException {
        this(yard, false);
    }

    /// The same; with `isEncrypted` nodes talk TLS among themselves, to partitions' leaders and in
    /// the quorum, and prove to each other who they are. Clients talk in plaintext.
    Trio(Yard yard, boolean isEncrypted) throws IOException, InterruptedException {
        this.yard = yard;
        this.isEncrypted = isEncrypted;
        this.place = Files.createTempDirectory(yard.directory(), "trio");
        for (int at = 0; at < ports.length; at++)
            ports[at] = Yard.freePort();
        for (int node = 1; node <= NODES; node++)
            running.add(Optional.empty());
        this.voters = yard.variant().isNaru() ? formatNaru() : formatKafka();
    }

    /// Starts the nodes, and waits until each is counted on.
    void start() throws Exception {
        for (int node = 1; node <= NODES; node++)
            start(node);
        long beganNs = System.nanoTime();
        try (var admin = Clients.admin(address())) {
            while (admin.describeCluster().nodes().get().size() < NODES) {
                if (System.nanoTime() - beganNs > START_SECONDS_MAX * 1_000_000_000L)
                    throw new IOException("the nodes do not find each other");
                Thread.sleep(POLL_MS);
            }
        }
    }

    Broker start(int node) throws IOException {
        var command = yard.variant().isNaru()
            ? naru(node)
            : yard.java("kafka.Kafka", config(node).toString());
        var broker = yard.launch(command, clientPort(node));
        running.set(node - 1, Optional.of(broker));
        return broker;
    }

    /// SIGKILL.
    void kill(int node) {
        node(node).kill();
        running.set(node - 1, Optional.empty());
    }

    /// Asks it to stop, and waits until it has; the seconds that took.
    double stop(int node) throws IOException, InterruptedException {
        double seconds = node(node).stop();
        running.set(node - 1, Optional.empty());
        return seconds;
    }

    Broker node(int node) {
        return running.get(node - 1).orElseThrow();
    }

    String address(int node) {
        return "127.0.0.1:" + clientPort(node);
    }

    @Override public String address() {
        return IntStream.rangeClosed(1, NODES).mapToObj(this::address)
            .collect(Collectors.joining(","));
    }

    @Override public double cpuSeconds() throws IOException {
        double sum = 0;
        for (var broker : running)
            if (broker.isPresent()) sum += broker.get().cpuSeconds();
        return sum;
    }

    /// The mean of the nodes, in 10^6 bytes.
    double residentMegabytes() throws IOException {
        double sum = 0;
        for (int node = 1; node <= NODES; node++)
            sum += node(node).residentMegabytes();
        return sum / NODES;
    }

    /// The node that leads the quorum.
    static int controller(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    /// Bytes of a topic's directories at a node.
    long storedBytes(int node, String topic) throws IOException {
        long sum = 0;
        try (var directories = Files.newDirectoryStream(place(node), topic + "-*")) {
            for (var directory : directories) {
                try (var files = Files.newDirectoryStream(directory, "*.log")) {
                    for (var file : files)
                        sum += Files.size(file);
                }
            }
        } catch (DirectoryIteratorException | NoSuchFileException moved) {
            return sum;
        }
        return sum;
    }

    /// How a node was started, without what differs between machines and rounds.
    String commandLine() throws IOException {
        String line = yard.commandLine(node(1)).replace(place.getFileName() + "/", "");
        for (int port : ports)
            line = line.replace(Integer.toString(port), "PORT");
        return line.replaceAll("(?<=:PORT:)[-_A-Za-z0-9]{22}", "DIRECTORY");
    }

    int clientPort(int node) {
        return ports[node - 1];
    }

    private int peerPort(int node) {
        return ports[NODES + node - 1];
    }

    private int quorumPort(int node) {
        return ports[2 * NODES + node - 1];
    }

    private Path place(int node) {
        return place.resolve("node-" + node);
    }

    private String formatNaru() throws IOException, InterruptedException {
        String clusterId = Uuid.randomUuid().toString();
        var steps = new ArrayList<Yard.Step>();
        for (int node = 1; node <= NODES; node++) {
            var step = yard.begin(naruFormat(clusterId, node));
            steps.add(step);
            // the authority of the others
            if (isEncrypted && node == 1) step.ended();
        }
        for (var step : steps)
            step.ended();
        var all = new ArrayList<String>();
        for (int node = 1; node <= NODES; node++)
            all.add(node + "@127.0.0.1:" + quorumPort(node) + ":" + directoryId(node));
        return String.join(",", all);
    }

    private List<String> naruFormat(String clusterId, int node) {
        var command = new ArrayList<>(List.of(yard.launcher(), "storage", "format",
            "--cluster-id", clusterId, "--node-id", Integer.toString(node), "--data",
            place(node).toString()));
        if (!isEncrypted) return command;
        command.addAll(node == 1
            ? List.of("--tls")
            : List.of("--trust-from", place(1).toString()));
        return command;
    }

    private String directoryId(int node) throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(place(node).resolve("meta.properties"))) {
            properties.load(in);
        }
        return properties.getProperty("directory.id");
    }

    private List<String> naru(int node) {
        var settings = new TreeMap<>(Map.of("node.id", Integer.toString(node), "listeners",
            "PLAINTEXT://" + address(node) + ",PEERS://127.0.0.1:" + peerPort(node),
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:" + amongNodes(),
            "inter.broker.listener.name", "PEERS", "controller.quorum.voters", voters,
            "default.replication.factor", Integer.toString(NODES), "min.insync.replicas",
            Integer.toString(MIN_IN_SYNC), "naru.flush.on.ack",
            Boolean.toString(yard.variant() == Variant.NARU_SYNC)));
        settings.putAll(yard.settings());
        var command = new ArrayList<>(
            List.of(yard.launcher(), "start", "--data", place(node).toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-o", name + "=" + value)));
        return command;
    }

    private String amongNodes() {
        return isEncrypted ? "SSL" : "PLAINTEXT";
    }

    private Path config(int node) {
        return place.resolve("server-" + node + ".properties");
    }

    private String formatKafka() throws IOException, InterruptedException {
        String all = IntStream.rangeClosed(1, NODES)
            .mapToObj(node -> node + "@127.0.0.1:" + quorumPort(node))
            .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        var steps = new ArrayList<Yard.Step>();
        if (isEncrypted) makeKeyStore();
        for (int node = 1; node <= NODES; node++) {
            var lines = new ArrayList<String>();
            kafka(node, all).forEach((name, value) -> lines.add(name + "=" + value));
            Files.write(config(node), lines);
            steps.add(yard.begin(yard.java("kafka.tools.StorageTool", "format", "-t", clusterId,
                "-c", config(node).toString())));
        }
        for (var step : steps)
            step.ended();
        return all;
    }

    private Map<String, String> kafka(int node, String all) {
        var settings = new TreeMap<>(Map.of("process.roles", "broker,controller", "node.id",
            Integer.toString(node), "listeners",
            "PLAINTEXT://" + address(node) + ",PEERS://127.0.0.1:" + peerPort(node)
                + ",CONTROLLER://127.0.0.1:" + quorumPort(node),
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,PEERS:" + amongNodes() + ",CONTROLLER:" + amongNodes(),
            "inter.broker.listener.name", "PEERS", "controller.listener.names", "CONTROLLER",
            "controller.quorum.voters", all, "log.dirs", place(node).toString(),
            "default.replication.factor", Integer.toString(NODES), "min.insync.replicas",
            Integer.toString(MIN_IN_SYNC)));
        settings.putAll(yard.settings());
        if (!isEncrypted) return settings;
        settings.put("ssl.client.auth", "required");
        for (var store : List.of("ssl.keystore.", "ssl.truststore.")) {
            settings.put(store + "location", keyStore().toString());
            settings.put(store + "password", STORE_PASSWORD);
            settings.put(store + "type", "PKCS12");
        }
        return settings;
    }

    private Path keyStore() {
        return place.resolve("nodes.p12");
    }

    /// One key of the kind that Naru makes for itself, for all of Kafka's nodes; they trust it.
    private void makeKeyStore() throws IOException, InterruptedException {
        yard.begin(List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
            "-genkeypair", "-alias", "node", "-keyalg", "EC", "-groupname", "secp256r1",
            "-dname", "CN=node", "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-validity", "30",
            "-storetype", "PKCS12", "-keystore", keyStore().toString(), "-storepass",
            STORE_PASSWORD)).ended();
    }

    @Override public void close() {
        for (var broker : running)
            broker.ifPresent(Broker::close);
    }
}
