package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.wire.message.DescribeClusterRequest;
import dev.naru.wire.message.DescribeClusterResponse;
import dev.naru.wire.message.DescribeQuorumRequest;
import dev.naru.wire.message.DescribeQuorumResponse;
import dev.naru.wire.message.UnregisterBrokerRequest;
import dev.naru.wire.message.UnregisterBrokerResponse;
import dev.naru.wire.message.UpdateFeaturesRequest;
import dev.naru.wire.message.UpdateFeaturesResponse;
import java.util.ArrayList;
import java.util.List;

/// DescribeCluster, DescribeQuorum, UpdateFeatures and UnregisterBroker: the cluster as a whole.
final class ClusterHandler {
    private static final byte BROKERS = 1;
    private static final String METADATA_TOPIC = "__cluster_metadata";

    private final Cluster cluster;
    private final ControllerLink controller;
    private final Uuid directoryId;

    ClusterHandler(Cluster cluster, ControllerLink controller, Uuid directoryId) {
        this.cluster = cluster;
        this.controller = controller;
        this.directoryId = directoryId;
    }

    void describeCluster(Call call) {
        var request = (DescribeClusterRequest) call.request();
        var image = cluster.image();
        var response = DescribeClusterResponse.builder()
            .endpointType(request.endpointType())
            .clusterId(image.clusterId())
            .controllerId(cluster.controllerId());
        if (request.endpointType() != BROKERS) {
            call.reply(response.errorCode(ErrorCode.MISMATCHED_ENDPOINT_TYPE.code())
                .errorMessage("this listener answers for brokers only")
                .build());
            return;
        }
        var brokers = new ArrayList<DescribeClusterResponse.DescribeClusterBroker>();
        var nodes = request.includeFencedBrokers()
            ? image.nodes().values()
            : Leadership.nodes(image);
        for (var node : nodes) {
            node.endpoint(call.caller().listener()).ifPresent(endpoint -> brokers
                .add(DescribeClusterResponse.DescribeClusterBroker.builder()
                    .brokerId(node.nodeId())
                    .host(endpoint.host())
                    .port(endpoint.port())
                    .rack(Texts.orNull(node.rack()))
                    .isFenced(node.isFenced())
                    .build()));
        }
        call.reply(response.brokers(brokers)
            .clusterAuthorizedOperations(request.includeClusterAuthorizedOperations()
                ? AuthorizedOperations.CLUSTER
                : AuthorizedOperations.NOT_ASKED)
            .build());
    }

    void describeQuorum(Call call) {
        var request = (DescribeQuorumRequest) call.request();
        var topics = new ArrayList<DescribeQuorumResponse.TopicData>();
        for (var topic : request.topics()) {
            var partitions = new ArrayList<DescribeQuorumResponse.PartitionData>();
            for (var partition : topic.partitions()) {
                boolean isQuorum = topic.topicName().equals(METADATA_TOPIC)
                    && partition.partitionIndex() == 0;
                partitions.add(isQuorum ? quorum() : noQuorum(partition.partitionIndex()));
            }
            topics.add(DescribeQuorumResponse.TopicData.builder()
                .topicName(topic.topicName())
                .partitions(partitions)
                .build());
        }
        call.reply(DescribeQuorumResponse.builder().topics(topics).nodes(quorumNodes()).build());
    }

    private DescribeQuorumResponse.PartitionData quorum() {
        var image = cluster.image();
        var self = DescribeQuorumResponse.ReplicaState.builder()
            .replicaId(cluster.nodeId())
            .replicaDirectoryId(directoryId)
            .logEndOffset(image.acceptedIndex() + 1)
            .build();
        return DescribeQuorumResponse.PartitionData.builder()
            .partitionIndex(0)
            .leaderId(cluster.controllerId())
            .leaderEpoch(image.controllerEpoch())
            .highWatermark(image.acceptedIndex() + 1)
            .currentVoters(List.of(self))
            .build();
    }

    private static DescribeQuorumResponse.PartitionData noQuorum(int partition) {
        return DescribeQuorumResponse.PartitionData.builder()
            .partitionIndex(partition)
            .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code())
            .build();
    }

    private List<DescribeQuorumResponse.Node> quorumNodes() {
        var nodes = new ArrayList<DescribeQuorumResponse.Node>();
        for (var node : cluster.image().nodes().values()) {
            var listeners = new ArrayList<DescribeQuorumResponse.Listener>();
            for (var endpoint : node.endpoints()) {
                listeners.add(DescribeQuorumResponse.Listener.builder()
                    .name(endpoint.listener())
                    .host(endpoint.host())
                    .port(endpoint.port())
                    .build());
            }
            nodes.add(DescribeQuorumResponse.Node.builder()
                .nodeId(node.nodeId())
                .listeners(listeners)
                .build());
        }
        return nodes;
    }

    void unregister(Call call) {
        var request = (UnregisterBrokerRequest) call.request();
        controller.submit(new ClusterRequest.UnregisterNode(request.brokerId()), answer -> {
            var response = UnregisterBrokerResponse.builder();
            if (!(answer instanceof ClusterAnswer.Unregistered)) {
                response.errorCode(Texts.failure(answer).code())
                    .errorMessage(answer instanceof ClusterAnswer.Failed failed
                        ? failed.message()
                        : null);
            }
            call.reply(response.build());
        });
    }

    void updateFeatures(Call call) {
        var request = (UpdateFeaturesRequest) call.request();
        var updates = new ArrayList<ClusterRequest.FeatureUpdate>();
        for (var update : request.featureUpdates()) {
            updates.add(new ClusterRequest.FeatureUpdate(update.feature(),
                update.maxVersionLevel(), direction(call.version(), update)));
        }
        controller.submit(new ClusterRequest.UpdateFeatures(updates, request.validateOnly()),
            answer -> call.reply(updated(answer)));
    }

    private static ClusterRequest.Direction direction(short version,
        UpdateFeaturesRequest.FeatureUpdateKey update) {
        if (version == 0) {
            return update.allowDowngrade()
                ? ClusterRequest.Direction.SAFE_DOWNGRADE
                : ClusterRequest.Direction.UPGRADE;
        }
        return switch (update.upgradeType()) {
            case 1 -> ClusterRequest.Direction.UPGRADE;
            case 2 -> ClusterRequest.Direction.SAFE_DOWNGRADE;
            case 3 -> ClusterRequest.Direction.UNSAFE_DOWNGRADE;
            default -> ClusterRequest.Direction.UNKNOWN;
        };
    }

    private static UpdateFeaturesResponse updated(ClusterAnswer answer) {
        return switch (answer) {
            case ClusterAnswer.FeaturesUpdated done -> {
                var results = new ArrayList<UpdateFeaturesResponse.UpdatableFeatureResult>();
                for (var feature : done.features()) {
                    results.add(UpdateFeaturesResponse.UpdatableFeatureResult.builder()
                        .feature(feature.feature())
                        .errorCode(feature.error().code())
                        .errorMessage(Texts.orNull(feature.message()))
                        .build());
                }
                yield UpdateFeaturesResponse.builder()
                    .errorCode(done.error().code())
                    .errorMessage(Texts.orNull(done.message()))
                    .results(results)
                    .build();
            }
            default -> UpdateFeaturesResponse.builder()
                .errorCode(Texts.failure(answer).code())
                .build();
        };
    }
}
