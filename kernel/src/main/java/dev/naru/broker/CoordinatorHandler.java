package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.TopicName;
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
        var self = cluster.image().node(cluster.nodeId())
            .flatMap(node -> node.endpoint(call.caller().listener()))
            .filter(_ -> error == ErrorCode.NONE);
        if (call.version() < BATCHED_SINCE) {
            return FindCoordinatorResponse.builder()
                .errorCode(error.code())
                .errorMessage(Texts.orNull(message))
                .nodeId(self.isPresent() ? cluster.nodeId() : -1)
                .host(self.map(Endpoint::host).orElse(""))
                .port(self.map(Endpoint::port).orElse(-1))
                .build();
        }
        var coordinators = new ArrayList<FindCoordinatorResponse.Coordinator>();
        for (var key : request.coordinatorKeys()) {
            coordinators.add(coordinator(key, self, error, message));
        }
        return FindCoordinatorResponse.builder().coordinators(coordinators).build();
    }

    private FindCoordinatorResponse.Coordinator coordinator(String key, Optional<Endpoint> self,
        ErrorCode error, String message) {
        return FindCoordinatorResponse.Coordinator.builder()
            .key(key)
            .errorCode(error.code())
            .errorMessage(Texts.orNull(message))
            .nodeId(self.isPresent() ? cluster.nodeId() : -1)
            .host(self.map(Endpoint::host).orElse(""))
            .port(self.map(Endpoint::port).orElse(-1))
            .build();
    }
}
