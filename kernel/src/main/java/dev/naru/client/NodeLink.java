package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsRequest;
import dev.naru.wire.message.ApiVersionsResponse;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A node that requests are sent to, connected or not: dials when there is something to say, asks
/// for the node's versions first, dials again after a pause when the connection is lost. Owned by
/// the client's loop.
public final class NodeLink {
    private static final short FLEXIBLE_API_VERSIONS = 3;

    private final ClientTools tools;
    private final ClientSettings settings;
    private final Address address;
    private final Violations violations;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable ClientConnection connection;
    private @Nullable ApiRanges ranges;
    private boolean isResting;
    private boolean isClosed;

    /// Makes the request once the version is known.
    public interface RequestOf {
        Message make(short version);
    }

    /// Hears what no node should do.
    public interface Violations {
        void onViolation(String what);
    }

    private record Waiting(ApiKey key, RequestOf request, long timeoutMs,
        Reply.Listener listener) {}

    NodeLink(ClientTools tools, ClientSettings settings, Address address, Violations violations) {
        this.tools = tools;
        this.settings = settings;
        this.address = address;
        this.violations = violations;
    }

    /// A link of its own, outside of any cluster view.
    public static NodeLink to(Address address, ClientTools tools, ClientSettings settings,
        Violations violations) {
        return new NodeLink(tools, settings, address, violations);
    }

    public Address address() {
        return address;
    }

    /// Requests that were sent and have no answer yet.
    public int inFlight() {
        return connection == null ? 0 : connection.inFlight();
    }

    /// True when a request would leave at once.
    public boolean isReady() {
        return ranges != null;
    }

    /// Sends with the client's usual timeout.
    public void request(ApiKey key, RequestOf request, Reply.Listener listener) {
        request(key, request, settings.requestTimeoutMs(), listener);
    }

    /// Sends the request, once there is a connection; `timeoutMs` counts from then.
    public void request(ApiKey key, RequestOf request, long timeoutMs, Reply.Listener listener) {
        if (isClosed) {
            listener.onReply(new Reply.Lost("closed", false));
        } else if (ranges != null && isOpen()) {
            send(new Waiting(key, request, timeoutMs, listener));
        } else {
            waiting.addLast(new Waiting(key, request, timeoutMs, listener));
            dial();
        }
    }

    /// Sends a request that has no answer; nothing happens without a connection.
    public void tell(ApiKey key, RequestOf request) {
        var known = ranges;
        var live = connection;
        if (known == null || live == null) return;
        known.version(key)
            .ifPresent(version -> live.sendOneWay(key, version, request.make(version)));
    }

    private boolean isOpen() {
        var live = connection;
        return live != null && live.isOpen();
    }

    private void send(Waiting next) {
        var known = ranges;
        var live = connection;
        var version = known == null ? null : known.version(next.key()).orElse(null);
        if (live == null || version == null) {
            next.listener().onReply(new Reply.Lost("the node does not serve " + next.key(), false));
            return;
        }
        live.send(next.key(), version, next.request().make(version), next.timeoutMs(),
            next.listener());
    }

    private void dial() {
        if (connection != null || isResting || isClosed) return;
        var dialled = ClientConnection.dial(tools, address, settings.clientId(), new Ears());
        connection = dialled;
        tools.loop().after(settings.requestTimeoutMs() * Now.NS_PER_MS, () -> {
            if (connection == dialled && ranges == null) dialled.close("no connection in time");
        });
    }

    /// Drops the connection as a client does that has lost its patience; the next request dials
    /// again. What was sent may still arrive over there.
    public void reconnect(String why) {
        if (connection != null) connection.close(why);
    }

    /// The end: nothing is sent any more.
    public void close() {
        isClosed = true;
        if (connection != null) connection.close("closed");
        failWaiting("closed");
    }

    private void failWaiting(String why) {
        var failed = new ArrayDeque<>(waiting);
        waiting.clear();
        while (!failed.isEmpty()) {
            failed.removeFirst().listener().onReply(new Reply.Lost(why, false));
        }
    }

    private void askVersions(short version) {
        var request = ApiVersionsRequest.builder()
            .clientSoftwareName("naru-client")
            .clientSoftwareVersion("1")
            .build();
        var live = connection;
        if (live == null) return;
        live.send(ApiKey.API_VERSIONS, version, request, settings.requestTimeoutMs(), reply -> {
            if (reply instanceof Reply.Answer answer) {
                versionsKnown((ApiVersionsResponse) answer.body(), version);
            }
        });
    }

    private void versionsKnown(ApiVersionsResponse answer, short askedVersion) {
        if (answer.errorCode() == ErrorCode.UNSUPPORTED_VERSION.code() && askedVersion > 0) {
            askVersions((short) 0);
            return;
        }
        ranges = ApiRanges.of(answer, settings.caps());
        while (!waiting.isEmpty() && ranges != null)
            send(waiting.removeFirst());
    }

    /// What the connection says.
    private final class Ears implements ClientConnection.Owner {
        @Override public void onOpen() {
            int cap = settings.caps().getOrDefault(ApiKey.API_VERSIONS, FLEXIBLE_API_VERSIONS);
            askVersions((short) cap);
        }

        @Override public void onClosed(String why) {
            connection = null;
            ranges = null;
            if (isClosed) return;
            isResting = true;
            failWaiting(why);
            long pauseMs = settings.backoffMs() / 2
                + tools.entropy().below((int) settings.backoffMs());
            tools.loop().after(pauseMs * Now.NS_PER_MS, () -> {
                isResting = false;
                if (!waiting.isEmpty()) dial();
            });
        }

        @Override public void onViolation(String what) {
            violations.onViolation(what);
        }
    }
}
