package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.client.JoinAnswer;
import dev.naru.client.Reply;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Takes what a joining node asked to nodes that have the authority's key, one after the other. Owned by
/// the control loop.
final class JoinRelay {
    private static final long ANSWER_MS = 10_000;

    private final PeerLinks peers;

    JoinRelay(PeerLinks peers) {
        this.peers = peers;
    }

    /// The first answer of one that has the key; empty when none of them gave any.
    void ask(List<Integer> nodeIds, JoinClusterRequest request,
        Consumer<Optional<JoinClusterResponse>> answer) {
        if (nodeIds.isEmpty()) {
            answer.accept(Optional.empty());
            return;
        }
        var others = nodeIds.subList(1, nodeIds.size());
        peers.request(PeerLinks.Lane.NODE, nodeIds.getFirst(),
            new PeerLinks.Question(ApiKey.JOIN_CLUSTER, _ -> request, ANSWER_MS), reply -> {
                if (reply instanceof Reply.Answer(var body, var _)
                    && body instanceof JoinClusterResponse told
                    && told.errorCode() != ErrorCode.NOT_CONTROLLER.code()) {
                    answer.accept(Optional.of(JoinAnswer.kept(told)));
                } else {
                    ask(others, request, answer);
                }
            });
    }
}
