package dev.naru.partition;

import dev.naru.base.Invariant;
import java.util.List;

/// Where a partition stands, as the cluster has agreed: the nodes that hold it, those of them that are
/// in sync, and how many of those an acknowledgement takes. `minInSync` is the effective one: never
/// more than there are replicas.
public record Replicas(int partitionEpoch, List<Integer> nodeIds, List<Integer> isr,
    int minInSync) {
    public Replicas {
        Invariant.check(nodeIds.containsAll(isr), "I7: ISR within the replicas");
        Invariant.check(minInSync >= 1 && minInSync <= nodeIds.size(),
            "I3: the effective min ISR is within the replicas", minInSync, nodeIds.size());
    }

    /// A partition that one node has alone.
    public static Replicas alone(int nodeId) {
        return new Replicas(0, List.of(nodeId), List.of(nodeId), 1);
    }

    /// Whether enough replicas are in sync for the high watermark to move.
    public boolean areEnough() {
        return isr.size() >= minInSync;
    }
}
