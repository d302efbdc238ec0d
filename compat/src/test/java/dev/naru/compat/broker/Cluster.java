package dev.naru.compat.broker;

import dev.naru.trust.ClusterCa;
import dev.naru.trust.TrustDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Nodes that are one cluster, each in a process of its own on loopback.
public final class Cluster implements AutoCloseable {
    private final List<Broker> nodes;
    private final List<Seat> seats;

    private Cluster(List<Broker> nodes, List<Seat> seats) {
        this.nodes = nodes;
        this.seats = seats;
    }

    /// Starts `count` nodes, numbered from 1; returns when all serve.
    public static Cluster start(int count, Map<String, String> settings) {
        var seats = Seat.onLoopback(IntStream.range(0, count)
            .mapToObj(index -> Brokers.temporaryDirectory()).toList());
        Seat.format(seats);
        return start(seats, settings);
    }

    /// The same, whose nodes prove to each other who they are under this authority.
    public static Cluster secured(int count, ClusterCa authority) {
        var seats = Seat.onLoopback(IntStream.range(0, count)
            .mapToObj(index -> Brokers.temporaryDirectory()).toList());
        Seat.format(seats, authority.clusterId());
        try {
            for (var seat : seats)
                TrustDirectory.in(seat.data()).keep(authority);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        return start(seats,
            Map.of("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:SSL"));
    }

    private static Cluster start(List<Seat> seats, Map<String, String> settings) {
        // none is ready before most of them are there
        var starting = new ArrayList<CompletableFuture<Broker>>();
        try (var threads = Executors.newCachedThreadPool()) {
            for (var seat : seats) {
                var given = new TreeMap<>(seat.settings(seats));
                given.putAll(settings);
                starting.add(CompletableFuture.supplyAsync(
                    () -> Brokers.start(seat.directory(), given, List.of("-Xmx256m")), threads));
            }
            return new Cluster(starting.stream().map(CompletableFuture::join).toList(), seats);
        }
    }

    /// The node with this id.
    public Broker node(int nodeId) {
        return nodes.get(nodeId - 1);
    }

    /// Where this node listens for other nodes.
    public int peerPort(int nodeId) {
        return seats.get(nodeId - 1).ports().get(1);
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
