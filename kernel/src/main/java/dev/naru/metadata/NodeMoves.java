package dev.naru.metadata;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/// What becomes of partitions when a node goes, comes back, or came back without what it had. Each
/// takes the image in which the node's new state stands already. One pass over the partitions: some
/// milliseconds for 100,000, and only when a node changes its state.
final class NodeMoves {
    private final ConfigRules rules;

    NodeMoves(ConfigRules rules) {
        this.rules = rules;
    }

    /// The node leaves every ISR that it is not alone in, and others lead where they can.
    void depart(ClusterImage image, int nodeId, List<ClusterRecord> facts) {
        each(image, facts, (partition, change) -> {
            if (!partition.isr().contains(nodeId)) return Optional.empty();
            return change.get().leave(nodeId).settle();
        });
    }

    /// Others lead what the node led, where there are any that `isSlow` does not name. It stays in sync.
    void handOver(ClusterImage image, int nodeId, IntPredicate isSlow,
        List<ClusterRecord> facts) {
        each(image, facts, (partition, change) -> {
            if (partition.leader() != nodeId) return Optional.empty();
            return change.get().leadElsewhere(isSlow).settle();
        });
    }

    /// Where nobody leads, or one that is about to stop, the node may.
    void comeBack(ClusterImage image, int nodeId, List<ClusterRecord> facts) {
        each(image, facts, (partition, change) -> {
            if (!partition.replicas().contains(nodeId)) return Optional.empty();
            if (partition.hasLeader() && !image.isLeaving(partition.leader()))
                return Optional.empty();
            return change.get().settle();
        });
    }

    /// The node may lack what it had: nobody counts on it where another can be counted on.
    void forget(ClusterImage image, int nodeId, List<ClusterRecord> facts) {
        each(image, facts, (partition, change) -> {
            boolean isAlone = partition.isr().size() == 1 && partition.elr().isEmpty();
            boolean isCounted = !isAlone && (partition.isr().contains(nodeId)
                || partition.elr().contains(nodeId));
            return isCounted ? change.get().forget(nodeId).settle() : Optional.empty();
        });
    }

    private void each(ClusterImage image, List<ClusterRecord> facts, Each each) {
        var topicRules = new TopicRules(rules, image);
        var changes = new PartitionFacts();
        for (var topic : image.topics()) {
            int partition = 0;
            for (var before : topic.partitions()) {
                int index = partition++;
                each.after(before, () -> topicRules.change(topic.name(), before))
                    .ifPresent(after -> changes.add(topic.topicId(), index, after));
            }
        }
        changes.addTo(facts);
    }

    /// What one partition is afterwards; empty when it stays.
    private interface Each {
        Optional<PartitionImage> after(PartitionImage before,
            Supplier<PartitionChange> change);
    }
}
