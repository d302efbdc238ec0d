package dev.naru.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;

/// What one node itself says of the cluster: a client asks whichever node it likes.
final class OwnWords {
    private static final int FRAME_BYTES_MAX = 64 << 20;
    private static final int ANSWER_MS_MAX = 60_000;
    private static final long POLL_MS = 5;

    private OwnWords() {}

    /// How many partitions with a leader the node at this port of this machine tells of, as soon as
    /// it answers.
    static long partitions(int port, long deadlineNs) throws IOException, InterruptedException {
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(ANSWER_MS_MAX);
                return partitions(socket);
            } catch (ConnectException notYet) {
                if (System.nanoTime() - deadlineNs > 0) throw notYet;
                Thread.sleep(POLL_MS);
            }
        }
    }

    private static long partitions(Socket socket) throws IOException {
        short version = ApiKeys.METADATA.latestVersion();
        var header = new RequestHeader(ApiKeys.METADATA, version, "bench", 1);
        var request = MetadataRequest.Builder.allTopics().build(version)
            .serializeWithHeader(header);
        var frame = ByteBuffer.allocate(Integer.BYTES + request.remaining());
        frame.putInt(request.remaining()).put(request);
        socket.getOutputStream().write(frame.array());
        var in = new DataInputStream(socket.getInputStream());
        int sizeBytes = in.readInt();
        if (sizeBytes < 0 || sizeBytes > FRAME_BYTES_MAX)
            throw new IOException("an answer of " + sizeBytes + " bytes");
        var answer = new byte[sizeBytes];
        in.readFully(answer);
        var told = (MetadataResponse) AbstractResponse.parseResponse(ByteBuffer.wrap(answer),
            header);
        return told.data().topics().stream().flatMap(topic -> topic.partitions().stream())
            .filter(partition -> partition.leaderId() >= 0).count();
    }
}
