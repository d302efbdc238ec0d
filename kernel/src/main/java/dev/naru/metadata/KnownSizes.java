package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.PartitionSize;
import dev.naru.metadata.ClusterRequest.TellSizes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// How many bytes partitions have, as those that lead them have told this controller: no facts, and
/// some of them old. A node that has told all once is known. Owned by the control loop.
final class KnownSizes {
    private final Map<Uuid, long[]> byTopic = new HashMap<>();
    private final Map<Integer, Integer> expected = new TreeMap<>();
    private final Set<Integer> known = new TreeSet<>();

    /// A controller begins, and knows nothing.
    void begin() {
        byTopic.clear();
        expected.clear();
        known.clear();
    }

    /// Takes down what a node says. Answers [ClusterAnswer.SizesHeard], or STALE_BROKER_EPOCH.
    ClusterAnswer tell(ClusterImage image, TellSizes told) {
        boolean isCurrent = image.node(told.nodeId())
            .filter(node -> node.brokerEpoch() == told.brokerEpoch()).isPresent();
        if (!isCurrent) {
            return new ClusterAnswer.Failed(ErrorCode.STALE_BROKER_EPOCH,
                "Node " + told.nodeId() + " has another epoch now.");
        }
        byTopic.keySet().removeIf(id -> image.topic(id).isEmpty());
        for (var each : told.sizes())
            image.topic(each.topicId()).ifPresent(topic -> take(topic, each));
        follow(told);
        return new ClusterAnswer.SizesHeard();
    }

    private void take(TopicImage topic, PartitionSize size) {
        if (size.partition() < 0 || size.partition() >= topic.partitionCount()) return;
        var sizes = byTopic.getOrDefault(topic.topicId(), new long[0]);
        if (sizes.length < topic.partitionCount())
            sizes = Arrays.copyOf(sizes, topic.partitionCount());
        sizes[size.partition()] = Math.max(0, size.bytes());
        byTopic.put(topic.topicId(), sizes);
    }

    /// What lacks a part tells nothing of the rest.
    private void follow(TellSizes told) {
        int due = told.from() == 0 ? 0 : expected.getOrDefault(told.nodeId(), 0);
        if (told.from() != due) return;
        expected.put(told.nodeId(), due + told.sizes().size());
        if (told.isLast()) known.add(told.nodeId());
    }

    /// Whether every node that may lead something has told all.
    boolean areKnown(ClusterImage image) {
        return image.nodes().values().stream().filter(NodeImage::isActive)
            .allMatch(node -> known.contains(node.nodeId()));
    }

    /// Bytes of one replica of the partition; 0 when nobody has told.
    long of(Uuid topicId, int partition) {
        var sizes = byTopic.get(topicId);
        return sizes == null || partition >= sizes.length ? 0 : sizes[partition];
    }
}
