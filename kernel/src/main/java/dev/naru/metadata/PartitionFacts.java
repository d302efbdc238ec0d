package dev.naru.metadata;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRecord.ChangedPartition;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRecord.PartitionsChanged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Changes of partitions that are decided together, each partition's once: one fact for each topic.
final class PartitionFacts {
    private final Map<Uuid, List<ChangedPartition>> byTopic = new LinkedHashMap<>();
    private int size;

    void add(Uuid topicId, int partition, PartitionImage after) {
        byTopic.computeIfAbsent(topicId, id -> new ArrayList<>())
            .add(new ChangedPartition(partition, after));
        size++;
    }

    int size() {
        return size;
    }

    void addTo(List<ClusterRecord> facts) {
        byTopic.forEach((topicId, changed) -> {
            var first = changed.getFirst();
            facts.add(changed.size() == 1
                ? new PartitionChanged(topicId, first.partition(), first.state())
                : new PartitionsChanged(topicId, List.copyOf(changed)));
        });
    }
}
