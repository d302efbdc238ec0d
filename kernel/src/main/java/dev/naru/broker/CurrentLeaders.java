package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Tells one client who leads what it was refused, so that it need not ask for metadata first
/// (KIP-951): gathers the leaders, and then where they listen. Used for one answer.
final class CurrentLeaders {
    private final ClusterImage image;
    private final String listener;
    private final TreeMap<Integer, NodeImage> nodes = new TreeMap<>();

    /// A node, and where it listens for this client.
    record Place(NodeImage node, Endpoint endpoint) {}

    CurrentLeaders(ClusterImage image, String listener) {
        this.image = image;
        this.listener = listener;
    }

    /// The partition with its leader, if the client was refused for want of the right one.
    Optional<PartitionImage> of(Uuid topicId, int partition, ErrorCode error) {
        return isAsked(error) ? of(image.topic(topicId), partition) : Optional.empty();
    }

    /// The same for one whom only the topic's name was told.
    Optional<PartitionImage> of(String topic, int partition, ErrorCode error) {
        return isAsked(error) ? of(image.topic(topic), partition) : Optional.empty();
    }

    private static boolean isAsked(ErrorCode error) {
        return error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH;
    }

    private Optional<PartitionImage> of(Optional<TopicImage> topic, int partition) {
        var found = topic.flatMap(each -> each.partition(partition))
            .filter(PartitionImage::hasLeader);
        found.flatMap(each -> image.node(each.leader()))
            .ifPresent(node -> nodes.put(node.nodeId(), node));
        return found;
    }

    /// The leaders that were told.
    List<Place> places() {
        var places = new ArrayList<Place>();
        for (var node : nodes.values()) {
            node.endpoint(listener).ifPresent(at -> places.add(new Place(node, at)));
        }
        return places;
    }
}
