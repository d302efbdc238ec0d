package dev.naru.metadata;

import dev.naru.base.Entropy;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.ElectLeaders;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ClusterRequest.Reassign;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import java.util.SortedMap;

/// Decides: a request and the image it meets make facts and an answer. Holds no state and changes
/// nothing.
final class Controller {
    private final TopicDecider topics;
    private final ConfigDecider configs;
    private final NodeDecider nodes;
    private final FeatureDecider features;
    private final ElectionDecider elections;
    private final ReassignmentDecider reassignments;

    Controller(ConfigRules rules, SortedMap<String, FeatureRange> supported, Entropy entropy) {
        this.topics = new TopicDecider(rules, entropy);
        this.configs = new ConfigDecider(rules);
        this.nodes = new NodeDecider(supported);
        this.features = new FeatureDecider(supported);
        this.elections = new ElectionDecider(rules);
        this.reassignments = new ReassignmentDecider(rules);
    }

    Decided decide(ClusterImage image, ClusterRequest request) {
        return switch (request) {
            case CreateTopics create -> topics.create(image, create);
            case DeleteTopics delete -> topics.delete(image, delete);
            case CreatePartitions grow -> topics.grow(image, grow);
            case AlterConfigs replace -> configs.replace(image, replace);
            case IncrementalAlterConfigs alter -> configs.alter(image, alter);
            case FormCluster form -> nodes.form(image, form);
            case RegisterNode register -> nodes.register(image, register);
            case GrantProducerIds grant -> nodes.grant(image, grant);
            case UpdateFeatures update -> features.update(image, update);
            case ElectLeaders elect -> elections.elect(image, elect);
            case Reassign reassign -> reassignments.reassign(image, reassign);
        };
    }
}
