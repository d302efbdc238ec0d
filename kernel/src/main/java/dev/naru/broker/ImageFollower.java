package dev.naru.broker;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Turns what the cluster committed into roles and logs on this node. On the control loop; each
/// other loop gets one message for its part. Law: I18.
final class ImageFollower {
    private final Cluster cluster;
    private final Partitions partitions;
    private final ReplicaRooms replicas;
    private final Consumer<List<String>> onTopicsDeleted;

    /// `onTopicsDeleted` hears the names of topics that are gone.
    ImageFollower(Cluster cluster, Partitions partitions, ReplicaRooms replicas,
        Consumer<List<String>> onTopicsDeleted) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.replicas = replicas;
        this.onTopicsDeleted = onTopicsDeleted;
    }

    void changed(ClusterImage before, ClusterImage after, List<ClusterRecord> facts) {
        publish(after);
        var deleted = new ArrayList<TopicImage>();
        var told = new Told(after);
        boolean isSomebodyBack = false;
        for (var fact : facts) {
            switch (fact) {
                case ClusterRecord.TopicDeleted gone ->
                    before.topic(gone.topicId()).ifPresent(deleted::add);
                case ClusterRecord.ConfigSet set -> told.configured(set.resource());
                case ClusterRecord.ConfigRemoved removed -> told.configured(removed.resource());
                case ClusterRecord.LeaderEpochsRaised _ -> told.allAltered();
                case ClusterRecord.PartitionChanged changed ->
                    told.altered(changed.topicId(), changed.partition());
                case ClusterRecord.PartitionsChanged changed -> {
                    for (var each : changed.partitions())
                        told.altered(changed.topicId(), each.partition());
                }
                case ClusterRecord.TopicCreated created -> told.grown(created.topicId());
                case ClusterRecord.PartitionsAdded added -> told.grown(added.topicId());
                case ClusterRecord.NodeRegistered _ -> replicas.nodesChanged();
                case ClusterRecord.NodeUnfenced _ -> isSomebodyBack = true;
                default -> {
                }
            }
        }
        tell(deleted, told.altered.values());
        replicas.deleted(deleted);
        replicas.changed(told.altered.values());
        replicas.changed(told.grown.values());
        if (isSomebodyBack) reconsiderIsrs();
        if (!deleted.isEmpty())
            onTopicsDeleted.accept(deleted.stream().map(TopicImage::name).toList());
    }

    /// Replicas that were there before their node was counted on may join now.
    private void reconsiderIsrs() {
        for (var table : partitions.all())
            Partitions.on(table.shared().loop(), table.isrWishes()::reconsider);
    }

    /// The image is another one: everything may be different.
    void replaced(ClusterImage after) {
        var before = cluster.image();
        publish(after);
        var deleted = new ArrayList<TopicImage>();
        for (var topic : before.topics()) {
            if (after.topic(topic.topicId()).isEmpty()) deleted.add(topic);
        }
        var told = new Told(after);
        told.allAltered();
        replicas.nodesChanged();
        tell(deleted, told.altered.values());
        replicas.deleted(deleted);
        replicas.changed(told.altered.values());
        if (!deleted.isEmpty())
            onTopicsDeleted.accept(deleted.stream().map(TopicImage::name).toList());
    }

    /// Which topics, and which of their partitions, the loops have to hear of: what a batch costs
    /// here follows from what it changes, not from how large the topics are.
    private static final class Told {
        private final ClusterImage after;
        private final Map<String, TopicPart> altered = new LinkedHashMap<>();
        /// With partitions that nobody has opened here.
        private final Map<String, TopicPart> grown = new LinkedHashMap<>();

        Told(ClusterImage after) {
            this.after = after;
        }

        void configured(ConfigResource resource) {
            switch (resource.type()) {
                case BROKER -> allAltered();
                case TOPIC -> after.topic(resource.name())
                    .ifPresent(this::alteredWhole);
                default -> {
                }
            }
        }

        void allAltered() {
            for (var topic : after.topics())
                alteredWhole(topic);
        }

        private void alteredWhole(TopicImage topic) {
            altered.put(topic.name(), TopicPart.whole(topic));
        }

        void altered(Uuid topicId, int partition) {
            after.topic(topicId).ifPresent(topic -> altered
                .computeIfAbsent(topic.name(), _ -> TopicPart.none(topic)).add(partition));
        }

        void grown(Uuid topicId) {
            after.topic(topicId)
                .ifPresent(topic -> grown.put(topic.name(), TopicPart.whole(topic)));
        }
    }

    /// Makes the image, and the settings that follow from it, the ones that handlers see.
    void publish(ClusterImage image) {
        var live = cluster.settings().withDynamic(image.configs(ConfigResource.everyBroker()),
            image.configs(ConfigResource.broker(cluster.nodeId())));
        cluster.publish(image, live);
    }

    private void tell(List<TopicImage> deleted, Collection<TopicPart> altered) {
        if (deleted.isEmpty() && altered.isEmpty()) return;
        for (int loop = 0; loop < partitions.loopCount(); loop++)
            tell(loop, deleted, altered);
    }

    private void tell(int loopIndex, List<TopicImage> deleted, Collection<TopicPart> altered) {
        var table = partitions.table(loopIndex);
        Partitions.on(table.shared().loop(), () -> {
            for (var topic : deleted)
                table.deleted(topic, partitions.indexesOn(loopIndex, topic));
            for (var part : altered)
                table.changed(part.topic(), part.indexesOn(loopIndex, partitions));
        });
    }
}
