package dev.naru.broker;

import dev.naru.base.Now;
import dev.naru.client.Address;
import dev.naru.client.ClientConnection;
import dev.naru.client.ClientTools;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.NodeProbes;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One connection to each node that is watched, over which nothing is said. The connections of a
/// process that dies close at once, and nobody answers at its port: that is known long before anybody
/// could tell from silence. Owned by the control loop.
final class DialProbes implements NodeProbes {
    private static final long REDIAL_NS = 20 * Now.NS_PER_MS;
    private static final long REFUSED_REDIAL_NS = 200 * Now.NS_PER_MS;

    private final Cluster cluster;
    private final ClientTools tools;
    private final IntConsumer onReached;
    private final IntConsumer onRefused;
    private final IntConsumer onGone;
    private final Map<Integer, Probe> probes = new TreeMap<>();

    /// They hear which node it was; `onGone` only of one that was reached before, in this life of it.
    DialProbes(Cluster cluster, ClientTools tools, IntConsumer onReached, IntConsumer onRefused,
        IntConsumer onGone) {
        this.cluster = cluster;
        this.tools = tools;
        this.onReached = onReached;
        this.onRefused = onRefused;
        this.onGone = onGone;
    }

    @Override public void watch(ClusterImage image, SortedSet<Integer> nodeIds) {
        probes.values().removeIf(probe -> {
            boolean isWanted = nodeIds.contains(probe.nodeId) && probe.isOfThisLife(image);
            if (!isWanted) probe.close();
            return !isWanted;
        });
        for (int nodeId : nodeIds) {
            if (!probes.containsKey(nodeId)) image.node(nodeId).ifPresent(this::begin);
        }
    }

    private void begin(NodeImage node) {
        cluster.peerAddress(node.nodeId()).ifPresent(address -> {
            var probe = new Probe(node.nodeId(), node.brokerEpoch(), address);
            probes.put(node.nodeId(), probe);
            probe.dial();
        });
    }

    /// The connection to one life of a node.
    private final class Probe implements ClientConnection.Owner {
        private final int nodeId;
        private final long brokerEpoch;
        private final Address address;
        private @Nullable ClientConnection connection;
        private boolean isOpen;
        private boolean wasReached;
        private boolean isOver;

        Probe(int nodeId, long brokerEpoch, Address address) {
            this.nodeId = nodeId;
            this.brokerEpoch = brokerEpoch;
            this.address = address;
        }

        boolean isOfThisLife(ClusterImage image) {
            return image.node(nodeId).filter(node -> node.brokerEpoch() == brokerEpoch)
                .isPresent();
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
            wasReached = true;
            onReached.accept(nodeId);
        }

        @Override public void onClosed(String why) {
            if (isOver) return;
            if (!isOpen) onRefused.accept(nodeId);
            if (!isOpen && wasReached) onGone.accept(nodeId);
            tools.loop().after(isOpen ? REDIAL_NS : REFUSED_REDIAL_NS, this::dial);
            isOpen = false;
        }

        @Override public void onViolation(String what) {
            // a frame that nobody asked for: the connection closes
        }
    }
}
