package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.client.Reply;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Undecodable;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.EnvelopeRequest;
import dev.naru.wire.message.EnvelopeResponse;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Takes what this node asks the controller to the node where that is. It goes in an Envelope
/// (KIP-590), in the controller's own words rather than as a client's frame, so that handlers are
/// the same on every node. Owned by the control loop.
final class Forwarding implements ControllerLink.Elsewhere {
    private final PeerLinks peers;

    Forwarding(PeerLinks peers) {
        this.peers = peers;
    }

    @Override public void ask(int nodeId, ClusterRequest request, long timeoutMs,
        Consumer<ControllerLink.Outcome> outcome) {
        var envelope = EnvelopeRequest.builder()
            .requestData(ClusterMessages.encode(request))
            .clientHostAddress(ByteBuffer.allocate(0))
            .build();
        // what nodes ask for themselves must not queue behind what waits for all of them
        var lane = request instanceof ClusterRequest.FromNode
            ? PeerLinks.Lane.NODE
            : PeerLinks.Lane.CLIENT;
        peers.request(lane, nodeId,
            new PeerLinks.Question(ApiKey.ENVELOPE, _ -> envelope, timeoutMs),
            reply -> outcome.accept(outcomeOf(reply)));
    }

    private static ControllerLink.Outcome outcomeOf(Reply reply) {
        return switch (reply) {
            case Reply.Lost(var why, var wasSent) -> new ControllerLink.Outcome.Not(!wasSent, why);
            case Reply.Answer(var body, var _) -> unpack((EnvelopeResponse) body);
        };
    }

    private static ControllerLink.Outcome unpack(EnvelopeResponse response) {
        var error = ErrorCode.of(response.errorCode());
        var data = response.responseData();
        if (error != ErrorCode.NONE || data == null) {
            return new ControllerLink.Outcome.Answered(0, new ClusterAnswer.Failed(error,
                "The controller does not understand the request."));
        }
        try {
            return new ControllerLink.Outcome.Answered(data.getLong(),
                ClusterMessages.decodeAnswer(data));
        } catch (Undecodable newer) {
            return new ControllerLink.Outcome.Not(false, "the answer is of a newer version");
        }
    }
}
