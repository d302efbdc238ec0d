package dev.naru.broker;

import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Turns what the cluster committed into roles and logs on this node. On the control loop; each
/// other loop gets one message for its part. Law: I18.
final class ImageFollower {
    private final Cluster cluster;
    private final Partitions partitions;
    private final Consumer<List<String>> onTopicsDeleted;

    /// `onTopicsDeleted` hears the names of topics that are gone.
    ImageFollower(Cluster cluster, Partitions partitions, Consumer<List<String>> onTopicsDeleted) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.onTopicsDeleted = onTopicsDeleted;
    }

    void changed(ClusterImage before, ClusterImage after, List<ClusterRecord> facts) {
        publish(after);
        var deleted = new ArrayList<TopicImage>();
        Map<String, TopicImage> altered = new LinkedHashMap<>();
        var configured = new LinkedHashSet<ConfigResource>();
        boolean isBrokerAltered = false;
        for (var fact : facts) {
            switch (fact) {
                case ClusterRecord.TopicDeleted gone ->
                    before.topic(gone.topicId()).ifPresent(deleted::add);
                case ClusterRecord.ConfigSet set -> configured.add(set.resource());
                case ClusterRecord.ConfigRemoved removed -> configured.add(removed.resource());
                case ClusterRecord.LeaderEpochsRaised _ -> isBrokerAltered = true;
                case ClusterRecord.PartitionChanged changed -> after.topic(changed.topicId())
                    .ifPresent(topic -> altered.put(topic.name(), topic));
                case ClusterRecord.PartitionsChanged changed -> after.topic(changed.topicId())
                    .ifPresent(topic -> altered.put(topic.name(), topic));
                default -> {
                }
            }
        }
        for (var resource : configured) {
            isBrokerAltered |= resource.type() == ConfigResource.Type.BROKER;
            if (resource.type() != ConfigResource.Type.TOPIC) continue;
            after.topic(resource.name()).ifPresent(topic -> altered.put(topic.name(), topic));
        }
        if (isBrokerAltered) for (var topic : after.topics())
            altered.put(topic.name(), topic);
        if (deleted.isEmpty() && altered.isEmpty()) return;
        for (int loop = 0; loop < partitions.loopCount(); loop++)
            tell(loop, deleted, altered);
        if (!deleted.isEmpty())
            onTopicsDeleted.accept(deleted.stream().map(TopicImage::name).toList());
    }

    /// Makes the image, and the settings that follow from it, the ones that handlers see.
    void publish(ClusterImage image) {
        var live = cluster.settings().withDynamic(image.configs(ConfigResource.everyBroker()),
            image.configs(ConfigResource.broker(cluster.nodeId())));
        cluster.publish(image, live);
    }

    private void tell(int loopIndex, List<TopicImage> deleted, Map<String, TopicImage> altered) {
        var table = partitions.table(loopIndex);
        Partitions.on(table.shared().loop(), () -> {
            for (var topic : deleted)
                table.deleted(topic, partitions.indexesOn(loopIndex, topic));
            for (var topic : altered.values())
                table.changed(topic);
        });
    }
}
