package dev.naru.partition;

import dev.naru.base.Uuid;

/// Which partition: the topic's id tells a topic from a later one of the same name.
public record PartitionId(Uuid topicId, String topic,
    int index) implements Comparable<PartitionId> {
    /// The directory of the partition's log, as Kafka names it.
    public String directory() {
        return topic + "-" + index;
    }

    @Override public int compareTo(PartitionId other) {
        int byTopic = topic.compareTo(other.topic);
        if (byTopic != 0) return byTopic;
        int byId = topicId.compareTo(other.topicId);
        return byId != 0 ? byId : Integer.compare(index, other.index);
    }

    @Override public String toString() {
        return directory();
    }
}
