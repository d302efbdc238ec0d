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
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// One node to be of a cluster: where it is, and the ports it is given (for clients, for other nodes,
/// for the
/// quorum).
public record Seat(int nodeId, String host, Path directory, String directoryId,
    List<Integer> ports) {

    /// A seat for each directory, numbered from 1, all on loopback.
    public static List<Seat> onLoopback(List<Path> directories) {
        var ports = freePorts(3 * directories.size());
        var seats = new ArrayList<Seat>();
        for (int index = 0; index < directories.size(); index++) {
            seats.add(new Seat(index + 1, "127.0.0.1", directories.get(index),
                Uuid.randomUuid().toString(), ports.subList(3 * index, 3 * index + 3)));
        }
        return seats;
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

    /// Gives each directory its identity.
    public static void format(List<Seat> seats) {
        format(seats, Uuid.randomUuid().toString());
    }

    static void format(List<Seat> seats, String clusterId) {
        for (var seat : seats) {
            try {
                var data = Files.createDirectories(seat.data());
                Files.writeString(data.resolve("meta.properties"), "version=1\ncluster.id="
                    + clusterId + "\nnode.id=" + seat.nodeId() + "\ndirectory.id="
                    + seat.directoryId() + "\n");
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }
    }

    public Path data() {
        return directory.resolve("data");
    }

    /// HOST:PORT for clients.
    public String bootstrap() {
        return host + ":" + ports.getFirst();
    }

    /// What this node is told, beside `all` of its cluster.
    public Map<String, String> settings(List<Seat> all) {
        var replicas = Integer.toString(Math.min(3, all.size()));
        var enough = Integer.toString(Math.min(2, all.size()));
        var given = new TreeMap<String, String>();
        given.put("node.id", Integer.toString(nodeId));
        given.put("listeners", "PLAINTEXT://" + bootstrap() + ",PEERS://" + host + ":"
            + ports.get(1));
        given.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT");
        given.put("inter.broker.listener.name", "PEERS");
        given.put("controller.quorum.voters", all.stream().map(Seat::voter)
            .collect(Collectors.joining(",")));
        given.put("default.replication.factor", replicas);
        given.put("min.insync.replicas", enough);
        given.put("offsets.topic.replication.factor", replicas);
        given.put("transaction.state.log.replication.factor", replicas);
        given.put("transaction.state.log.min.isr", enough);
        given.put("share.coordinator.state.topic.replication.factor", replicas);
        return given;
    }

    private String voter() {
        return nodeId + "@" + host + ":" + ports.get(2) + ":" + directoryId;
    }
}
