package dev.naru.metadata;

import java.util.ArrayList;
import java.util.List;

/// Replicas of a partition that are on their way (KIP-455): those that join, and those that leave once all
/// that stay are in sync. Both are among the partition's replicas meanwhile.
///
/// @param isByCluster whether the cluster moves them by itself, and nobody asked for it
public record Reassignment(List<Integer> adding, List<Integer> removing, boolean isByCluster) {
    /// Nothing moves.
    public static final Reassignment NONE = new Reassignment(List.of(), List.of());

    /// One that somebody asked for.
    public Reassignment(List<Integer> adding, List<Integer> removing) {
        this(adding, removing, false);
    }

    public boolean isUnderWay() {
        return !adding.isEmpty() || !removing.isEmpty();
    }

    /// The replicas there will be in the end.
    public List<Integer> target(List<Integer> replicas) {
        return without(replicas, removing);
    }

    /// The replicas there were in the beginning.
    public List<Integer> origin(List<Integer> replicas) {
        return without(replicas, adding);
    }

    /// The effective minimum of replicas in sync: replicas that are only joining do not make it larger,
    /// or a partition that gets more of them could not be written meanwhile.
    public int enough(List<Integer> replicas, int minInSync) {
        return Math.min(minInSync, origin(replicas).size());
    }

    static List<Integer> without(List<Integer> all, List<Integer> some) {
        var left = new ArrayList<>(all);
        left.removeAll(some);
        return List.copyOf(left);
    }
}
