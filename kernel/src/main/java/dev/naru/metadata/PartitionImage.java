package dev.naru.metadata;

import dev.naru.base.Invariant;
import java.util.List;

/// A partition as the cluster knows it. `elr` are the replicas outside the ISR that still hold
/// everything committed, `lastKnownElr` those that would be asked next (KIP-966). Keeps I7: the ISR is
/// within the replicas and the leader within the ISR.
public record PartitionImage(int leader, int leaderEpoch, int partitionEpoch,
    List<Integer> replicas,
    List<Integer> isr, List<Integer> elr, List<Integer> lastKnownElr, Reassignment moving) {

    /// The leader of a partition that has none.
    public static final int NO_LEADER = -1;

    public PartitionImage {
        Invariant.check(!replicas.isEmpty(), "I7: a partition has replicas");
        Invariant.check(replicas.containsAll(isr), "I7: ISR within the replicas");
        Invariant.check(leader == NO_LEADER || isr.contains(leader), "I7: leader within the ISR");
    }

    /// A partition of which nothing moves.
    public PartitionImage(int leader, int leaderEpoch, int partitionEpoch, List<Integer> replicas,
        List<Integer> isr, List<Integer> elr, List<Integer> lastKnownElr) {
        this(leader, leaderEpoch, partitionEpoch, replicas, isr, elr, lastKnownElr,
            Reassignment.NONE);
    }

    /// A new partition: its preferred leader leads, all replicas are in sync.
    public static PartitionImage fresh(List<Integer> replicas) {
        return new PartitionImage(replicas.getFirst(), 0, 0, replicas, replicas, List.of(),
            List.of());
    }

    /// A new partition of which only some replicas, at least one, can be in sync.
    static PartitionImage fresh(List<Integer> replicas, List<Integer> isr) {
        return new PartitionImage(isr.getFirst(), 0, 0, replicas, isr, List.of(), List.of());
    }

    public int preferredLeader() {
        return replicas.getFirst();
    }

    /// The same in a new partition epoch.
    PartitionImage anew() {
        return new PartitionImage(leader, leaderEpoch, partitionEpoch + 1, replicas, isr, elr,
            lastKnownElr, moving);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    /// The same under a new leader epoch.
    PartitionImage withLeaderEpochRaised() {
        return new PartitionImage(leader, leaderEpoch + 1, partitionEpoch + 1, replicas, isr, elr,
            lastKnownElr, moving);
    }
}
