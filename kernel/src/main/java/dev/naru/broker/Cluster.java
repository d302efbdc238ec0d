package dev.naru.broker;

import dev.naru.config.Settings;
import dev.naru.config.TopicSettings;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicImage;
import java.util.Map;

/// The cluster as this node sees it: who it is itself, its settings, and the newest image. Written
/// by the control loop, read by all.
final class Cluster {
    private final int nodeId;
    private final Settings settings;
    private volatile ClusterImage image;
    private volatile Settings live;

    Cluster(int nodeId, Settings settings, ClusterImage image) {
        this.nodeId = nodeId;
        this.settings = settings;
        this.live = settings;
        this.image = image;
    }

    int nodeId() {
        return nodeId;
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

    TopicSettings topicSettings(TopicImage topic) {
        Map<String, String> overrides = image.configs(ConfigResource.topic(topic.name()));
        return TopicSettings.of(overrides, live);
    }
}
