package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.TellSizes;
import dev.naru.metadata.Undecodable;
import dev.naru.wire.message.EnvelopeRequest;
import dev.naru.wire.message.EnvelopeResponse;
import java.nio.ByteBuffer;

/// Envelope: what another node asks the controller, if that is here (see [Forwarding]), at the door
/// between nodes; and what an operator asks it, at any door, wherever it is.
final class EnvelopeHandler {
    private final Cluster cluster;
    private final ControllerLink controller;
    private final Admission admission;

    EnvelopeHandler(Cluster cluster, ControllerLink controller, Admission admission) {
        this.cluster = cluster;
        this.controller = controller;
        this.admission = admission;
    }

    void handle(Call call) {
        var envelope = (EnvelopeRequest) call.request();
        try {
            var request = ClusterMessages.decodeRequest(envelope.requestData());
            boolean isOwn = request instanceof RegisterNode || request instanceof Heartbeat;
            if (!isOwn && isRemoved(call.caller())) {
                refuse(call, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            } else if (request instanceof ClusterRequest.FromOperator) {
                controller.submit(request, answer -> call.reply(response(answer)));
            } else if (request instanceof IssueJoinToken issue && !call.caller().isPeer()) {
                issue(call, issue);
            } else if (mayAsk(call.caller(), request)) {
                controller.submitHere(request, answer -> call.reply(response(answer)));
            } else {
                refuse(call, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            }
        } catch (Undecodable newer) {
            refuse(call, ErrorCode.UNSUPPORTED_VERSION);
        }
    }

    private boolean isRemoved(Call.Caller caller) {
        return caller.member().flatMap(member -> cluster.image().removed(member.directoryId()))
            .isPresent();
    }

    /// What a node asks for itself it asks under its own name.
    private static boolean mayAsk(Call.Caller caller, ClusterRequest request) {
        return switch (request) {
            case RegisterNode register -> caller.maySpeakFor(register.nodeId())
                && caller.member().map(Net.Member::directoryId)
                    .filter(id -> !id.equals(register.directoryId())).isEmpty();
            case Heartbeat beat -> caller.maySpeakFor(beat.nodeId());
            case AlterIsr alter -> caller.maySpeakFor(alter.nodeId());
            case GrantProducerIds grant -> caller.maySpeakFor(grant.nodeId());
            case HandOver over -> caller.maySpeakFor(over.nodeId());
            case TellSizes told -> caller.maySpeakFor(told.nodeId());
            default -> caller.isPeer();
        };
    }

    /// Whoever has a token can make a node: it is given to those who can read this node's directory.
    private void issue(Call call, IssueJoinToken request) {
        var authority = admission.authority();
        if (!call.connection().isFromHere()) {
            call.reply(response(new ClusterAnswer.Failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
                "Join tokens are given out on a node's own machine only.")));
        } else if (authority.isEmpty()) {
            call.reply(response(new ClusterAnswer.Failed(ErrorCode.INVALID_REQUEST,
                "There are no join tokens where nodes talk in plaintext (they join from the same"
                    + " machine) or under certificates named in the settings (who has one"
                    + " joins).")));
        } else {
            controller.submit(request, answer -> call.reply(response(
                answer instanceof ClusterAnswer.JoinTokenGiven given
                    ? new ClusterAnswer.JoinTokenGiven(given.clusterId(), authority.get(),
                        given.expiresAtMs())
                    : answer)));
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
