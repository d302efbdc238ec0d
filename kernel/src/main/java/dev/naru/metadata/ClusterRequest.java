package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What the controller can be asked, in kernel terms. Each is answered by its own [ClusterAnswer],
/// or by [ClusterAnswer.Failed] when nothing of it was done or its outcome is not known.
public sealed interface ClusterRequest {
    /// Answered by [ClusterAnswer.TopicsCreated]. The defaults stand in for counts of -1.
    /// `internal` is for the broker's own topics only: their replication factor is cut to the
    /// number of nodes.
    record CreateTopics(List<NewTopic> topics, int defaultPartitions, int defaultReplicationFactor,
        boolean validateOnly, boolean internal) implements ClusterRequest {}

    /// Counts of -1 mean the default; they must be -1 when there are assignments.
    record NewTopic(String name, int partitions, int replicationFactor,
        List<Assignment> assignments,
        List<Setting> settings) {}

    /// The nodes that shall hold one partition, the preferred leader first.
    record Assignment(int partition, List<Integer> nodeIds) {}

    /// A setting as a client gave it; a client can send none, which is an error except for a
    /// removal.
    record Setting(String name, @Nullable String value) {}

    /// Answered by [ClusterAnswer.TopicsDeleted].
    record DeleteTopics(List<TopicRef> topics) implements ClusterRequest {}

    /// A topic by its name or by its id.
    sealed interface TopicRef {
        record ByName(String name) implements TopicRef {}

        record ById(Uuid topicId) implements TopicRef {}
    }

    /// Answered by [ClusterAnswer.PartitionsCreated].
    record CreatePartitions(List<Growth> topics, boolean validateOnly) implements ClusterRequest {}

    /// `totalPartitions` counts those that are there. `assignments` (nodes of each new partition)
    /// is null when the controller shall choose.
    record Growth(String name, int totalPartitions, @Nullable List<List<Integer>> assignments) {}

    /// Replaces all settings of each resource. Answered by [ClusterAnswer.ConfigsAltered].
    record AlterConfigs(List<Replacement> resources,
        boolean validateOnly) implements ClusterRequest {}

    record Replacement(ConfigResource resource, List<Setting> settings) {}

    /// Changes single settings. Answered by [ClusterAnswer.ConfigsAltered].
    record IncrementalAlterConfigs(List<Alterations> resources, boolean validateOnly)
        implements
            ClusterRequest {}

    record Alterations(ConfigResource resource, List<Alteration> alterations) {}

    record Alteration(String name, Operation operation, @Nullable String value) {}

    /// What to do with a setting; the order is the wire's numbering from 0.
    enum Operation {
        SET, DELETE, APPEND, SUBTRACT
    }

    /// Answered by [ClusterAnswer.FeaturesUpdated]; all or nothing.
    record UpdateFeatures(List<FeatureUpdate> updates,
        boolean validateOnly) implements ClusterRequest {}

    record FeatureUpdate(String feature, short level, Direction direction) {}

    /// A partition by its topic's name.
    record PartitionRef(String topic, int partition) {}

    /// Elects the preferred leaders, or, if `unclean`, any leader where there is none. Null stands for
    /// all partitions. Answered by [ClusterAnswer.LeadersElected].
    record ElectLeaders(boolean unclean,
        @Nullable List<PartitionRef> partitions) implements ClusterRequest {}

    /// Moves replicas. Answered by [ClusterAnswer.Reassigned].
    record Reassign(List<Move> moves, boolean mayChangeFactor) implements ClusterRequest {}

    /// Where a partition's replicas shall be, the preferred leader first; null takes back what is
    /// under way.
    record Move(PartitionRef partition, @Nullable List<Integer> nodeIds) {}

    /// Which way a feature may be moved; the order is the wire's numbering from 1 (0 is UNKNOWN).
    enum Direction {
        UNKNOWN, UPGRADE, SAFE_DOWNGRADE, UNSAFE_DOWNGRADE
    }

    /// A node will not come back. Answered by [ClusterAnswer.Unregistered].
    record UnregisterNode(int nodeId) implements ClusterRequest {}

    /// A token for one node to join with, that lasts so long. Whoever made it up keeps the secret; this
    /// carries a hash. Answered by [ClusterAnswer.JoinTokenGiven].
    record IssueJoinToken(String tokenId, String secretHash,
        long ttlMs) implements ClusterRequest {}

