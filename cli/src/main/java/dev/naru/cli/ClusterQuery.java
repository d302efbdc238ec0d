package dev.naru.cli;

import dev.naru.base.Bytes;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Undecodable;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.EnvelopeRequest;
import dev.naru.wire.message.EnvelopeResponse;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/// Asks a node what no administrative client has a call for, in the controller's own words. Any node takes
/// the question to the controller.
final class ClusterQuery {
    private static final short VERSION = 0;
    private static final int CORRELATION_ID = 1;
    private static final int TIMEOUT_MS = 30_000;
    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private ClusterQuery() {}

    /// How things stand, with up to `stepsMax` moves that would come next.
    static BalanceDescribed balance(Link link, Admin admin, int stepsMax) {
        requirePlaintext(link);
        Node node = Cluster.nodes(admin).getFirst();
        var answer = ask(new InetSocketAddress(node.host(), node.port()),
            new ClusterRequest.DescribeBalance(stepsMax));
        return switch (answer) {
            case BalanceDescribed described -> described;
            case ClusterAnswer.Failed failed -> throw Failed.because(
                "the controller did not say how things stand: " + failed.message());
            default -> throw Failed.because("node " + node.idString() + " gave an odd answer");
        };
    }

    /// Asks the very node that the user named, rather than any of its cluster.
    static ClusterAnswer ask(Link link, ClusterRequest request) {
        requirePlaintext(link);
        return ask(link.reached(), request);
    }

    private static void requirePlaintext(Link link) {
        String protocol = link.property("security.protocol", "PLAINTEXT");
        if (!protocol.equalsIgnoreCase("PLAINTEXT")) {
            throw Failed.because("asking a node of Naru over " + protocol
                + " is not possible; ask a PLAINTEXT listener");
        }
    }

    private static ClusterAnswer ask(InetSocketAddress node, ClusterRequest request) {
        try (var socket = new Socket()) {
            socket.connect(node, TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(frame(request));
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException | Malformed | Undecodable e) {
            throw Failed.because("the node at " + node.getHostString() + ":" + node.getPort()
                + " gave no answer (" + Explain.line(e)
                + "); is it a node of Naru of this release?");
        }
    }

    private static byte[] frame(ClusterRequest request) throws IOException {
        var out = new Writer();
        RequestHeader.builder().requestApiKey(ApiKey.ENVELOPE.id()).requestApiVersion(VERSION)
            .correlationId(CORRELATION_ID).clientId("naru").build()
            .write(out, ApiKey.ENVELOPE.requestHeaderVersion(VERSION));
        EnvelopeRequest.builder().requestData(ClusterMessages.encode(request))
            .clientHostAddress(ByteBuffer.allocate(0)).build().write(out, VERSION);
        var frame = new ByteArrayOutputStream();
        try (var to = new DataOutputStream(frame)) {
            to.writeInt(out.sizeBytes());
            for (var each : out.finish()) {
                if (each instanceof Bytes.Memory(var buffer)) to.write(array(buffer));
            }
        }
        return frame.toByteArray();
    }

    private static byte[] array(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static ClusterAnswer answer(DataInputStream in)
        throws IOException, Malformed, Undecodable {
        int sizeBytes = in.readInt();
        if (sizeBytes < Integer.BYTES || sizeBytes > ANSWER_BYTES_MAX)
            throw new IOException("odd answer");
        var reader = new Reader(ByteBuffer.wrap(in.readNBytes(sizeBytes)));
        ResponseHeader.read(reader, ApiKey.ENVELOPE.responseHeaderVersion(VERSION));
        var envelope = (EnvelopeResponse) ApiKey.ENVELOPE.readResponse(reader, VERSION);
        var data = envelope.responseData();
        if (envelope.errorCode() != 0 || data == null)
            throw new IOException("error code " + envelope.errorCode());
        data.getLong(); // how far the controller was
        return ClusterMessages.decodeAnswer(data);
    }
}
