package dev.naru.sim;

import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Laws of what the cluster agrees on: nodes that stand at the same index have the same image, and from
/// one image to the next nothing goes back.
final class ImageLaws {
    private final Consumer<String> violation;
    private final Map<Long, ClusterImage> byIndex = new HashMap<>();
    private final Map<Integer, ClusterImage> byNode = new HashMap<>();
    private final Set<Integer> uncleanlyEnded = new HashSet<>();
    private ClusterImage newest = ClusterImage.EMPTY;

    ImageLaws(Consumer<String> violation) {
        this.violation = violation;
    }

    /// The image with the highest index that any node has had.
    ClusterImage newest() {
        return newest;
    }

    /// A node has this image now. True when no node had a newer one.
    boolean sees(int nodeId, ClusterImage image) {
        if (byNode.put(nodeId, image) == image) return false;
        var same = byIndex.putIfAbsent(image.acceptedIndex(), image);
        if (same != null) {
            if (!areEqual(same, image))
                violation.accept("I15: nodes have other images at " + image.acceptedIndex());
            return false;
        }
        if (image.acceptedIndex() <= newest.acceptedIndex()) return false;
        checkGrowth(newest, image);
        newest = image;
        return true;
    }

    /// A life of a node has ended.
    void ended(int nodeId, boolean isClean) {
        if (isClean) {
            uncleanlyEnded.remove(nodeId);
        } else {
            uncleanlyEnded.add(nodeId);
        }
    }

    private static boolean areEqual(ClusterImage one, ClusterImage other) {
        if (!one.nodes().equals(other.nodes())) return false;
        if (one.nextProducerId() != other.nextProducerId()) return false;
        Iterator<TopicImage> others = other.topics().iterator();
        for (var topic : one.topics()) {
            if (!others.hasNext()) return false;
            var twin = others.next();
            if (!areEqual(topic, twin)) return false;
        }
        return !others.hasNext();
    }

    private static boolean areEqual(TopicImage one, TopicImage other) {
        if (!one.topicId().equals(other.topicId())) return false;
        if (one.partitionCount() != other.partitionCount()) return false;
        for (int index = 0; index < one.partitionCount(); index++)
            if (!one.partitions().get(index).equals(other.partitions().get(index))) return false;
        return true;
    }

    private void checkGrowth(ClusterImage before, ClusterImage after) {
        for (var node : before.nodes().values()) {
            var next = after.node(node.nodeId());
            if (next.isPresent() && next.get().brokerEpoch() < node.brokerEpoch())
                violation.accept("I15: the broker epoch of node " + node.nodeId() + " falls");
            boolean isBack = next.isPresent() && next.get().brokerEpoch() > node.brokerEpoch();
            if (isBack && uncleanlyEnded.contains(node.nodeId())) checkOut(node.nodeId(), after);
        }
        if (after.nextProducerId() < before.nextProducerId())
            violation.accept("I15: producer ids are granted again");
        for (var topic : after.topics()) {
            var known = before.topic(topic.topicId());
            if (known.isEmpty()) continue;
            for (int index = 0; index < known.get().partitionCount(); index++)
                checkGrowth(topic.name() + "-" + index, known.get().partitions().get(index),
                    topic.partitions().get(index));
        }
    }

    /// Where only what is flushed counts it has all that it told of; but not everybody flushes.
    private void checkOut(int nodeId, ClusterImage image) {
        for (var topic : image.topics()) {
            for (var partition : topic.partitions()) {
                if (partition.isr().size() > 1 && partition.isr().contains(nodeId))
                    violation
                        .accept("I7: node " + nodeId + " is back after a crash and in sync for "
                            + topic.name());
            }
        }
    }

    private void checkGrowth(String name, PartitionImage before, PartitionImage after) {
        if (before.equals(after)) return;
        checkLeaving(name, before, after);
        if (after.leaderEpoch() < before.leaderEpoch())
            violation.accept("I4: the leader epoch of " + name + " falls");
        if (after.partitionEpoch() <= before.partitionEpoch())
            violation.accept("I7: " + name + " changes without a new partition epoch");
        if (after.leaderEpoch() == before.leaderEpoch() && after.leader() != before.leader())
            violation.accept("I4: " + name + " has two leaders in epoch " + after.leaderEpoch());
    }

    /// In one change a replica leaves that was not only about to join: those that stay are in sync then.
    private void checkLeaving(String name, PartitionImage before, PartitionImage after) {
        if (after.partitionEpoch() != before.partitionEpoch() + 1) return;
        for (int id : before.moving().origin(before.replicas())) {
            if (!after.replicas().contains(id) && !after.isr().containsAll(after.replicas()))
                violation.accept("I7: node " + id + " leaves " + name + " to "
                    + after.replicas() + ", and in sync are " + after.isr());
        }
    }
}
