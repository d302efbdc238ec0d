package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.Heard;
import dev.naru.metadata.ClusterRecord.DirectoryRemoved;
import dev.naru.metadata.ClusterRecord.NodeFenced;
import dev.naru.metadata.ClusterRecord.NodeLeaving;
import dev.naru.metadata.ClusterRecord.NodeUnfenced;
import dev.naru.metadata.ClusterRecord.NodeUnregistered;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.UnregisterNode;
import java.util.ArrayList;
import java.util.List;

/// Decides which nodes are counted on (KIP-631): one that has caught up is unfenced, one that is not
/// heard of is fenced, one that wants to stop hands over first. All that follows for partitions is in
/// the same batch.
final class LivenessDecider {
    private final NodeMoves moves;

    LivenessDecider(ConfigRules rules) {
        this.moves = new NodeMoves(rules);
    }

    Decided heartbeat(ClusterImage image, Heartbeat beat, Liveness liveness) {
        var stranger = NodeDecider.refusal(image, beat.nodeId(), beat.brokerEpoch());
        if (stranger.isPresent()) return Decided.only(stranger.get());
        boolean isCaughtUp = beat.appliedIndex() >= Math.max(beat.brokerEpoch(),
            liveness.demandedIndex(beat.nodeId()));
        return switch (image.node(beat.nodeId()).orElseThrow().state()) {
            case ACTIVE -> beat.wantsToLeave()
                ? leave(image, beat)
                : Decided.only(new Heard(isCaughtUp, false, false));
            case LEAVING -> Decided.only(new Heard(isCaughtUp, false,
                liveness.hasHandedOver(image, beat.nodeId())));
            case FENCED -> beat.wantsToLeave() || !isCaughtUp
                ? Decided.only(new Heard(isCaughtUp, true, beat.wantsToLeave()))
                : unfence(image, beat.nodeId());
        };
    }

    /// The node was not heard of for too long.
    Decided fence(ClusterImage image, int nodeId, long brokerEpoch) {
        var node = image.node(nodeId);
        var answer = new Heard(false, true, false);
        boolean isNews = node.isPresent() && node.get().brokerEpoch() == brokerEpoch
            && !node.get().isFenced();
        return isNews ? go(image, new NodeFenced(nodeId), nodeId, answer) : Decided.only(answer);
    }

    /// The node's disk is slow. Where everybody's is, everything stays.
    Decided handOver(ClusterImage image, HandOver request, Liveness liveness) {
        var stranger = NodeDecider.refusal(image, request.nodeId(), request.brokerEpoch());
        if (stranger.isPresent()) return Decided.only(stranger.get());
        var facts = new ArrayList<ClusterRecord>();
        moves.handOver(image, request.nodeId(), liveness::isSlow, facts);
        return new Decided(facts, new Heard(true, false, false));
    }

    /// The node will not come back: nothing is kept for it. Refused while it is at work, for it would
    /// go on in a cluster that knows nothing of it.
    Decided unregister(ClusterImage image, UnregisterNode request) {
        int nodeId = request.nodeId();
        var node = image.node(nodeId);
        if (node.isEmpty()) {
            return Decided.only(new ClusterAnswer.Failed(ErrorCode.BROKER_ID_NOT_REGISTERED,
                "There is no node " + nodeId + "."));
        }
        if (node.get().isActive()) {
            return Decided.only(new ClusterAnswer.Failed(ErrorCode.INVALID_REQUEST,
                "Node " + nodeId + " is at work. Stop it first."));
        }
        var gone = go(image, new NodeUnregistered(nodeId), nodeId,
            new ClusterAnswer.Unregistered(nodeId));
        var facts = new ArrayList<>(gone.facts());
        facts.add(new DirectoryRemoved(node.get().directoryId(), nodeId));
        facts.addAll(Draining.without(image, nodeId));
        return new Decided(facts, gone.answer());
    }

    private Decided leave(ClusterImage image, Heartbeat beat) {
        boolean isAlone = image.nodes().values().stream()
            .noneMatch(node -> node.isActive() && node.nodeId() != beat.nodeId());
        if (isAlone) return Decided.only(new Heard(true, false, true));
        return go(image, new NodeLeaving(beat.nodeId()), beat.nodeId(),
            new Heard(true, false, false));
    }

    private Decided unfence(ClusterImage image, int nodeId) {
        var facts = new ArrayList<ClusterRecord>();
        facts.add(new NodeUnfenced(nodeId));
        moves.comeBack(image.draft(facts), nodeId, facts);
        return new Decided(facts, new Heard(true, false, false));
    }

    private Decided go(ClusterImage image, ClusterRecord how, int nodeId, ClusterAnswer answer) {
        var facts = new ArrayList<>(List.of(how));
        moves.depart(image.draft(facts), nodeId, facts);
        return new Decided(facts, answer);
    }
}
