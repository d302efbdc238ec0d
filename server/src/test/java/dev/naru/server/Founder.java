package dev.naru.server;

import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.metadata.Undecodable;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.JoinToken;
import dev.naru.trust.Untrusted;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.EnvelopeResponse;
import dev.naru.wire.message.ResponseHeader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A node that is a cluster of its own and whose other nodes speak TLS, and the command lines of those that
/// would join it.
final class Founder implements AutoCloseable {
    private static final int QUORUM_PORT_ABOVE = 100;
    private static final short ENVELOPE = 58;

    private final int peerPort;
    private final Serving serving;

    Founder(Path directory, String... more) throws IOException {
        this.peerPort = freePort();
        this.serving = Main.start(words(directory, peerPort, "-o",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:SSL", more), System.err)
            .orElseThrow();
    }

    static List<String> words(Path directory, int peerPort, String option, String value,
        String... more) {
        var words = new ArrayList<>(List.of("start", "--data", directory.toString(), "--listen",
            "127.0.0.1:0", "--peers", "127.0.0.1:" + peerPort, "-o", "naru.loops=1", option,
            value));
        words.addAll(List.of(more));
        return words;
    }

    /// The words of a node that joins this one.
    List<String> joiner(Path directory, int ownPort, JoinToken token) {
        return words(directory, ownPort, "--join", "127.0.0.1:" + peerPort, "--token",
            token.print());
    }

    /// HOST:PORT for clients.
    String address() {
        return serving.listeners().getFirst();
    }

    int peerPort() {
        return peerPort;
    }

    /// Asks for a token as the command does.
    JoinToken token(long ttlMs) throws IOException {
        var secret = JoinToken.Secret.random();
        var answer = ask(new IssueJoinToken(secret.id(), secret.hash(), ttlMs));
        if (!(answer instanceof ClusterAnswer.JoinTokenGiven given))
            throw new AssertionError(answer.toString());
        try {
            return new JoinToken(given.clusterId(), Fingerprint.parse(given.authority()), secret);
        } catch (Untrusted odd) {
            throw new AssertionError(odd);
        }
    }

    ClusterAnswer ask(IssueJoinToken request) throws IOException {
        int colon = address().lastIndexOf(':');
        try (var socket = new Socket(address().substring(0, colon),
            Integer.parseInt(address().substring(colon + 1)))) {
            var encoded = ClusterMessages.encode(request);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            var out = new DataOutputStream(socket.getOutputStream());
            // header: key, version, correlation id, no client id, no tags; body: compact bytes, no
            // principal, compact empty host, no tags
            out.writeInt(11 + 2 + bytes.length + 3);
            out.writeShort(ENVELOPE);
            out.writeShort(0);
            out.writeInt(7);
            out.writeShort(-1);
            out.writeByte(0);
            int length = bytes.length + 1;
            out.writeByte((length & 0x7f) | 0x80);
            out.writeByte(length >>> 7);
            out.write(bytes);
            out.write(new byte[]{0, 1, 0});
            var in = new DataInputStream(socket.getInputStream());
            return answer(ByteBuffer.wrap(in.readNBytes(in.readInt())));
        }
    }

    private static ClusterAnswer answer(ByteBuffer frame) throws IOException {
        try {
            var reader = new Reader(frame);
            ResponseHeader.read(reader, (short) 1);
            var data = EnvelopeResponse.read(reader, (short) 0).responseData();
            if (data == null) throw new IOException("no answer");
            data.getLong();
            return ClusterMessages.decodeAnswer(data);
        } catch (Malformed | Undecodable odd) {
            throw new IOException(odd);
        }
    }

    /// A port that is free, as is the one the quorum takes with it.
    static int freePort() throws IOException {
        while (true) {
            try (var low = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var high = new ServerSocket(low.getLocalPort() + QUORUM_PORT_ABOVE, 1,
                    InetAddress.getLoopbackAddress())) {
                if (high.getLocalPort() > 0) return low.getLocalPort();
            } catch (IOException | IllegalArgumentException taken) {
                // another one then
            }
        }
    }

    @Override public void close() {
        serving.close();
    }
}
