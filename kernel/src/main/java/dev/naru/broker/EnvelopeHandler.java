package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Undecodable;
import dev.naru.wire.message.EnvelopeRequest;
import dev.naru.wire.message.EnvelopeResponse;
import java.nio.ByteBuffer;

/// Envelope: what another node asks the controller, if that is here (see [Forwarding]), at the door
/// between nodes; and what an operator asks it, at any door, wherever it is.
final class EnvelopeHandler {
    private final Cluster cluster;
    private final ControllerLink controller;

    EnvelopeHandler(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
    }

    void handle(Call call) {
        var envelope = (EnvelopeRequest) call.request();
        try {
            var request = ClusterMessages.decodeRequest(envelope.requestData());
            if (request instanceof ClusterRequest.FromOperator) {
                controller.submit(request, answer -> call.reply(response(answer)));
            } else if (call.caller().isPeer()) {
                controller.submitHere(request, answer -> call.reply(response(answer)));
            } else {
                refuse(call, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            }
        } catch (Undecodable newer) {
            refuse(call, ErrorCode.UNSUPPORTED_VERSION);
        }
    }

    private EnvelopeResponse response(ClusterAnswer answer) {
        var body = ClusterMessages.encode(answer);
        var data = ByteBuffer.allocate(Long.BYTES + body.remaining())
            .putLong(cluster.image().acceptedIndex()).put(body).flip();
        return EnvelopeResponse.builder().responseData(data).build();
    }

    private static void refuse(Call call, ErrorCode why) {
        call.reply(EnvelopeResponse.builder().errorCode(why.code()).build());
    }
}
