package dev.naru.compat.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// Nodes that are one cluster, each in a process of its own on loopback.
public final class Cluster implements AutoCloseable {
    private final List<Broker> nodes;

    private Cluster(List<Broker> nodes) {
        this.nodes = nodes;
    }

    /// One node to be: where it is, and the ports it is given.
    private record Seat(int nodeId, Path directory, String directoryId, List<Integer> ports) {}

    /// Starts `count` nodes, numbered from 1; returns when all serve.
    public static Cluster start(int count, Map<String, String> settings) {
        var clusterId = Uuid.randomUuid().toString();
        var ports = freePorts(3 * count);
        var seats = new ArrayList<Seat>();
        for (int nodeId = 1; nodeId <= count; nodeId++)
            seats.add(seat(nodeId, clusterId, ports.subList(3 * nodeId - 3, 3 * nodeId)));
        var voters = seats.stream().map(seat -> seat.nodeId() + "@127.0.0.1:"
            + seat.ports().get(2) + ":" + seat.directoryId()).collect(Collectors.joining(","));
        // none is ready before most of them are there
        var starting = new ArrayList<CompletableFuture<Broker>>();
        try (var threads = Executors.newCachedThreadPool()) {
            for (var seat : seats) {
                var given = settings(seat, voters, Math.min(3, count));
                given.putAll(settings);
                starting.add(CompletableFuture.supplyAsync(
                    () -> Brokers.start(seat.directory(), given, List.of("-Xmx256m")), threads));
            }
            return new Cluster(starting.stream().map(CompletableFuture::join).toList());
        }
    }

    private static Seat seat(int nodeId, String clusterId, List<Integer> ports) {
        var directory = Brokers.temporaryDirectory();
        var directoryId = Uuid.randomUuid().toString();
        try {
            var data = Files.createDirectories(directory.resolve("data"));
            Files.writeString(data.resolve("meta.properties"), "version=1\ncluster.id="
                + clusterId + "\nnode.id=" + nodeId + "\ndirectory.id=" + directoryId + "\n");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        return new Seat(nodeId, directory, directoryId, ports);
    }

    private static Map<String, String> settings(Seat seat, String voters, int replicas) {
        var given = new TreeMap<String, String>();
        given.put("node.id", Integer.toString(seat.nodeId()));
        given.put("listeners", "PLAINTEXT://127.0.0.1:" + seat.ports().get(0)
            + ",PEERS://127.0.0.1:" + seat.ports().get(1));
        given.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT");
        given.put("inter.broker.listener.name", "PEERS");
        given.put("controller.quorum.voters", voters);
        given.put("default.replication.factor", Integer.toString(replicas));
        given.put("min.insync.replicas", "2");
        given.put("offsets.topic.replication.factor", Integer.toString(replicas));
        given.put("transaction.state.log.replication.factor", Integer.toString(replicas));
        given.put("transaction.state.log.min.isr", "2");
        return given;
    }

    /// Open together, so that none is given twice.
    private static List<Integer> freePorts(int count) {
        var open = new ArrayList<ServerSocket>();
        try {
            for (int port = 0; port < count; port++)
                open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            var ports = open.stream().map(ServerSocket::getLocalPort).toList();
            for (var each : open)
                each.close();
            return ports;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// The node with this id.
    public Broker node(int nodeId) {
        return nodes.get(nodeId - 1);
    }

    /// Where clients begin.
    public String bootstrap() {
        return nodes.stream().map(Broker::bootstrap).collect(Collectors.joining(","));
    }

    @Override public void close() {
        for (var node : nodes)
            node.close();
    }
}
