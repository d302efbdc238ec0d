package dev.naru.partition;

/// Who leads a partition, in which epoch, with which replicas, as the cluster has agreed: seen by one
/// node. Leader epochs only grow (I4).
///
/// @param nodeId the node that looks
/// @param leaderId -1 when nobody leads
public record Term(int nodeId, int leaderId, int leaderEpoch, Replicas replicas) {
    /// A node that has the partition alone leads it.
    public static Term alone(int nodeId, int leaderEpoch) {
        return new Term(nodeId, nodeId, leaderEpoch, Replicas.alone(nodeId));
    }

    /// Whether the node that looks is the leader.
    public boolean leads() {
        return leaderId == nodeId;
    }
}
