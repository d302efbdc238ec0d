package dev.naru.broker;

import dev.naru.base.Invariant;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsRequest;
import dev.naru.wire.message.RequestHeader;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// From a frame to its handler. Reads the header, refuses what is not served, decodes the body,
/// hands over.
final class Router {
    /// Answers one kind of request, through the call.
    interface Handler {
        void handle(Call call);
    }

    private final Map<ApiKey, Handler> handlers = new EnumMap<>(ApiKey.class);
    private final int frameBytesMax;
    private final Trace trace;
    private Predicate<Net.Member> isRemoved = _ -> false;

    Router(int frameBytesMax, Trace trace) {
        this.frameBytesMax = frameBytesMax;
        this.trace = trace;
    }

    void add(ApiKey key, Handler handler) {
        handlers.put(key, handler);
    }

    /// Nodes that were removed from the cluster come with certificates that have not ended: they are told
    /// so where they ask for their place, and nothing else.
    void turnAway(Predicate<Net.Member> removed) {
        isRemoved = removed;
    }

    int frameBytesMax() {
        return frameBytesMax;
    }

    /// Decodes a request; a frame that its message does not point into is released here.
    Call decode(Connection connection, Net.Frame frame) throws Malformed {
        var bytes = frame.bytes();
        int keyAndVersion = bytes.getInt(bytes.position());
        short id = (short) (keyAndVersion >>> 16);
        short version = (short) keyAndVersion;
        var apis = ServedApis.at(connection.door());
        var key = ApiKey.of(id).filter(apis::serves).filter(handlers::containsKey)
            .orElseThrow(() -> new Malformed("api key " + id + " is not served"));
        if (!isForOutsiders(key) && connection.member().filter(isRemoved).isPresent())
            throw new Malformed("the node was removed from the cluster");
        boolean isUnknownApiVersions = key == ApiKey.API_VERSIONS
            && !apis.serves(key, version);
        if (isUnknownApiVersions) return unknownApiVersions(connection, frame);
        if (!apis.serves(key, version)) {
            throw new Malformed(key + " version " + version + " is not served");
        }
        var readable = isKeptByHandler(key) ? copied(bytes) : bytes;
        var in = new Reader(readable);
        var header = RequestHeader.read(in, key.requestHeaderVersion(version));
        var message = key.readRequest(in, version);
        var start = start(connection, key, version, header);
        if (key == ApiKey.PRODUCE) return new Call(connection, start, message, frame);
        frame.release();
        return new Call(connection, start, message, null);
    }

    private static boolean isForOutsiders(ApiKey key) {
        return key == ApiKey.API_VERSIONS || key == ApiKey.JOIN_CLUSTER || key == ApiKey.ENVELOPE;
    }

    /// The bytes of these requests outlive their frame: groups and the controller keep them.
    private static boolean isKeptByHandler(ApiKey key) {
        return key == ApiKey.JOIN_GROUP || key == ApiKey.SYNC_GROUP || key == ApiKey.ENVELOPE
            || key == ApiKey.JOIN_CLUSTER;
    }

    private static ByteBuffer copied(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /// A newer client asks in a version nobody here knows: the answer is version 0 and says so
    /// (KIP-511).
    private static Call unknownApiVersions(Connection connection, Net.Frame frame) {
        int correlationId = frame.bytes().getInt(frame.bytes().position() + 4);
        frame.release();
        var caller = caller(connection, "");
        var start = new Call.RequestStart(ApiKey.API_VERSIONS, (short) 0, correlationId, caller);
        var request = ApiVersionsRequest.builder().build();
        return new Call(connection, start, request, null).askedInUnknownVersion();
    }

    private static Call.RequestStart start(Connection connection, ApiKey key, short version,
        RequestHeader header) {
        return new Call.RequestStart(key, version, header.correlationId(),
            caller(connection, orEmpty(header.clientId())));
    }

    private static Call.Caller caller(Connection connection, String clientId) {
        return new Call.Caller(clientId, connection.peerHost(), connection.door(),
            connection.member());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Runs the handler. What nobody thought of costs the connection, never the node.
    void route(Call call) {
        try {
            Invariant.present(handlers.get(call.apiKey()), "a decoded request has a handler")
                .handle(call);
        } catch (Invariant.Broken broken) {
            throw broken;
        } catch (RuntimeException unforeseen) {
            trace.emit(new BrokerEvent.RequestFailed(call.apiKey().toString(),
                String.valueOf(unforeseen)));
            call.connection().close("internal error");
        }
    }
}
