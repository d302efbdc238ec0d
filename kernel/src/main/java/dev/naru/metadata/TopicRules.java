package dev.naru.metadata;

import org.jspecify.annotations.Nullable;

/// The replica rules of many topics of one image: those without settings of their own have the same.
final class TopicRules {
    private final ConfigRules rules;
    private final ClusterImage image;
    private @Nullable ReplicaRules ofMost;

    TopicRules(ConfigRules rules, ClusterImage image) {
        this.rules = rules;
        this.image = image;
    }

    ReplicaRules of(String topic) {
        if (!image.configs(ConfigResource.topic(topic)).isEmpty())
            return rules.replicas(image, topic);
        var known = ofMost;
        if (known != null) return known;
        var read = rules.replicas(image, topic);
        ofMost = read;
        return read;
    }

    /// A change of a partition of `topic`, under what holds for it and for the nodes.
    PartitionChange change(String topic, PartitionImage before) {
        return new PartitionChange(before, image::isAlive, of(topic)).mayStay(image::isLeaving);
    }
}
