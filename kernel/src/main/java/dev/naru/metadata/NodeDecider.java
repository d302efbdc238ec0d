package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterAnswer.NodeAdmitted;
import dev.naru.metadata.ClusterRecord.ClusterFormed;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRequest.AdmitNode;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Decides what nodes ask for themselves: a cluster to be in, a place in it, producer ids to give
/// out.
final class NodeDecider {
    private final SortedMap<String, FeatureRange> supported;
    private final NodeMoves moves;

    NodeDecider(SortedMap<String, FeatureRange> supported, ConfigRules rules) {
        this.supported = supported;
        this.moves = new NodeMoves(rules);
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
    Decided register(ClusterImage image, RegisterNode request, Liveness liveness) {
        int nodeId = request.nodeId();
        if (nodeId < 0) return refuse(ErrorCode.INVALID_REQUEST, "A node's id is not negative.");
        var removed = image.removed(request.directoryId());
        if (removed.isPresent()) return gone(removed.get());
        var known = image.node(nodeId);
        if (known.isPresent() && isSame(known.get(), request))
            return Decided.only(new ClusterAnswer.NodeAccepted(known.get().brokerEpoch()));
        boolean isSwapped = known.isPresent()
            && !known.get().directoryId().equals(request.directoryId());
        var taken = known.filter(there -> isTaken(there, request, liveness));
        if (taken.isPresent()) return twice(taken.get(), request);
        long brokerEpoch = Math.max(image.acceptedIndex(),
            known.map(NodeImage::brokerEpoch).orElse(0L)) + 1;
        boolean hasAll = request.appliedIndex() >= image.acceptedIndex();
        var node = new NodeImage(nodeId, request.directoryId(), request.incarnationId(),
            brokerEpoch, request.endpoints(), request.rack(),
            hasAll ? NodeImage.State.ACTIVE : NodeImage.State.FENCED);
        var facts = new ArrayList<ClusterRecord>();
        facts.add(new NodeRegistered(node));
        follow(image, node, !request.cleanStop() || isSwapped, facts);
        return new Decided(facts, new ClusterAnswer.NodeAccepted(brokerEpoch));
    }

    private static Decided gone(int nodeId) {
        return refuse(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "Node " + nodeId + " was removed from"
            + " this cluster, and its data directory with it. A node that shall come back begins"
            + " with an empty directory and joins.");
    }

    /// Whether another node that is there has the id: one with another directory, or a copy of this one
    /// at another address. A life that is over is found out by its silence; a node that starts anew
    /// where it was need not wait for that.
    private static boolean isTaken(NodeImage known, RegisterNode request, Liveness liveness) {
        boolean isElsewhere = !known.directoryId().equals(request.directoryId())
            || !known.endpoints().equals(request.endpoints());
        return isElsewhere && !known.isFenced() && liveness.isLive(known.nodeId())
            && !liveness.isOwn(request.incarnationId());
    }

    private static Decided twice(NodeImage known, RegisterNode request) {
        boolean isCopy = known.directoryId().equals(request.directoryId());
        var where = known.endpoints().stream().findFirst()
            .map(each -> " at " + each.host() + ":" + each.port()).orElse("");
        return refuse(ErrorCode.DUPLICATE_BROKER_REGISTRATION, "Node " + known.nodeId() + " is"
            + " there already" + where + (isCopy
                ? ", with a copy of this data directory. Only one of the two may run."
                : ", with another data directory (" + known.directoryId() + ", this one is "
                    + request.directoryId() + "). Give one of them another node.id."));
    }

    /// A joining node gets its id for good, and the token it came with is used, in one batch.
    Decided admit(ClusterImage image, AdmitNode request, Liveness liveness) {
        var removed = image.removed(request.directoryId());
        if (removed.isPresent()) return gone(removed.get());
        if (request.token().isEmpty()) return seat(image, request, liveness);
        return switch (JoinTokenDecider.use(image, request.token().get(), request.directoryId(),
            liveness.wallMs())) {
            case JoinTokenDecider.Use.No(var why) -> Decided.only(why);
            case JoinTokenDecider.Use.May(var facts) -> {
                var seated = seat(image, request, liveness);
                if (!(seated.answer() instanceof NodeAdmitted(var nodeId))) yield seated;
                if (isAtWork(image, nodeId, request, liveness)) {
                    yield refuse(ErrorCode.DUPLICATE_BROKER_REGISTRATION, "The directory is that of"
                        + " node " + nodeId + ", which is at work.");
                }
                var all = new ArrayList<ClusterRecord>(facts);
                all.addAll(seated.facts());
                yield new Decided(all, seated.answer());
            }
        };
    }

    /// Nobody is given the name of a node that is there.
    private static boolean isAtWork(ClusterImage image, int nodeId, AdmitNode request,
        Liveness liveness) {
        return image.node(nodeId).filter(node -> node.directoryId().equals(request.directoryId()))
            .filter(node -> !node.isFenced()).isPresent() && liveness.isLive(nodeId);
    }

    /// The node is registered, and nobody counts on it before it has started. A directory that was
    /// given an id before gets the same.
    private Decided seat(ClusterImage image, AdmitNode request, Liveness liveness) {
        var known = image.nodes().values().stream()
            .filter(node -> node.directoryId().equals(request.directoryId())).findFirst();
        if (known.isPresent()) {
            int nodeId = known.get().nodeId();
            boolean isMeant = request.nodeId() < 0 || request.nodeId() == nodeId;
            return isMeant
                ? Decided.only(new NodeAdmitted(nodeId))
                : refuse(ErrorCode.DUPLICATE_BROKER_REGISTRATION, "The directory belongs to node "
                    + nodeId + ", not to node " + request.nodeId() + ".");
        }
        int nodeId = request.nodeId() >= 0 ? request.nodeId() : freeId(image);
        // not as far as anybody: it stays fenced until it registers itself
        var registered = register(image, new RegisterNode(nodeId, request.directoryId(), Uuid.ZERO,
            request.endpoints(), request.rack(), true, -1), liveness);
        return registered.answer() instanceof ClusterAnswer.NodeAccepted
            ? new Decided(registered.facts(), new NodeAdmitted(nodeId))
            : registered;
    }

    private static int freeId(ClusterImage image) {
        return image.nodes().isEmpty() ? 1 : image.nodes().lastKey() + 1;
    }

    private static boolean isSame(NodeImage known, RegisterNode request) {
        return !request.incarnationId().isZero()
            && known.incarnationId().equals(request.incarnationId())
            && known.directoryId().equals(request.directoryId());
    }

    /// What follows for partitions from a start.
    private void follow(ClusterImage before, NodeImage node, boolean mayLack,
        List<ClusterRecord> facts) {
        int nodeId = node.nodeId();
        boolean wasActive = before.isAlive(nodeId);
        if (mayLack) moves.forget(before.draft(facts), nodeId, facts);
        if (!node.isActive()) {
            moves.depart(before.draft(facts), nodeId, facts);
            return;
        }
        if (!wasActive) moves.comeBack(before.draft(facts), nodeId, facts);
        if (mayLack) facts.add(new LeaderEpochsRaised(nodeId));
    }

    /// Why a node may not speak for itself: there is none, or it has started anew since.
    static Optional<Failed> refusal(ClusterImage image, int nodeId, long brokerEpoch) {
        var node = image.node(nodeId);
        if (node.isEmpty()) {
            return Optional.of(new Failed(ErrorCode.BROKER_ID_NOT_REGISTERED,
                "There is no node " + nodeId + "."));
        }
        if (node.get().brokerEpoch() == brokerEpoch) return Optional.empty();
        return Optional.of(new Failed(ErrorCode.STALE_BROKER_EPOCH, "Node " + nodeId
            + " is at epoch " + node.get().brokerEpoch() + ", not " + brokerEpoch + "."));
    }

    Decided grant(ClusterImage image, GrantProducerIds request) {
        var stranger = refusal(image, request.nodeId(), request.brokerEpoch());
        if (stranger.isPresent()) return Decided.only(stranger.get());
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
