package dev.naru.replica;

import dev.naru.base.Bytes;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.QuietChannel;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsResponse;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The other end of a replica's connection: keeps what is fetched, and answers what a test says.
final class ScriptedLeader implements Net {
    private static final short FETCH_VERSION = 17;

    private final Loop loop;
    /// All that was ever fetched.
    final List<FetchRequest> fetched = new ArrayList<>();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    int dials;
    private @Nullable Listener listener;

    ScriptedLeader(Loop loop) {
        this.loop = loop;
    }

    /// Requests without an answer.
    int waiting() {
        return waiting.size();
    }

    /// Answers the oldest request.
    void answer(FetchResponse response) {
        int correlationId = waiting.removeFirst();
        loop.execute(() -> send(ApiKey.FETCH, FETCH_VERSION, correlationId, response));
    }

    void hangUp() {
        waiting.clear();
        var ears = listener;
        if (ears != null) loop.execute(() -> ears.onClosed("cut"));
    }

    @Override public Listening listen(String host, int port, Acceptor acceptor) {
        throw new AssertionError("nobody listens here");
    }

    @Override public void dial(String host, int port, Loop from, Listener to) {
        dials++;
        listener = to;
        loop.execute(() -> to.onOpen(new Line()));
    }

    private void received(ByteBuffer bytes) {
        try {
            var in = new Reader(bytes);
            var key = ApiKey.of(bytes.getShort(bytes.position())).orElseThrow();
            short version = bytes.getShort(bytes.position() + Short.BYTES);
            var header = RequestHeader.read(in, key.requestHeaderVersion(version));
            var request = key.readRequest(in, version);
            if (request instanceof FetchRequest fetch) {
                fetched.add(fetch);
                waiting.add(header.correlationId());
            } else {
                loop.execute(() -> send(key, version, header.correlationId(), versions()));
            }
        } catch (Malformed bad) {
            throw new AssertionError(bad);
        }
    }

    private static ApiVersionsResponse versions() {
        var fetch = ApiVersionsResponse.ApiVersion.builder().apiKey(ApiKey.FETCH.id())
            .minVersion((short) 4).maxVersion(FETCH_VERSION).build();
        return ApiVersionsResponse.builder().apiKeys(List.of(fetch)).build();
    }

    private void send(ApiKey key, short version, int correlationId, Message body) {
        var out = new Writer();
        ResponseHeader.builder().correlationId(correlationId).build().write(out,
            key.responseHeaderVersion(version));
        body.write(out, version);
        var bytes = out.joined();
        var ears = listener;
        if (ears == null) return;
        ears.onFrame(new Frame() {
            @Override public ByteBuffer bytes() {
                return bytes;
            }

            @Override public void release() {}
        });
    }

    private final class Line implements QuietChannel {
        @Override public Loop loop() {
            return loop;
        }

        @Override public void send(List<Bytes> frame) {
            received(QuietChannel.whole(frame));
        }

    }
}
