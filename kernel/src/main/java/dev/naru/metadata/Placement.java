package dev.naru.metadata;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/// Which nodes hold a partition: leaders go round the nodes, replicas of a partition follow each
/// other in an order that alternates the racks, so that they stand in different racks where there
/// are enough. Nodes that are being emptied, or are not active, get replicas only when there are too
/// few others; those are not in sync.
final class Placement {
    private final List<Integer> ring;
    private final List<Integer> spare;
    private final int start;

    /// `start` is any number that is not negative: where the first leader falls.
    Placement(ClusterImage image, int start) {
        var all = image.nodes().values();
        var draining = Draining.of(image);
        var staying = all.stream()
            .filter(node -> node.isActive() && !draining.contains(node.nodeId())).toList();
        var first = staying.isEmpty() ? all.stream().filter(NodeImage::isActive).toList() : staying;
        this.ring = ringOf(first);
        this.spare = ringOf(all.stream().filter(node -> !first.contains(node)).toList());
        this.start = start;
    }

    /// How many can hold a replica; none when nobody could lead.
    int nodeCount() {
        return ring.isEmpty() ? 0 : ring.size() + spare.size();
    }

    /// How many could be in sync at once.
    int activeCount() {
        return ring.size();
    }

    /// A new partition on `replicationFactor` of the nodes.
    PartitionImage partition(int partition, int replicationFactor) {
        var inSync = inSync(partition, Math.min(replicationFactor, ring.size()));
        if (inSync.size() == replicationFactor) return PartitionImage.fresh(inSync);
        var replicas = new ArrayList<>(inSync);
        for (int i = 0; replicas.size() < replicationFactor; i++)
            replicas.add(spare.get(Math.floorMod((long) start + partition + i, spare.size())));
        return PartitionImage.fresh(List.copyOf(replicas), inSync);
    }

    /// The preferred leader first. The distance of the second replica
    /// from the leader grows with each time round, so that one node's load is not all on its
    /// neighbour.
    private List<Integer> inSync(int partition, int replicationFactor) {
        int size = ring.size();
        int leaderPlace = Math.floorMod((long) start + partition, size);
        var replicas = new ArrayList<Integer>(replicationFactor);
        replicas.add(ring.get(leaderPlace));
        int shift = size > 1 ? Math.floorMod((start + (long) partition) / size, size - 1) : 0;
        for (int i = 0; i < replicationFactor - 1; i++) {
            int distance = 1 + (shift + i) % (size - 1);
            replicas.add(ring.get((leaderPlace + distance) % size));
        }
        return List.copyOf(replicas);
    }

    private static List<Integer> ringOf(List<NodeImage> nodes) {
        var byRack = new TreeMap<String, Deque<Integer>>();
        for (var node : nodes) {
            byRack.computeIfAbsent(node.rack(), r -> new ArrayDeque<>()).add(node.nodeId());
        }
        var ring = new ArrayList<Integer>(nodes.size());
        while (ring.size() < nodes.size()) {
            for (var rack : byRack.values()) {
                if (!rack.isEmpty()) ring.add(rack.removeFirst());
            }
        }
        return ring;
    }
}
