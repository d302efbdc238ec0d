package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;

/// What clients are told of who leads a partition, by a listener: nodes that nobody counts on are
/// not there for them (KIP-631).
final class Leadership {
    private Leadership() {}

    /// The nodes that clients may turn to.
    static List<NodeImage> nodes(ClusterImage image) {
        return image.nodes().values().stream().filter(node -> !node.isFenced()).toList();
    }

    /// LEADER_NOT_AVAILABLE while nobody leads the partition, on which clients look again soon;
    /// LISTENER_NOT_FOUND when its leader does not listen where the client does.
    static ErrorCode error(ClusterImage image, PartitionImage partition, String listener) {
        if (!partition.hasLeader()) return ErrorCode.LEADER_NOT_AVAILABLE;
        var leader = image.node(partition.leader());
        if (leader.isEmpty() || leader.get().isFenced()) return ErrorCode.LEADER_NOT_AVAILABLE;
        return leader.get().endpoint(listener).isPresent()
            ? ErrorCode.NONE
            : ErrorCode.LISTENER_NOT_FOUND;
    }

    /// The replicas that no client can reach now.
    static List<Integer> offline(ClusterImage image, PartitionImage partition, String listener) {
        var offline = new ArrayList<Integer>(0);
        for (int nodeId : partition.replicas()) {
            boolean isThere = image.node(nodeId)
                .filter(node -> !node.isFenced() && node.endpoint(listener).isPresent())
                .isPresent();
            if (!isThere) offline.add(nodeId);
        }
        return offline;
    }
}
