package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterRecord.ClusterFormed;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import java.util.ArrayList;
import java.util.SortedMap;

/// Decides what nodes ask for themselves: a cluster to be in, a place in it, producer ids to give
/// out.
final class NodeDecider {
    private final SortedMap<String, FeatureRange> supported;

    NodeDecider(SortedMap<String, FeatureRange> supported) {
        this.supported = supported;
    }

    Decided form(ClusterImage image, FormCluster request) {
        var clusterId = request.clusterId();
        if (clusterId.isEmpty())
            return refuse(ErrorCode.INVALID_REQUEST, "A cluster's id is not empty.");
        if (image.clusterId().equals(clusterId))
            return Decided.only(new ClusterAnswer.Formed(clusterId));
        if (!image.clusterId().isEmpty()) {
            return refuse(ErrorCode.INCONSISTENT_CLUSTER_ID, "The metadata is that of cluster "
                + image.clusterId() + ", not of " + clusterId + ".");
        }
        var facts = new ArrayList<ClusterRecord>();
        facts.add(new ClusterFormed(clusterId));
        for (var feature : request.features().entrySet()) {
            var range = supported.get(feature.getKey());
            if (range == null || !range.contains(feature.getValue())) {
                return refuse(ErrorCode.FEATURE_UPDATE_FAILED,
                    "This version does not know the feature "
                        + feature.getKey() + " at level " + feature.getValue() + ".");
            }
            facts.add(new FeatureChanged(feature.getKey(), feature.getValue()));
        }
        return new Decided(facts, new ClusterAnswer.Formed(clusterId));
    }

    /// A broker epoch is the index that the batch will be based on, plus one: it grows with every
    /// start.
    Decided register(ClusterImage image, RegisterNode request) {
        if (request.nodeId() < 0)
            return refuse(ErrorCode.INVALID_REQUEST, "A node's id is not negative.");
        long brokerEpoch = Math.max(image.acceptedIndex(),
            image.node(request.nodeId()).map(NodeImage::brokerEpoch).orElse(0L)) + 1;
        var node = new NodeImage(request.nodeId(), request.directoryId(), brokerEpoch,
            request.endpoints(), request.rack());
        var facts = new ArrayList<ClusterRecord>();
        facts.add(new NodeRegistered(node));
        if (!request.cleanStop()) facts.add(new LeaderEpochsRaised(request.nodeId()));
        return new Decided(facts, new ClusterAnswer.NodeAccepted(brokerEpoch));
    }

    Decided grant(ClusterImage image, GrantProducerIds request) {
        var node = image.node(request.nodeId());
        if (node.isEmpty()) {
            return refuse(ErrorCode.BROKER_ID_NOT_REGISTERED,
                "There is no node " + request.nodeId() + ".");
        }
        if (node.get().brokerEpoch() != request.brokerEpoch()) {
            return refuse(ErrorCode.STALE_BROKER_EPOCH, "Node " + request.nodeId() + " is at epoch "
                + node.get().brokerEpoch() + ", not " + request.brokerEpoch() + ".");
        }
        int count = request.count();
        if (count < 1 || count > Limits.PRODUCER_IDS_PER_GRANT_MAX) {
            return refuse(ErrorCode.INVALID_REQUEST, "A block has 1 to "
                + Limits.PRODUCER_IDS_PER_GRANT_MAX + " producer ids, not " + count + ".");
        }
        long first = image.nextProducerId();
        if (first > Long.MAX_VALUE - count) {
            return refuse(ErrorCode.UNKNOWN_SERVER_ERROR, "There are no producer ids left.");
        }
        var facts = new ArrayList<ClusterRecord>();
        facts.add(new ProducerIdsGranted(request.nodeId(), first, count));
        return new Decided(facts, new ClusterAnswer.ProducerIds(first, count));
    }

    private static Decided refuse(ErrorCode why, String message) {
        return Decided.only(new Failed(why, message));
    }
}
