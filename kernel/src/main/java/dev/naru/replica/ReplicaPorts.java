package dev.naru.replica;

import dev.naru.base.Clock;
import dev.naru.base.Trace;
import dev.naru.client.Address;
import dev.naru.client.ClientTools;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import java.util.Optional;
import java.util.function.Supplier;

/// What the replicas of one loop need of their node.
public record ReplicaPorts(ClientTools tools, Clock clock, Trace trace, NodeView node,
    Supplier<ReplicaSettings> settings) {

    /// The node, as its replicas see it.
    public interface NodeView {
        int nodeId();

        /// The life of this node, as the controller has numbered it.
        long brokerEpoch();

        /// Where another node listens for its peers; empty while that is not known.
        Optional<Address> addressOf(int nodeId);

        /// Opens a partition of this loop; empty when that does not work now.
        Optional<Partition> open(TopicImage topic, int index);

        /// What bounds how fast this node's replica of a partition copies; empty when nothing does.
        Optional<CopyBudget> budgetOf(TopicImage topic, int index);

        /// Has the recovery points of all partitions written down; then runs `done` on the loop.
        void recordRecoveryPoints(Runnable done);
    }
}
