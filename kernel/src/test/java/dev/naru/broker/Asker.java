package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.QuietChannel;
import dev.naru.base.Trace;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// The other end of one connection to a handler: asks in the protocol's bytes, and reads what comes
/// back.
final class Asker {
    private static final int FRAME_BYTES_MAX = 1_000_000;

    private final TxnNode node;
    private final ApiKey key;
    private final short version;
    private final Connection connection;
    private final ArrayDeque<ByteBuffer> answers = new ArrayDeque<>();

    Asker(TxnNode node, Door door, ApiKey key, int version, Consumer<Call> handler) {
        this.node = node;
        this.key = key;
        this.version = (short) version;
        var router = new Router(FRAME_BYTES_MAX, Trace.NONE);
        router.add(key, handler::accept);
        var table = new ConnectionTable(node.loop, node.loop, Trace.NONE,
            new RequestMemory(FRAME_BYTES_MAX), -1);
        table.serve();
        this.connection = new Connection(new Line(), door, router, table);
        table.opened(connection);
    }

    /// What is answered to the request before any time passes.
    <M extends Message> M ask(Class<M> type, Message request) {
        send(request);
        return type.cast(answer());
    }

    /// Sends a request.
    void send(Message request) {
        var out = new Writer();
        RequestHeader.builder().requestApiKey(key.id()).requestApiVersion(version)
            .correlationId(1).clientId("test").build()
            .write(out, key.requestHeaderVersion(version));
        request.write(out, version);
        var bytes = out.joined();
        connection.admit(bytes.remaining());
        connection.onFrame(new Net.Frame() {
            @Override public ByteBuffer bytes() {
                return bytes;
            }

            @Override public void release() {}
        });
        node.loop.run();
    }

    boolean isAnswered() {
        return !answers.isEmpty();
    }

    /// The oldest answer that was not taken.
    Message answer() {
        try {
            var in = new Reader(answers.removeFirst());
            ResponseHeader.read(in, key.responseHeaderVersion(version));
            return key.readResponse(in, version);
        } catch (Malformed bad) {
            throw new AssertionError(bad);
        }
    }

    void hangUp() {
        connection.onClosed("cut");
        node.loop.run();
    }

    private final class Line implements QuietChannel {
        @Override public Loop loop() {
            return node.loop;
        }

        @Override public void send(List<Bytes> frame) {
            answers.add(QuietChannel.whole(frame));
        }

    }
}
