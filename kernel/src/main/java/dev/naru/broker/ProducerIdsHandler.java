package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.InitProducerIdResponse;
import java.util.ArrayDeque;

/// InitProducerId for idempotent producers: ids out of a block that the controller granted, so that
/// no id is ever given twice, whatever crashes. State is owned by the control loop.
final class ProducerIdsHandler {
    private static final int BLOCK = 1_000;

    private final Loop controlLoop;
    private final Cluster cluster;
    private final ControllerLink controller;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private long nextId;
    private long blockEnd;
    private boolean isAsking;

    ProducerIdsHandler(Loop controlLoop, Cluster cluster, ControllerLink controller) {
        this.controlLoop = controlLoop;
        this.cluster = cluster;
        this.controller = controller;
    }

    void handle(Call call) {
        var request = (InitProducerIdRequest) call.request();
        var transactionalId = request.transactionalId();
        if (transactionalId != null) {
            // said at once: a retriable code would keep the client waiting for what will not come
            call.reply(refused(transactionalId.isEmpty()
                ? ErrorCode.INVALID_REQUEST
                : ErrorCode.UNSUPPORTED_VERSION));
            return;
        }
        Partitions.on(controlLoop, () -> grant(call));
    }

    private void grant(Call call) {
        waiting.addLast(call);
        serve();
    }

    private void serve() {
        while (!waiting.isEmpty() && nextId < blockEnd) {
            waiting.removeFirst().reply(InitProducerIdResponse.builder()
                .producerId(nextId++)
                .producerEpoch((short) 0)
                .build());
        }
        if (!waiting.isEmpty() && !isAsking) ask();
    }

    private void ask() {
        isAsking = true;
        long brokerEpoch = cluster.image().node(cluster.nodeId()).orElseThrow().brokerEpoch();
        controller.submit(
            new ClusterRequest.GrantProducerIds(cluster.nodeId(), brokerEpoch, BLOCK),
            this::granted);
    }

    private void granted(ClusterAnswer answer) {
        isAsking = false;
        if (answer instanceof ClusterAnswer.ProducerIds block) {
            nextId = block.firstProducerId();
            blockEnd = block.firstProducerId() + block.count();
            serve();
            return;
        }
        while (!waiting.isEmpty())
            waiting.removeFirst().reply(refused(Texts.failure(answer)));
    }

    private static InitProducerIdResponse refused(ErrorCode why) {
        return InitProducerIdResponse.builder().errorCode(why.code()).producerEpoch((short) -1)
            .build();
    }
}
