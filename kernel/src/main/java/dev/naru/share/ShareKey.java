package dev.naru.share;

import dev.naru.base.Uuid;

/// Which partition of which topic, as which group sees it.
public record ShareKey(String group, Uuid topicId, int partition) implements Comparable<ShareKey> {
    /// As FindCoordinator names it.
    @Override public String toString() {
        return group + ":" + topicId + ":" + partition;
    }

    @Override public int compareTo(ShareKey other) {
        int byGroup = group.compareTo(other.group);
        if (byGroup != 0) return byGroup;
        int byTopic = topicId.compareTo(other.topicId);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }
}
