package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import java.util.List;
import java.util.SortedMap;

/// What the controller answers, once the facts behind it are committed and in the image. Items
/// stand in the order of the request. A `message` is for people and empty when there is nothing to
/// say.
public sealed interface ClusterAnswer {
    /// Nothing of the request was done, or (REQUEST_TIMED_OUT) its outcome is not known.
    record Failed(ErrorCode why, String message) implements ClusterAnswer {}

    record TopicsCreated(List<CreatedTopic> topics) implements ClusterAnswer {}

    /// `topicId` is zero when nothing was created; the counts are -1 after an error; `settings` are
    /// the topic's own.
    record CreatedTopic(String name, Uuid topicId, ErrorCode error, String message, int partitions,
        int replicationFactor, SortedMap<String, String> settings) {}

    record TopicsDeleted(List<DeletedTopic> topics) implements ClusterAnswer {}

    /// `name` is empty when an unknown id was given, `topicId` zero when an unknown name was.
    record DeletedTopic(String name, Uuid topicId, ErrorCode error, String message) {}

    record PartitionsCreated(List<GrownTopic> topics) implements ClusterAnswer {}

    record GrownTopic(String name, ErrorCode error, String message) {}

    record ConfigsAltered(List<AlteredResource> resources) implements ClusterAnswer {}

    record AlteredResource(ConfigResource resource, ErrorCode error, String message) {}

    record LeadersElected(List<ElectedPartition> partitions) implements ClusterAnswer {}

    record ElectedPartition(ClusterRequest.PartitionRef partition, ErrorCode error,
        String message) {}

    record Reassigned(List<ReassignedPartition> partitions) implements ClusterAnswer {}

    record ReassignedPartition(ClusterRequest.PartitionRef partition, ErrorCode error,
        String message) {}

    /// `error` is the first of the items', NONE when all are applied.
    record FeaturesUpdated(ErrorCode error, String message, List<UpdatedFeature> features)
        implements
            ClusterAnswer {}

    record UpdatedFeature(String feature, ErrorCode error, String message) {}

    record Unregistered(int nodeId) implements ClusterAnswer {}

    /// `authority` is the fingerprint of the cluster's certificate, in hexadecimal digits: the node that
    /// was asked adds it.
    record JoinTokenGiven(String clusterId, String authority, long expiresAtMs)
        implements
            ClusterAnswer {}

    /// `isEnabled` when the cluster moves replicas by itself.
    record BalanceDescribed(boolean isEnabled, int leaderless, int underReplicated,
        List<NodeStanding> nodes, List<MoveStanding> moves, List<PlannedMove> planned)
        implements
            ClusterAnswer {}

    /// A node: how long this controller has not heard of it, what it holds, leads and is preferred for.
    record NodeStanding(int nodeId, String rack, String state, boolean isDraining, long silentMs,
        int replicas, int leaders, int preferred) {}

    /// A move under way; `why` is empty when it was begun by hand or by another controller.
    record MoveStanding(ClusterRequest.PartitionRef partition, List<Integer> replicas,
        List<Integer> adding, List<Integer> removing, boolean isByCluster, String why) {}

    /// A move that would come next.
    record PlannedMove(ClusterRequest.PartitionRef partition, List<Integer> before,
        List<Integer> after, String why) {}
    /// Answers to what was asked of the quorum.
    sealed interface OfQuorum extends ClusterAnswer {}

    /// What the quorum's leader knows of it.
    record QuorumSeen(Quorum quorum) implements OfQuorum {}

    record QuorumChanged() implements OfQuorum {}

    /// What a node is told that asked for itself.
    sealed interface ToNode extends ClusterAnswer {}

    record Formed(String clusterId) implements ToNode {}

    record NodeAdmitted(int nodeId) implements ToNode {}

    record NodeAccepted(long brokerEpoch) implements ToNode {}

    record ProducerIds(long firstProducerId, int count) implements ToNode {}

    /// `isCaughtUp` when the node has its own registration; `mayStop` when all that another can lead
    /// is led by another, and every active node knows.
    record Heard(boolean isCaughtUp, boolean isFenced, boolean mayStop) implements ToNode {}

    record SizesHeard() implements ToNode {}

    record IsrAltered(List<AlteredIsr> partitions) implements ToNode {}

    /// The partition as it is now; after an error nothing is told of it.
    record AlteredIsr(Uuid topicId, int partition, ErrorCode error, int leader, int leaderEpoch,
        int partitionEpoch, List<Integer> isr) {}

    record Committed(long acceptedIndex) implements ToNode {}
}
