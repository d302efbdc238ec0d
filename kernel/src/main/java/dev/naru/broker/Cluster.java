package dev.naru.broker;

import dev.naru.client.Address;
import dev.naru.config.Settings;
import dev.naru.config.TopicSettings;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicImage;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/// The cluster as this node sees it: who it is itself, its settings, and the newest image. Written
/// by the control loop, read by all.
final class Cluster {
    private final int nodeId;
    private final Settings settings;
    private volatile IntSupplier controllerId;
    private volatile ClusterImage image;
    private volatile Settings live;

    Cluster(int nodeId, Settings settings, ClusterImage image) {
        this.nodeId = nodeId;
        this.controllerId = () -> nodeId;
        this.settings = settings;
        this.live = settings;
        this.image = image;
    }

    int nodeId() {
        return nodeId;
    }

    /// The node that decides about the cluster; -1 while none is known.
    int controllerId() {
        return controllerId.getAsInt();
    }

    /// Who is asked for [#controllerId], from any loop; this node itself before that.
    void controllerFrom(IntSupplier source) {
        controllerId = source;
    }

    /// As the node was started.
    Settings settings() {
        return settings;
    }

    /// With what was altered since, for the whole cluster or for this node.
    Settings live() {
        return live;
    }

    ClusterImage image() {
        return image;
    }

    void publish(ClusterImage newest, Settings liveSettings) {
        live = liveSettings;
        image = newest;
    }

    /// Where another node listens for its peers.
    Optional<Address> peerAddress(int otherId) {
        return settings.peerListener().flatMap(
            listener -> image.node(otherId).flatMap(node -> node.endpoint(listener)))
            .map(endpoint -> new Address(endpoint.host(), endpoint.port()));
    }

    TopicSettings topicSettings(TopicImage topic) {
        Map<String, String> overrides = image.configs(ConfigResource.topic(topic.name()));
        return TopicSettings.of(overrides, live);
    }
}
