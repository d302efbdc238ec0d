package dev.naru.replica;

import dev.naru.base.Now;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The replicas of one loop: which of its partitions are fetched, and from whom. Follows the image.
/// Owned by the loop.
public final class Replication {
    /// When it is tried again to open what could not be opened.
    static final long RETRY_NS = 1_000 * Now.NS_PER_MS;

    private final ReplicaPorts ports;
    private final Map<Integer, ReplicaFetcher> fetchers = new LinkedHashMap<>();
    private final Map<PartitionId, Integer> leaderOf = new LinkedHashMap<>();
    /// What could not be opened, say for want of disk or descriptors.
    private final Map<PartitionId, TopicImage> unopened = new LinkedHashMap<>();
    private boolean isRetrying;
    private boolean isClosed;

    public Replication(ReplicaPorts ports) {
        this.ports = ports;
    }

    /// Follows a topic that is new or has changed; `indexes` are its partitions on this loop.
    public void changed(TopicImage topic, List<Integer> indexes) {
        if (isClosed) return;
        for (int index : indexes) {
            var id = new PartitionId(topic.topicId(), topic.name(), index);
            topic.partition(index).ifPresent(image -> follow(topic, id, image));
        }
    }

    private void follow(TopicImage topic, PartitionId id, PartitionImage image) {
        int self = ports.node().nodeId();
        boolean follows = image.replicas().contains(self) && image.leader() != self
            && image.hasLeader();
        var before = leaderOf.get(id);
        if (before != null && (!follows || before != image.leader())) leave(id, before);
        unopened.remove(id);
        if (!follows) return;
        ports.node().open(topic, id.index())
            .ifPresentOrElse(partition -> fetch(topic, image, partition), () -> later(topic, id));
    }

    private void fetch(TopicImage topic, PartitionImage image, Partition partition) {
        partition.following().ifPresent(following -> {
            if (following.leaderId() != image.leader()) return;
            leaderOf.put(partition.id(), image.leader());
            fetchers
                .computeIfAbsent(image.leader(), leader -> new ReplicaFetcher(ports, leader))
                .add(new ReplicaEntry(partition, following,
                    ports.node().budgetOf(topic, partition.id().index())));
        });
    }

    private void later(TopicImage topic, PartitionId id) {
        unopened.put(id, topic);
        if (isRetrying) return;
        isRetrying = true;
        ports.tools().loop().after(RETRY_NS, this::retry);
    }

    private void retry() {
        isRetrying = false;
        var left = new LinkedHashMap<>(unopened);
        left.forEach((id, topic) -> changed(topic, List.of(id.index())));
    }

    /// Follows the end of a topic.
    public void deleted(TopicImage topic, List<Integer> indexes) {
        for (int index : indexes) {
            var id = new PartitionId(topic.topicId(), topic.name(), index);
            var leader = leaderOf.get(id);
            if (leader != null) leave(id, leader);
            unopened.remove(id);
        }
    }

    private void leave(PartitionId id, int leaderId) {
        leaderOf.remove(id);
        var fetcher = fetchers.get(leaderId);
        if (fetcher == null) return;
        fetcher.remove(id);
        if (!fetcher.isEmpty()) return;
        fetcher.close();
        fetchers.remove(leaderId);
    }

    /// Nodes came, went or moved.
    public void nodesChanged() {
        for (var fetcher : List.copyOf(fetchers.values()))
            fetcher.readdress();
    }

    public void close() {
        isClosed = true;
        for (var fetcher : fetchers.values())
            fetcher.close();
        fetchers.clear();
        leaderOf.clear();
        unopened.clear();
    }
}
