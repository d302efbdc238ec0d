package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// When the leading controller last heard of each node, and how far the node's image was then. Begins
/// anew with every controller. Its own node is never late. Owned by the control loop.
final class NodeSessions implements Liveness {
    private static final long SLOW_FOR_NS = 60_000 * Now.NS_PER_MS;

    private final int ownId;
    private final Uuid ownIncarnationId;
    private final Clock clock;
    private final NodeRules rules;
    private final SortedMap<Integer, Seen> seen = new TreeMap<>();

    NodeSessions(ControllerHost.World world, NodeRules rules) {
        this.ownId = world.nodeId();
        this.ownIncarnationId = world.incarnationId();
        this.clock = world.clock();
        this.rules = rules;
    }

    @Override public long wallMs() {
        return clock.wallMs();
    }

    /// A controller begins: nobody is late yet, and nobody is known to be far. A node has its whole
    /// time when it was reached; until then, little.
    void begin(ClusterImage image) {
        seen.clear();
        for (var node : image.nodes().values()) {
            var one = fresh(node.brokerEpoch(), image.acceptedIndex());
            one.deadlineNs = clock.monotonicNs() + rules.graceNs();
            seen.put(node.nodeId(), one);
        }
    }

    /// What a batch says of nodes, at its index.
    void apply(List<ClusterRecord> facts, long index) {
        for (var fact : facts) {
            switch (fact) {
                case ClusterRecord.NodeRegistered(var node) ->
                    seen.put(node.nodeId(), fresh(node.brokerEpoch(), index));
                case ClusterRecord.NodeLeaving(var nodeId) -> {
                    var one = seen.get(nodeId);
                    if (one != null) one.leavingIndex = index;
                }
                case ClusterRecord.NodeUnregistered(var nodeId) -> seen.remove(nodeId);
                default -> {
                }
            }
        }
    }

    void heard(Heartbeat beat) {
        var one = seen.get(beat.nodeId());
        if (one == null || one.brokerEpoch != beat.brokerEpoch()) return;
        one.heardNs = clock.monotonicNs();
        one.give(one.heardNs + rules.sessionNs());
        one.appliedIndex = Math.max(one.appliedIndex, beat.appliedIndex());
    }

    /// The node was reached: it has the time that it was given, and no more.
    void reached(int nodeId) {
        var one = seen.get(nodeId);
        if (one != null && one.givenNs - one.deadlineNs > 0) one.deadlineNs = one.givenNs;
    }

    /// Somebody could not reach the node: it has little time left to be heard.
    void suspect(int nodeId) {
        var one = seen.get(nodeId);
        if (one == null) return;
        long soonNs = clock.monotonicNs() + rules.graceNs();
        if (soonNs - one.deadlineNs < 0) one.deadlineNs = soonNs;
    }

    /// The node said that its disk is slow.
    void slow(ClusterRequest.HandOver request) {
        var one = seen.get(request.nodeId());
        if (one == null || one.brokerEpoch != request.brokerEpoch()) return;
        one.isSlow = true;
        one.slowNs = clock.monotonicNs();
    }

    @Override public boolean isSlow(int nodeId) {
        var one = seen.get(nodeId);
        return one != null && one.isSlow && clock.monotonicNs() - one.slowNs < SLOW_FOR_NS;
    }

    /// This node itself did not get on for some time: what it did not hear is no one's fault.
    void forgive(long lateNs) {
        for (var one : seen.values()) {
            one.deadlineNs += lateNs;
            one.givenNs += lateNs;
            one.heardNs += lateNs;
        }
    }

    /// The nodes that are counted on, and were not heard of in time.
    List<NodeImage> late(ClusterImage image) {
        var late = new ArrayList<NodeImage>();
        for (var node : image.nodes().values()) {
            if (!node.isFenced() && !isLive(node.nodeId())) late.add(node);
        }
        return late;
    }

    /// The active nodes whose image is not at `index` yet.
    List<NodeImage> lagging(ClusterImage image, long index) {
        return image.nodes().values().stream()
            .filter(node -> node.isActive() && !has(node.nodeId(), index)).toList();
    }

    /// The node is not counted on before its image stands at `index`.
    void demand(int nodeId, long index) {
        var one = seen.get(nodeId);
        if (one != null) one.demandedIndex = index;
    }

    boolean lags(int nodeId, long index) {
        return !has(nodeId, index);
    }

    @Override public long demandedIndex(int nodeId) {
        var one = seen.get(nodeId);
        return one == null ? 0 : one.demandedIndex;
    }

    /// Until the first of the nodes that are counted on may be late.
    long nearestNs(ClusterImage image) {
        long nearest = rules.sessionNs();
        long nowNs = clock.monotonicNs();
        for (var node : image.nodes().values()) {
            var one = seen.get(node.nodeId());
            if (one == null || node.isFenced() || node.nodeId() == ownId) continue;
            nearest = Math.min(nearest, one.deadlineNs - nowNs);
        }
        return Math.max(0, nearest);
    }

    /// Whether every active node's image stands at `index` or later.
    boolean haveAll(ClusterImage image, long index) {
        for (var node : image.nodes().values()) {
            if (node.isActive() && !has(node.nodeId(), index)) return false;
        }
        return true;
    }

    @Override public boolean isLive(int nodeId) {
        var one = seen.get(nodeId);
        return nodeId == ownId || (one != null && clock.monotonicNs() - one.deadlineNs < 0);
    }

    @Override public boolean isOwn(Uuid incarnationId) {
        return ownIncarnationId.equals(incarnationId);
    }

    @Override public boolean hasHandedOver(ClusterImage image, int nodeId) {
        var one = seen.get(nodeId);
        return one == null || haveAll(image, one.leavingIndex);
    }

    /// How long the node was not heard of, by this controller; its own node and strangers are not
    /// missed.
    long silentNs(int nodeId) {
        var one = seen.get(nodeId);
        return nodeId == ownId || one == null ? 0 : clock.monotonicNs() - one.heardNs;
    }

    private boolean has(int nodeId, long index) {
        var one = seen.get(nodeId);
        return nodeId == ownId || (one != null && one.appliedIndex >= index);
    }

    private Seen fresh(long brokerEpoch, long index) {
        long nowNs = clock.monotonicNs();
        return new Seen(brokerEpoch, nowNs, nowNs + rules.sessionNs(), index);
    }

    private static final class Seen {
        private final long brokerEpoch;
        private long givenNs;
        private long heardNs;
        private long deadlineNs;
        private long appliedIndex;
        private long leavingIndex;
        private long demandedIndex;
        private boolean isSlow;
        private long slowNs;

        private Seen(long brokerEpoch, long heardNs, long deadlineNs, long leavingIndex) {
            this.brokerEpoch = brokerEpoch;
            this.heardNs = heardNs;
            this.leavingIndex = leavingIndex;
            give(deadlineNs);
        }

        private void give(long untilNs) {
            givenNs = untilNs;
            deadlineNs = untilNs;
        }
    }
}
