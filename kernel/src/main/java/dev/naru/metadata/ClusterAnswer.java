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

    /// What a node is told that asked for itself.
    sealed interface ToNode extends ClusterAnswer {}

    record Formed(String clusterId) implements ToNode {}

    record NodeAccepted(long brokerEpoch) implements ToNode {}

    record ProducerIds(long firstProducerId, int count) implements ToNode {}

    /// `isCaughtUp` when the node has its own registration; `mayStop` when all that another can lead
    /// is led by another, and every active node knows.
    record Heard(boolean isCaughtUp, boolean isFenced, boolean mayStop) implements ToNode {}

    record IsrAltered(List<AlteredIsr> partitions) implements ToNode {}

    /// The partition as it is now; after an error nothing is told of it.
    record AlteredIsr(Uuid topicId, int partition, ErrorCode error, int leader, int leaderEpoch,
        int partitionEpoch, List<Integer> isr) {}

    record Committed(long acceptedIndex) implements ToNode {}
}
