package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;

/// A fact about the cluster. Facts are forever: a case may be added, its meaning may not change. A
/// batch of them is applied whole or not at all.
public sealed interface ClusterRecord {
    /// The cluster has an id, given to it once.
    record ClusterFormed(String clusterId) implements ClusterRecord {}

    /// A feature is at `level` from here on; at 0 it is off.
    record FeatureChanged(String feature, short level) implements ClusterRecord {}

    /// A node has started and listens. Replaces what was known of a node with this id.
    record NodeRegistered(NodeImage node) implements ClusterRecord {}

    /// A registered node is in another state, or gone.
    sealed interface NodeChanged extends ClusterRecord {
        int nodeId();
    }

    /// A node is not counted on any more.
    record NodeFenced(int nodeId) implements NodeChanged {}

    /// A node is counted on.
    record NodeUnfenced(int nodeId) implements NodeChanged {}

    /// A node is about to stop.
    record NodeLeaving(int nodeId) implements NodeChanged {}

    /// A node will not come back.
    record NodeUnregistered(int nodeId) implements NodeChanged {}

    /// A data directory was that of a node which was unregistered: nobody gets in with it again.
    record DirectoryRemoved(Uuid directoryId, int nodeId) implements ClusterRecord {}

    /// Something about a token that lets a node join.
    sealed interface JoinTokenChanged extends ClusterRecord {
        String tokenId();
    }

    /// There is a token; only the hash of its secret is kept (see [JoinToken]).
    record JoinTokenIssued(String tokenId, String secretHash, long expiresAtMs)
        implements
            JoinTokenChanged {}

    /// A data directory has joined with a token: it is of no use to another.
    record JoinTokenUsed(String tokenId, Uuid directoryId) implements JoinTokenChanged {}

    /// A token that ended is forgotten.
    record JoinTokenRemoved(String tokenId) implements JoinTokenChanged {}

    /// A topic begins, with partitions 0 and up. In a snapshot: a topic as it stands.
    record TopicCreated(String name, Uuid topicId, List<PartitionImage> partitions)
        implements
            ClusterRecord {}

    /// A topic grew: these follow the partitions that it had.
    record PartitionsAdded(Uuid topicId,
        List<PartitionImage> partitions) implements ClusterRecord {}

    /// A partition has another leader, another ISR or other replicas.
    record PartitionChanged(Uuid topicId, int partition,
        PartitionImage state) implements ClusterRecord {}

    /// The same for several partitions of a topic, none of them twice.
    record PartitionsChanged(Uuid topicId, List<ChangedPartition> partitions)
        implements
            ClusterRecord {}

    record ChangedPartition(int partition, PartitionImage state) {}

    /// Who says how many replicas the topic has: the cluster, since its creator did not, or somebody.
    record FactorChosen(Uuid topicId, boolean isByCluster) implements ClusterRecord {}

    /// A topic ended, and its settings with it.
    record TopicDeleted(Uuid topicId) implements ClusterRecord {}

    /// A resource has its own value for a setting.
    record ConfigSet(ConfigResource resource, String setting,
        String value) implements ClusterRecord {}

    /// A resource has no value of its own for a setting any more.
    record ConfigRemoved(ConfigResource resource, String setting) implements ClusterRecord {}

    /// Every partition that the node leads has a new leader epoch (and so a new partition epoch):
    /// the node came back without having stopped cleanly, and what it had not flushed may be gone.
    record LeaderEpochsRaised(int nodeId) implements ClusterRecord {}

    /// Producer ids `firstProducerId` to `firstProducerId + count - 1` belong to a node, for ever.
    record ProducerIdsGranted(int nodeId, long firstProducerId,
        int count) implements ClusterRecord {}
}
