package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;

/// A topic as the cluster knows it: immutable; its list of partitions is cheap to change in copies.
///
/// @param isFactorByCluster whether the cluster chooses how many replicas it has
public record TopicImage(String name, Uuid topicId, List<PartitionImage> partitions,
    boolean isFactorByCluster) {
    public int partitionCount() {
        return partitions.size();
    }

    /// The partition, or empty when the topic has no such one.
    public Optional<PartitionImage> partition(int partition) {
        if (partition < 0 || partition >= partitions.size()) return Optional.empty();
        return Optional.of(partitions.get(partition));
    }

    /// Replicas of the first partition, as Kafka's tools count it.
    public int replicationFactor() {
        return partitions.getFirst().replicas().size();
    }

    public boolean isInternal() {
        return TopicName.isInternal(name);
    }
}
