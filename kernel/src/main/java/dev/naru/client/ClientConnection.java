package dev.naru.client;

import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Now;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One connection to a node: requests go out, answers come back in the same order. A request
/// without an answer in time ends the connection, and with it everything that was asked on it, as
/// in the usual clients. Owned by the client's loop. Law: I12.
public final class ClientConnection {
    /// No answer is larger: what it declares is not believed.
    private static final int FRAME_BYTES_MAX = 128 * 1024 * 1024;

    private final ClientTools tools;
    private final Address address;
    private final String clientId;
    private final Owner owner;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private Net.@Nullable Channel channel;
    private int lastCorrelationId;
    private boolean isClosed;

    /// Who hears how the connection fares, on the client's loop.
    public interface Owner {
        void onOpen();

        /// Said once. Requests without an answer have been told before.
        void onClosed(String why);

        /// The node broke the protocol: answers out of order, or ones that cannot be read.
        void onViolation(String what);
    }

    private record Pending(int correlationId, ApiKey key, short version, Loop.Timer deadline,
        Reply.Listener listener) {}

    private ClientConnection(ClientTools tools, Address address, String clientId, Owner owner) {
        this.tools = tools;
        this.address = address;
        this.clientId = clientId;
        this.owner = owner;
    }

    /// Opens a connection; [Owner#onOpen] or [Owner#onClosed] follows.
    public static ClientConnection dial(ClientTools tools, Address address, String clientId,
        Owner owner) {
        var connection = new ClientConnection(tools, address, clientId, owner);
        tools.net().dial(address.host(), address.port(), tools.loop(), connection.new Ears());
        return connection;
    }

    public boolean isOpen() {
        return channel != null && !isClosed;
    }

    /// Requests that wait for their answers.
    public int inFlight() {
        return pending.size();
    }

    public Address address() {
        return address;
    }

    /// Sends a request; `listener` hears its answer, or that none will come.
    public void send(ApiKey key, short version, Message body, long timeoutMs,
        Reply.Listener listener) {
        if (!isOpen()) {
            listener.onReply(new Reply.Lost("not connected", false));
            return;
        }
        int correlationId = ++lastCorrelationId;
        var deadline = tools.loop().after(timeoutMs * Now.NS_PER_MS,
            () -> end("no answer to " + key.title() + " in " + timeoutMs + " ms"));
        pending.addLast(new Pending(correlationId, key, version, deadline, listener));
        write(key, version, body, correlationId);
    }

    /// Sends a request that has no answer (a produce with acks=0).
    public void sendOneWay(ApiKey key, short version, Message body) {
        if (isOpen()) write(key, version, body, ++lastCorrelationId);
    }

    private void write(ApiKey key, short version, Message body, int correlationId) {
        var out = new Writer();
        var header = RequestHeader.builder()
            .requestApiKey(key.id())
            .requestApiVersion(version)
            .correlationId(correlationId)
            .clientId(clientId)
            .build();
        header.write(out, key.requestHeaderVersion(version));
        body.write(out, version);
        var ready = channel;
        if (ready != null) ready.send(out.finish());
    }

    /// Closes at once. What was sent may still arrive over there.
    public void close(String why) {
        end(why);
    }

    private void end(String why) {
        if (isClosed) return;
        isClosed = true;
        var ready = channel;
        if (ready != null) ready.close();
        while (!pending.isEmpty()) {
            var next = pending.removeFirst();
            next.deadline().cancel();
            next.listener().onReply(new Reply.Lost(why, true));
        }
        owner.onClosed(why);
    }

    private void answered(Net.Frame frame) throws Malformed {
        var next = pending.pollFirst();
        if (next == null) throw new Malformed("an answer that nobody asked for");
        next.deadline().cancel();
        var in = new Reader(frame.bytes());
        int headerVersion = next.key().responseHeaderVersion(next.version());
        Message body;
        try {
            var header = ResponseHeader.read(in, (short) headerVersion);
            if (header.correlationId() != next.correlationId()) {
                throw new Malformed("I12: answer " + header.correlationId() + " came in place of "
                    + next.correlationId());
            }
            body = next.key().readResponse(in, next.version());
        } catch (Malformed bad) {
            next.listener().onReply(new Reply.Lost("broken answer", true));
            throw bad;
        }
        next.listener().onReply(new Reply.Answer(body, next.version()));
    }

    /// What the network says.
    private final class Ears implements Net.Listener {
        @Override public void onOpen(Net.Channel ready) {
            channel = ready;
            if (isClosed) {
                ready.close();
            } else {
                owner.onOpen();
            }
        }

        @Override public Net.Admission admit(int lengthBytes) {
            boolean isPlausible = lengthBytes >= Integer.BYTES && lengthBytes <= FRAME_BYTES_MAX;
            return isPlausible ? Net.Admission.READ : Net.Admission.REFUSE;
        }

        @Override public void onFrame(Net.Frame frame) {
            try {
                if (!isClosed) answered(frame);
            } catch (Malformed bad) {
                owner.onViolation(String.valueOf(bad.getMessage()));
                end("broken answer");
            } finally {
                frame.release();
            }
        }

        @Override public void onClosed(String reason) {
            end(reason);
        }
    }
}