    /// What an operator asks, at any door: it changes nothing.
    sealed interface FromOperator extends ClusterRequest {}

    /// How nodes and moves of replicas stand, with up to `stepsMax` moves that the cluster would make
    /// next. Answered by [ClusterAnswer.BalanceDescribed].
    record DescribeBalance(int stepsMax) implements FromOperator {}
    /// What is asked of the quorum behind the log rather than decided from the image.
    sealed interface OfQuorum extends ClusterRequest {}

    /// Who is in the quorum and how far each is. Answered by [ClusterAnswer.QuorumSeen].
    record DescribeQuorum() implements OfQuorum {}

    /// Another one joins the quorum, or one leaves it. Answered by [ClusterAnswer.QuorumChanged].
    record ChangeQuorum(QuorumChange change) implements OfQuorum {}

    /// What a node asks for itself: no client waits for it.
    sealed interface FromNode extends ClusterRequest {}

    /// Gives a new cluster its id and features. Does nothing when the cluster has that id already.
    /// Answered by [ClusterAnswer.Formed].
    record FormCluster(String clusterId,
        SortedMap<String, Short> features) implements FromNode {}

    /// A node would have a place in the cluster: under this id, or under a free one for -1. A directory
    /// that has a place keeps it. `token` is what it shows where that is needed, which the node decides
    /// that was asked. Answered by [ClusterAnswer.NodeAdmitted].
    record AdmitNode(int nodeId, Uuid directoryId, List<Endpoint> endpoints,
        String rack, Optional<JoinToken.Proof> token) implements FromNode {}

    /// A node has started. `incarnationId` is that of the process: asked again it is given the same
    /// epoch. `cleanStop` is false when its last life ended any other way: it is not counted on for
    /// what it held where another can be, and every partition it still leads gets a new leader epoch.
    /// `appliedIndex` is the accepted index of the node's image: a node that has all is active at
    /// once, any other after the first heartbeat that shows it has its registration. Answered by
    /// [ClusterAnswer.NodeAccepted].
    record RegisterNode(int nodeId, Uuid directoryId, Uuid incarnationId, List<Endpoint> endpoints,
        String rack, boolean cleanStop, long appliedIndex) implements FromNode {}

    /// A node lives, and its image stands at `appliedIndex`. Sent every
    /// `broker.heartbeat.interval.ms`, and at once when a batch was applied, because clients are
    /// answered when every active node has what they asked for. Answered by [ClusterAnswer.Heard].
    record Heartbeat(int nodeId, long brokerEpoch, long appliedIndex, boolean wantsToLeave)
        implements
            FromNode {}

    /// A node's disk is slow: for a minute others lead what they can, those of whom this is not known.
    /// Nothing else changes: it stays in sync. Answered by [ClusterAnswer.Heard].
    record HandOver(int nodeId, long brokerEpoch) implements FromNode {}

    /// How many bytes partitions hold that this node leads, those that hold none left out: the next ones
    /// of a list that is told in parts, of which `from` were told before; `isLast` ends the list. Answered
    /// by [ClusterAnswer.SizesHeard].
    record TellSizes(int nodeId, long brokerEpoch, int from, List<PartitionSize> sizes,
        boolean isLast) implements FromNode {}

    record PartitionSize(Uuid topicId, int partition, long bytes) {}

    /// ISRs that a leader would have. Answered by [ClusterAnswer.IsrAltered].
    record AlterIsr(int nodeId, long brokerEpoch,
        List<WantedIsr> partitions) implements FromNode {}

    /// `brokerEpochs` are those in which the leader heard of each member, in the same order; -1 for
    /// itself and for members it has not heard of.
    record WantedIsr(Uuid topicId, int partition, int leaderEpoch, int partitionEpoch,
        List<Integer> isr, List<Long> brokerEpochs) {}

    /// How far the controller is. Answered by [ClusterAnswer.Committed].
    record CommittedIndex() implements FromNode {}

    /// A block of producer ids. Answered by [ClusterAnswer.ProducerIds].
    record GrantProducerIds(int nodeId, long brokerEpoch, int count) implements FromNode {}
}
