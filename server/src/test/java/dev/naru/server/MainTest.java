package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class MainTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test void a_node_serves_until_it_is_closed_and_starts_again_on_its_data(
        @TempDir Path directory)
        throws IOException {
        for (int life = 0; life < 2; life++) {
            try (var serving = start(directory)) {
                assertThat(versions(serving.listeners().getFirst())).isZero();
                assertThat(directory.resolve("meta.properties")).exists();
            }
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test void a_second_node_on_the_same_data_is_refused_in_one_line(@TempDir Path directory) {
        var first = start(directory);
        assertThat(Main.start(words(directory), new PrintStream(said))).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("naru: cannot start: ")
            .contains("is in use by this process").containsOnlyOnce("\n");
        first.close();
    }

    @Test void a_port_in_use_is_said_in_one_line(@TempDir Path directory) {
        try (var first = start(directory.resolve("a"))) {
            var words = List.of("start", "--data", directory.resolve("b").toString(), "--listen",
                first.listeners().getFirst());
            assertThat(Main.start(words, new PrintStream(said))).isEmpty();
            assertThat(said.toString(StandardCharsets.UTF_8)).endsWith("address already in use\n")
                .containsOnlyOnce("\n");
        }
    }

    @Test void a_node_alone_makes_the_authority_of_its_cluster_when_nodes_speak_tls(
        @TempDir Path directory) throws IOException {
        var shown = new LinkedHashSet<String>();
        for (int life = 0; life < 2; life++) {
            try (var serving = Main.start(secured(directory), System.err).orElseThrow()) {
                assertThat(versions(serving.listeners().getFirst())).isZero();
            }
            shown.add(Files.readString(directory.resolve("tls").resolve("node.pem")));
        }
        assertThat(shown).hasSize(1);
    }

    @Test void one_of_several_without_a_certificate_does_not_start(@TempDir Path directory) {
        var words = new ArrayList<>(secured(directory));
        words.addAll(List.of("-o", "controller.quorum.voters=1@127.0.0.1:1:AAAAAAAAAAAAAAAAAAAAAQ,"
            + "2@127.0.0.1:2:AAAAAAAAAAAAAAAAAAAAAg"));
        assertThat(Main.start(words, new PrintStream(said))).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8))
            .startsWith("naru: cannot start: this node has no certificate of its cluster")
            .contains("naru storage format --tls", "ssl.keystore.*").containsOnlyOnce("\n");
    }

    private static List<String> secured(Path directory) {
        return List.of("start", "--data", directory.toString(), "-o",
            "listeners=PLAINTEXT://127.0.0.1:0,PEERS://127.0.0.1:0", "-o",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PEERS:SSL", "-o",
            "inter.broker.listener.name=PEERS");
    }

    private static Serving start(Path directory) {
        return Main.start(words(directory), System.err).orElseThrow();
    }

    private static List<String> words(Path directory) {
        return List.of("start", "--data", directory.toString(), "--listen", "127.0.0.1:0");
    }

    /// The error code of an ApiVersions answer (version 0).
    private static short versions(String address) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = ByteBuffer.allocate(4 + 10).putInt(10).putShort((short) 18)
                .putShort((short) 0)
                .putInt(7).putShort((short) -1);
            socket.getOutputStream().write(request.array());
            var answer = new DataInputStream(socket.getInputStream());
            answer.readInt();
            assertThat(answer.readInt()).isEqualTo(7);
            return answer.readShort();
        }
    }
}
