package dev.naru.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Node;

/// Asks one broker which requests it serves, with the one request that every version of every
/// broker answers: ApiVersions version 0. The Admin client has no call for it.
final class ApiQuery {
    /// Versions of one request that a broker serves.
    record Range(int key, String name, int min, int max) {}

    private static final int API_VERSIONS = 18;
    private static final int CORRELATION_ID = 1;
    private static final int TIMEOUT_MS = 10_000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final String CLIENT_ID = "naru";

    private ApiQuery() {}

    static List<Range> ask(Link link, Node node) {
        String protocol = link.property("security.protocol", "PLAINTEXT");
        if (!protocol.equalsIgnoreCase("PLAINTEXT")) {
            throw Failed.because("asking for api versions over " + protocol
                + " is not possible; ask a PLAINTEXT listener");
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.host(), node.port()), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(request());
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw Failed.because("broker " + node.idString() + " at " + node.host() + ":"
                + node.port() + " did not say what it serves: " + Explain.line(e));
        }
    }

    private static byte[] request() throws IOException {
        var body = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(body)) {
            out.writeShort(API_VERSIONS);
            out.writeShort(0);
            out.writeInt(CORRELATION_ID);
            out.writeShort(CLIENT_ID.length());
            out.write(CLIENT_ID.getBytes(StandardCharsets.UTF_8));
        }
        var frame = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(frame)) {
            out.writeInt(body.size());
            body.writeTo(out);
        }
        return frame.toByteArray();
    }

    private static List<Range> answer(DataInputStream in) throws IOException {
        int sizeBytes = in.readInt();
        if (sizeBytes < 10 || sizeBytes > ANSWER_BYTES_MAX) throw new IOException("odd answer");
        int correlationId = in.readInt();
        int errorCode = in.readShort();
        if (correlationId != CORRELATION_ID || errorCode != 0) {
            throw new IOException("error code " + errorCode);
        }
        int count = in.readInt();
        var ranges = new ArrayList<Range>();
        for (int i = 0; i < count; i++) {
            int key = in.readShort();
            ranges.add(new Range(key, ApiNames.of(key), in.readShort(), in.readShort()));
        }
        ranges.sort(java.util.Comparator.comparingInt(Range::key));
        return ranges;
    }
}
