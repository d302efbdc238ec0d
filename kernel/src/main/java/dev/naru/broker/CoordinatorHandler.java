package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.TopicName;
import dev.naru.shard.Shard;
import dev.naru.wire.message.FindCoordinatorRequest;
import dev.naru.wire.message.FindCoordinatorResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// FindCoordinator: which node answers for a group, a transactional id or a share partition.
/// The topic that stores them is made at first need.
final class CoordinatorHandler {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;
    private static final short BATCHED_SINCE = 4;

    private final Cluster cluster;
    private final TopicCreation creation;

    CoordinatorHandler(Cluster cluster, TopicCreation creation) {
        this.cluster = cluster;
        this.creation = creation;
    }

    void handle(Call call) {
        var request = (FindCoordinatorRequest) call.request();
        var topic = topic(request.keyType());
        if (topic.isEmpty()) {
            call.reply(response(call, request, ErrorCode.UNSUPPORTED_VERSION,
                "there is nothing to coordinate of type " + request.keyType()));
            return;
        }
        if (cluster.image().topic(topic.get()).isPresent()) {
            call.reply(response(call, request, ErrorCode.NONE, ""));
            return;
        }
        creation.create(List.of(topic.get()), failed -> call.reply(
            failed.isEmpty()
                ? response(call, request, ErrorCode.NONE, "")
                : response(call, request, ErrorCode.COORDINATOR_NOT_AVAILABLE, "")));
    }

    /// Where what is coordinated is stored.
    private static Optional<String> topic(byte keyType) {
        return switch (keyType) {
            case GROUP -> Optional.of(TopicName.CONSUMER_OFFSETS);
            case TRANSACTION -> Optional.of(TopicName.TRANSACTION_STATE);
            case SHARE -> Optional.of(TopicName.SHARE_GROUP_STATE);
            default -> Optional.empty();
        };
    }

    private FindCoordinatorResponse response(Call call, FindCoordinatorRequest request,
        ErrorCode error, String message) {
        if (call.version() < BATCHED_SINCE) {
            var one = coordinator(call, request, request.key(), error, message);
            return FindCoordinatorResponse.builder()
                .errorCode(one.errorCode())
                .errorMessage(one.errorMessage())
                .nodeId(one.nodeId())
                .host(one.host())
                .port(one.port())
                .build();
        }
        var coordinators = new ArrayList<FindCoordinatorResponse.Coordinator>();
        for (var key : request.coordinatorKeys()) {
            coordinators.add(coordinator(call, request, key, error, message));
        }
        return FindCoordinatorResponse.builder().coordinators(coordinators).build();
    }

    private FindCoordinatorResponse.Coordinator coordinator(Call call,
        FindCoordinatorRequest request, String key, ErrorCode error, String message) {
        var node = error == ErrorCode.NONE
            ? leader(request.keyType(), key)
            : Optional.<NodeImage>empty();
        var endpoint = node.flatMap(each -> each.endpoint(call.caller().listener()));
        var outcome = error == ErrorCode.NONE && endpoint.isEmpty()
            ? ErrorCode.COORDINATOR_NOT_AVAILABLE
            : error;
        return FindCoordinatorResponse.Coordinator.builder()
            .key(key)
            .errorCode(outcome.code())
            .errorMessage(Texts.orNull(message))
            .nodeId(endpoint.isPresent() ? node.orElseThrow().nodeId() : -1)
            .host(endpoint.map(Endpoint::host).orElse(""))
            .port(endpoint.map(Endpoint::port).orElse(-1))
            .build();
    }

    /// Who leads the partition that stores what belongs to the key.
    private Optional<NodeImage> leader(byte keyType, String key) {
        var image = cluster.image();
        return topic(keyType).flatMap(image::topic)
            .flatMap(topic -> topic.partition(Shard.partitionOf(key, topic.partitionCount())))
            .flatMap(partition -> image.node(partition.leader()));
    }
}
