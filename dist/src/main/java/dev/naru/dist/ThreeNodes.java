package dev.naru.dist;

import dev.naru.server.Main;
import dev.naru.server.Serving;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Three nodes of one cluster in this process, to learn from: each has a vote and replicas of
/// everything. Used by one thread.
final class ThreeNodes implements AutoCloseable {
    private static final int NODES = 3;
    private static final String CLUSTER = "bGVhcm5pbmcsIDMgbm9kZQ";
    /// Of node 1, 2, 3.
    private static final List<String> DIRECTORIES = List.of("bGVhcm5pbmcsIG5vZGUgMQ",
        "bGVhcm5pbmcsIG5vZGUgMg", "bGVhcm5pbmcsIG5vZGUgMw");

    private final Path place;
    private final String voters;
    private final List<Serving> running = new ArrayList<>();

    private ThreeNodes(Path place, String voters) {
        this.place = place;
        this.voters = voters;
    }

    /// Starts them below a directory.
    static ThreeNodes start(Path place) throws IOException, InterruptedException {
        var ports = freePorts();
        var voters = new ArrayList<String>();
        for (int node = 1; node <= NODES; node++) {
            voters.add(node + "@127.0.0.1:" + ports.get(node - 1) + ":"
                + DIRECTORIES.get(node - 1));
            var directory = Files.createDirectories(place.resolve("node-" + node));
            Files.write(directory.resolve("meta.properties"), List.of("version=1",
                "cluster.id=" + CLUSTER, "node.id=" + node,
                "directory.id=" + DIRECTORIES.get(node - 1)));
        }
        var nodes = new ThreeNodes(place, String.join(",", voters));
        nodes.startAll();
        return nodes;
    }

    /// One that serves clients.
    String address() {
        return running.getLast().listeners().getFirst();
    }

    /// Stops the first and has it find its way back: what it had is read, the others have gone on.
    void restartOne() throws IOException, InterruptedException {
        running.removeFirst().close();
        try (var one = Executors.newSingleThreadExecutor()) {
            running.add(served(begin(one, 1)));
        }
    }

    private void startAll() throws IOException, InterruptedException {
        // the first is not ready before there is a second
        try (var each = Executors.newFixedThreadPool(NODES)) {
            var starts = new ArrayList<Future<Optional<Serving>>>();
            for (int node = 1; node <= NODES; node++)
                starts.add(begin(each, node));
            for (var start : starts)
                running.add(served(start));
        }
    }

    private Future<Optional<Serving>> begin(ExecutorService on, int node) {
        var words = new ArrayList<>(
            List.of("start", "--data", place.resolve("node-" + node).toString()));
        for (var setting : List.of("node.id=" + node,
            "listeners=PLAINTEXT://127.0.0.1:0,PEERS://127.0.0.1:0",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT",
            "inter.broker.listener.name=PEERS", "controller.quorum.voters=" + voters,
            "default.replication.factor=3", "min.insync.replicas=2",
            "offsets.topic.replication.factor=3"))
            words.addAll(List.of("-o", setting));
        return on.submit(() -> Main.start(words, System.err));
    }

    private static Serving served(Future<Optional<Serving>> start)
        throws IOException, InterruptedException {
        try {
            return start.get().orElseThrow(() -> new IOException("a node does not start"));
        } catch (ExecutionException failed) {
            throw new IOException(failed);
        }
    }

    private static List<Integer> freePorts() throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        var ports = new ArrayList<Integer>();
        try {
            for (int node = 1; node <= NODES; node++) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (var socket : sockets)
                socket.close();
        }
        return ports;
    }

    @Override public void close() {
        for (var node : running)
            node.close();
    }
}
