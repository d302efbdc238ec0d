package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Tells one client who leads what it was refused, so that it need not ask for metadata first
/// (KIP-951): gathers the leaders, and then where they listen. Used for one answer.
final class ShareLeaders {
    private final ClusterImage image;
    private final String listener;
    private final TreeMap<Integer, NodeImage> nodes = new TreeMap<>();

    /// A node, and where it listens for this client.
    record Place(NodeImage node, Endpoint endpoint) {}

    ShareLeaders(ClusterImage image, String listener) {
        this.image = image;
        this.listener = listener;
    }

    /// The partition with its leader, if the client was refused for want of the right one.
    Optional<PartitionImage> of(ShareEntry.Part part, ErrorCode error) {
        boolean isAsked = error == ErrorCode.NOT_LEADER_OR_FOLLOWER
            || error == ErrorCode.FENCED_LEADER_EPOCH;
        if (!isAsked) return Optional.empty();
        var found = image.topic(part.topicId()).flatMap(topic -> topic.partition(part.partition()));
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
