package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Files;
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

    private final Yard yard;
    /// For clients, for the other nodes, for the quorum: of node 1, of node 2, of node 3.
    private final int[] ports = new int[NODES * PORTS_EACH];
    private final List<Optional<Broker>> running = new ArrayList<>();
    private final String voters;

    /// Formats the directories.
    Trio(Yard yard) throws IOException, InterruptedException {
        this.yard = yard;
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

    /// How a node was started, without what differs between machines and rounds.
    String commandLine() throws IOException {
        String line = yard.commandLine(node(1));
        for (int port : ports)
            line = line.replace(Integer.toString(port), "PORT");
        return line.replaceAll("(?<=:PORT:)[-_A-Za-z0-9]{22}", "DIRECTORY");
    }

    private int clientPort(int node) {
        return ports[node - 1];
    }

    private int peerPort(int node) {
        return ports[NODES + node - 1];
    }

    private int quorumPort(int node) {
        return ports[2 * NODES + node - 1];
    }

    private Path place(int node) {
        return yard.directory().resolve("node-" + node);
    }

    private String formatNaru() throws IOException, InterruptedException {
        String clusterId = Uuid.randomUuid().toString();
        var steps = new ArrayList<Yard.Step>();
        for (int node = 1; node <= NODES; node++)
            steps.add(yard.begin(List.of(yard.launcher(), "storage", "format", "--cluster-id",
                clusterId, "--node-id", Integer.toString(node), "--data",
                place(node).toString())));
        for (var step : steps)
            step.ended();
        var all = new ArrayList<String>();
        for (int node = 1; node <= NODES; node++)
            all.add(node + "@127.0.0.1:" + quorumPort(node) + ":" + directoryId(node));
        return String.join(",", all);
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
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT",
            "inter.broker.listener.name", "PEERS", "controller.quorum.voters", voters,
            "default.replication.factor", Integer.toString(NODES), "min.insync.replicas",
            Integer.toString(MIN_IN_SYNC), "naru.flush.on.ack",
            Boolean.toString(yard.variant() == Variant.NARU_SYNC)));
        var command = new ArrayList<>(
            List.of(yard.launcher(), "start", "--data", place(node).toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-o", name + "=" + value)));
        return command;
    }

    private Path config(int node) {
        return yard.directory().resolve("server-" + node + ".properties");
    }

    private String formatKafka() throws IOException, InterruptedException {
        String all = IntStream.rangeClosed(1, NODES)
            .mapToObj(node -> node + "@127.0.0.1:" + quorumPort(node))
            .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        var steps = new ArrayList<Yard.Step>();
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
        return new TreeMap<>(Map.of("process.roles", "broker,controller", "node.id",
            Integer.toString(node), "listeners",
            "PLAINTEXT://" + address(node) + ",CONTROLLER://127.0.0.1:" + quorumPort(node),
            "controller.listener.names", "CONTROLLER", "controller.quorum.voters", all,
            "log.dirs", place(node).toString(), "default.replication.factor",
            Integer.toString(NODES), "min.insync.replicas", Integer.toString(MIN_IN_SYNC)));
    }

    @Override public void close() {
        for (var broker : running)
            broker.ifPresent(Broker::close);
    }
}
