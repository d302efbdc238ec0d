package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FindCoordinatorRequest;
import dev.naru.wire.message.FindCoordinatorResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way to the coordinator of a group or a transactional id: looks for it, asks, and looks again
/// when it is lost. Owned by the client's loop.
final class CoordinatorLink {
    static final byte GROUP = 0;
    static final byte TRANSACTION = 1;

    private final ClusterView view;
    private final String key;
    private final byte keyType;
    private @Nullable NodeLink link;
    private boolean isClosed;

    CoordinatorLink(ClusterView view, String key, byte keyType) {
        this.view = view;
        this.key = key;
        this.keyType = keyType;
    }

    /// Asks once; without a coordinator the request was not sent.
    void ask(ApiKey apiKey, NodeLink.RequestOf request, Reply.Listener listener) {
        var known = link;
        if (known != null) {
            known.request(apiKey, request, reply -> {
                if (reply instanceof Reply.Lost) forget();
                if (!isClosed) listener.onReply(reply);
            });
            return;
        }
        view.any().request(ApiKey.FIND_COORDINATOR, _ -> question(key, keyType), reply -> {
            if (isClosed) return;
            if (reply instanceof Reply.Answer answer
                && found((FindCoordinatorResponse) answer.body())) {
                ask(apiKey, request, listener);
            } else {
                listener.onReply(new Reply.Lost("no coordinator", false));
            }
        });
    }

    /// Who coordinates it, in the words of any version.
    static Message question(String key, byte keyType) {
        return FindCoordinatorRequest.builder().key(key).keyType(keyType)
            .coordinatorKeys(List.of(key)).build();
    }

    /// Where the coordinator is; empty when nobody knows now.
    static Optional<Address> addressIn(FindCoordinatorResponse answer) {
        short code = answer.errorCode();
        var address = new Address(answer.host(), answer.port());
        if (!answer.coordinators().isEmpty()) {
            var first = answer.coordinators().getFirst();
            code = first.errorCode();
            address = new Address(first.host(), first.port());
        }
        return code == ErrorCode.NONE.code() ? Optional.of(address) : Optional.empty();
    }

    /// The link to the coordinator, while it is known.
    Optional<NodeLink> known() {
        return Optional.ofNullable(link);
    }

    private boolean found(FindCoordinatorResponse answer) {
        var address = addressIn(answer);
        address.ifPresent(there -> link = view.link(there));
        return address.isPresent();
    }

    /// It is looked for anew.
    void forget() {
        link = null;
    }

    /// Tries `task` again after the usual pause.
    void later(Runnable task) {
        view.tools().loop().after(view.settings().backoffMs() * Now.NS_PER_MS, () -> {
            if (!isClosed) task.run();
        });
    }

    void close() {
        isClosed = true;
    }
}
