package dev.naru.cli;

import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateResponse;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/// A connection for requests that no client of Kafka's makes by itself.
final class RawBroker implements AutoCloseable {
    private final Socket socket;
    private int correlationId;

    RawBroker(String bootstrap) throws IOException {
        int colon = bootstrap.lastIndexOf(':');
        socket = new Socket(InetAddress.getByName(bootstrap.substring(0, colon)),
            Integer.parseInt(bootstrap.substring(colon + 1)));
        socket.setSoTimeout(30_000);
    }

    StreamsGroupHeartbeatResponse heartbeat(StreamsGroupHeartbeatRequest request)
        throws IOException, Malformed {
        return (StreamsGroupHeartbeatResponse) ask(ApiKey.STREAMS_GROUP_HEARTBEAT, (short) 1,
            request);
    }

    short describe(StreamsGroupTopologyDescriptionUpdateRequest request)
        throws IOException, Malformed {
        return ((StreamsGroupTopologyDescriptionUpdateResponse) ask(
            ApiKey.STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE, (short) 0, request)).errorCode();
    }

    private Message ask(ApiKey key, short version, Message request)
        throws IOException, Malformed {
        var header = bytes(RequestHeader.builder().requestApiKey(key.id())
            .requestApiVersion(version).correlationId(++correlationId).clientId("raw").build()
            .toBuffer(key.requestHeaderVersion(version)));
        var body = bytes(request.toBuffer(version));
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(header.length + body.length);
        out.write(header);
        out.write(body);
        out.flush();
        var in = new DataInputStream(socket.getInputStream());
        var frame = new byte[in.readInt()];
        in.readFully(frame);
        var reader = new Reader(ByteBuffer.wrap(frame));
        ResponseHeader.read(reader, key.responseHeaderVersion(version));
        return key.readResponse(reader, version);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override public void close() throws IOException {
        socket.close();
    }
}
