package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.Address;
import dev.naru.client.ClusterView;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FindCoordinatorRequest;
import dev.naru.wire.message.FindCoordinatorResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way to the coordinator of a group, for roles that speak the protocol word by word: looks for
/// it, asks, and looks again when it is lost or [#heard] tells of an error.
final class GroupLink {
    private final ClusterView view;
    private final String group;
    private @Nullable NodeLink coordinator;

    GroupLink(ClusterView view, String group) {
        this.view = view;
        this.group = group;
    }

    /// Asks once.
    void ask(ApiKey key, Message request, Reply.Listener listener) {
        var known = coordinator;
        if (known == null) {
            find(key, request, listener);
            return;
        }
        known.request(key, _ -> request, reply -> {
            if (reply instanceof Reply.Lost) coordinator = null;
            listener.onReply(reply);
        });
    }

    private void find(ApiKey key, Message request, Reply.Listener listener) {
        var question = FindCoordinatorRequest.builder().key(group)
            .coordinatorKeys(List.of(group)).build();
        view.any().request(ApiKey.FIND_COORDINATOR, _ -> question, reply -> {
            if (!(reply instanceof Reply.Answer answer)) {
                listener.onReply(reply);
                return;
            }
            var there = address((FindCoordinatorResponse) answer.body());
            if (there.isEmpty()) {
                listener.onReply(new Reply.Lost("no coordinator", false));
                return;
            }
            coordinator = view.link(there.get());
            ask(key, request, listener);
        });
    }

    /// In the words of any version.
    private static Optional<Address> address(FindCoordinatorResponse answer) {
        var all = answer.coordinators();
        short code = all.isEmpty() ? answer.errorCode() : all.getFirst().errorCode();
        if (code != ErrorCode.NONE.code()) return Optional.empty();
        return Optional.of(all.isEmpty()
            ? new Address(answer.host(), answer.port())
            : new Address(all.getFirst().host(), all.getFirst().port()));
    }

    /// What the coordinator said; it may be another one by now.
    void heard(ErrorCode error) {
        boolean isLost = error == ErrorCode.NOT_COORDINATOR
            || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        if (isLost) coordinator = null;
    }
}
