package dev.naru.metadata;

import dev.naru.base.Entropy;
import dev.naru.base.Invariant;
import dev.naru.metadata.ClusterRequest.AdmitNode;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.CommittedIndex;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.ElectLeaders;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.FromOperator;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.metadata.ClusterRequest.OfQuorum;
import dev.naru.metadata.ClusterRequest.Reassign;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.TellSizes;
import dev.naru.metadata.ClusterRequest.UnregisterNode;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import java.util.SortedMap;

/// Decides: a request and the image it meets make facts and an answer. Holds no state and changes
/// nothing.
final class Controller {
    private final ConfigRules rules;
    private final TopicDecider topics;
    private final ConfigDecider configs;
    private final NodeDecider nodes;
    private final FeatureDecider features;
    private final ElectionDecider elections;
    private final ReassignmentDecider reassignments;
    private final LivenessDecider living;
    private final IsrDecider isrs;

    Controller(ConfigRules rules, SortedMap<String, FeatureRange> supported, Entropy entropy) {
        this.rules = rules;
        this.topics = new TopicDecider(rules, entropy);
        this.configs = new ConfigDecider(rules);
        this.nodes = new NodeDecider(supported, rules);
        this.features = new FeatureDecider(supported);
        this.elections = new ElectionDecider(rules);
        this.reassignments = new ReassignmentDecider(rules);
        this.living = new LivenessDecider(rules);
        this.isrs = new IsrDecider(rules);
    }

    Decided decide(ClusterImage image, ClusterRequest request, Liveness liveness) {
        return switch (request) {
            case CreateTopics create -> topics.create(image, create);
            case DeleteTopics delete -> topics.delete(image, delete);
            case CreatePartitions grow -> topics.grow(image, grow);
            case AlterConfigs replace -> configs.replace(image, replace);
            case IncrementalAlterConfigs alter -> configs.alter(image, alter);
            case UpdateFeatures update -> features.update(image, update);
            case ElectLeaders elect -> elections.elect(image, elect);
            case Reassign reassign -> reassignments.reassign(image, reassign);
            case UnregisterNode unregister -> living.unregister(image, unregister);
            case FormCluster form -> nodes.form(image, form);
            case AdmitNode admit -> nodes.admit(image, admit, liveness);
            case IssueJoinToken issue ->
                JoinTokenDecider.issue(image, issue, liveness.wallMs());
            case OfQuorum _ ->
                throw new Invariant.Broken("metadata: the quorum is not asked of the image");
            case RegisterNode register -> nodes.register(image, register, liveness);
            case GrantProducerIds grant -> nodes.grant(image, grant);
            case Heartbeat beat -> living.heartbeat(image, beat, liveness);
            case HandOver over -> living.handOver(image, over, liveness);
            case AlterIsr alter -> isrs.alter(image, alter);
            case FromOperator _,TellSizes _ -> throw new Invariant.Broken(
                "metadata: what a controller remembers is asked of its host");
            case CommittedIndex _ ->
                Decided.only(new ClusterAnswer.Committed(image.acceptedIndex()));
        };
    }

    /// Leaderships of up to `max` partitions go back to the preferred replicas.
    Decided returnLeaders(ClusterImage image, int max, Liveness liveness) {
        return elections.returnLeaders(image, max, liveness);
    }

    /// A turn of the cluster's own moves.
    Decided carryOut(ClusterImage image, Mover.Turn turn) {
        return reassignments.carryOut(image, turn);
    }

    /// Whether and when the cluster moves replicas by itself.
    BalanceRules balanceRules(ClusterImage image) {
        return rules.balance(image);
    }

    /// How many replicas a topic shall have as far as there are nodes, 0 for as many as it has.
    int wantedReplicas(ClusterImage image, TopicImage topic) {
        return rules.wantedReplicas(image, topic);
    }

    /// A node was not heard of for too long.
    Decided fence(ClusterImage image, int nodeId, long brokerEpoch) {
        return living.fence(image, nodeId, brokerEpoch);
    }
}
