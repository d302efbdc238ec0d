package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.wire.message.DescribeClusterRequest;
import dev.naru.wire.message.DescribeClusterResponse;
import dev.naru.wire.message.UnregisterBrokerRequest;
import dev.naru.wire.message.UnregisterBrokerResponse;
import dev.naru.wire.message.UpdateFeaturesRequest;
import dev.naru.wire.message.UpdateFeaturesResponse;
import java.util.ArrayList;

/// DescribeCluster, UpdateFeatures and UnregisterBroker: the cluster as a whole.
final class ClusterHandler {
    private static final byte BROKERS = 1;

    private final Cluster cluster;
    private final ControllerLink controller;

    ClusterHandler(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
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
