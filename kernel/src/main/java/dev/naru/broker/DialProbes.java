package dev.naru.broker;

import dev.naru.base.Now;
import dev.naru.client.Address;
import dev.naru.client.ClientConnection;
import dev.naru.client.ClientTools;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.NodeProbes;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One connection to each node that the leading controller counts on, over which nothing is said. The
/// connections of a process that dies close at once, and nobody answers at its port: then the node is
/// suspected long before its session is over. Owned by the control loop.
final class DialProbes implements NodeProbes {
    private static final long REDIAL_NS = 20 * Now.NS_PER_MS;
    private static final long REFUSED_REDIAL_NS = 200 * Now.NS_PER_MS;

    private final Cluster cluster;
    private final ClientTools tools;
    private final IntConsumer onReached;
    private final IntConsumer onRefused;
    private final Map<Integer, Probe> probes = new TreeMap<>();

    /// `onReached` and `onRefused` hear which node it was.
    DialProbes(Cluster cluster, ClientTools tools, IntConsumer onReached, IntConsumer onRefused) {
        this.cluster = cluster;
        this.tools = tools;
        this.onReached = onReached;
        this.onRefused = onRefused;
    }

    @Override public void watch(ClusterImage image) {
        probes.values().removeIf(probe -> !probe.isWanted(image));
        for (var node : image.nodes().values()) {
            boolean isWatched = node.nodeId() == cluster.nodeId() || node.isFenced()
                || probes.containsKey(node.nodeId());
            if (isWatched) continue;
            cluster.peerAddress(node.nodeId()).ifPresent(address -> {
                var probe = new Probe(node.nodeId(), node.brokerEpoch(), address);
                probes.put(node.nodeId(), probe);
                probe.dial();
            });
        }
    }

    @Override public void end() {
        var last = new TreeMap<>(probes);
        probes.clear();
        last.values().forEach(Probe::close);
    }

    /// The connection to one life of a node.
    private final class Probe implements ClientConnection.Owner {
        private final int nodeId;
        private final long brokerEpoch;
        private final Address address;
        private @Nullable ClientConnection connection;
        private boolean isOpen;
        private boolean isOver;

        Probe(int nodeId, long brokerEpoch, Address address) {
            this.nodeId = nodeId;
            this.brokerEpoch = brokerEpoch;
            this.address = address;
        }

        /// Ends it when it is not.
        boolean isWanted(ClusterImage image) {
            boolean isWanted = image.node(nodeId)
                .filter(node -> !node.isFenced() && node.brokerEpoch() == brokerEpoch).isPresent();
            if (!isWanted) close();
            return isWanted;
        }

        void dial() {
            if (isOver) return;
            connection = ClientConnection.dial(tools, address, "naru-" + cluster.nodeId(), this);
        }

        void close() {
            isOver = true;
            if (connection != null) connection.close("not watched any more");
        }

        @Override public void onOpen() {
            if (isOver) return;
            isOpen = true;
            onReached.accept(nodeId);
        }

        @Override public void onClosed(String why) {
            if (isOver) return;
            if (!isOpen) onRefused.accept(nodeId);
            tools.loop().after(isOpen ? REDIAL_NS : REFUSED_REDIAL_NS, this::dial);
            isOpen = false;
        }

        @Override public void onViolation(String what) {
            // a frame that nobody asked for: the connection closes
        }
    }
}
