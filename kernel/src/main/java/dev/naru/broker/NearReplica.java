package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.NodeImage;
import dev.naru.partition.Partition;
import java.util.Optional;
import java.util.OptionalInt;

/// Sends a consumer that says in which rack it is to a replica there, when the one that leads is
/// elsewhere (KIP-392) and the operator wants it: `replica.selector.class`.
final class NearReplica {
    private static final String SETTING = "replica.selector.class";
    private static final Optional<Object> RACK_AWARE = Optional
        .of("org.apache.kafka.common.replica.RackAwareReplicaSelector");

    private final Cluster cluster;
    private final String rack;
    private final boolean isWanted;

    /// For a consumer in `rack`, which is empty when it does not say.
    NearReplica(Cluster cluster, String rack) {
        this.cluster = cluster;
        this.rack = rack;
        this.isWanted = !rack.isEmpty() && cluster.settings().value(SETTING).equals(RACK_AWARE);
    }

    /// The node to read from instead of this one: of those in the rack that are in sync and have
    /// what comes at `offset`, the one that has most. On the partition's loop.
    OptionalInt instead(Partition partition, long offset) {
        boolean isServing = partition.closedBecause() == ErrorCode.NONE && partition.leads();
        return isWanted && isServing && !isNear(cluster.nodeId())
            ? partition.mostOf(this::isNear, offset)
            : OptionalInt.empty();
    }

    private boolean isNear(int nodeId) {
        return cluster.image().node(nodeId).filter(NodeImage::isActive)
            .filter(node -> node.rack().equals(rack)).isPresent();
    }
}
