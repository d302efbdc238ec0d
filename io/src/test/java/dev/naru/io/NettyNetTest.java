package dev.naru.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Invariant;
import dev.naru.base.Net;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NettyNetTest {
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test void http_gets_an_answer_that_people_understand() throws Exception {
        try (var yard = RealYard.open(true)) {
            var answer = talk(yard, listener(),
                "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(answer).startsWith("HTTP/1.1 400").contains("Kafka protocol");
            yard.until(() -> !closed.isEmpty());
            assertThat(closed.getFirst()).isEqualTo(Stranger.HTTP.reason());
        }
    }

    @Test void tls_on_a_plain_port_is_closed_with_a_reason() throws Exception {
        try (var yard = RealYard.open(true)) {
            var answer = talk(yard, listener(), new byte[]{0x16, 3, 1, 2, 0, 1, 0, 1});
            assertThat(answer).isEmpty();
            yard.until(() -> !closed.isEmpty());
            assertThat(closed.getFirst()).isEqualTo(Stranger.TLS.reason());
        }
    }

    @Test void a_broken_law_in_a_connection_reaches_the_edge() throws Exception {
        try (var yard = RealYard.open(true)) {
            var breaking = new Listener() {
                @Override public void onFrame(Net.Frame frame) {
                    frame.release();
                    throw new Invariant.Broken("I0: a law");
                }
            };
            assertThat(talk(yard, breaking, new byte[]{0, 0, 0, 1, 1})).isEmpty();
            assertThat(yard.takeEscaped()).isInstanceOf(Invariant.Broken.class);
        }
    }

    @Test void what_a_task_throws_reaches_the_edge_and_the_loop_goes_on() throws Exception {
        try (var yard = RealYard.open(true)) {
            yard.loop().execute(() -> {
                throw new OutOfMemoryError("as if");
            });
            var seen = new CopyOnWriteArrayList<Throwable>();
            yard.loop().execute(
                () -> seen.add(String.valueOf("ran").isEmpty() ? new Error() : new Exception()));
            while (seen.isEmpty())
                Thread.onSpinWait();
            assertThat(yard.takeEscaped()).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test void the_systems_reason_is_said_without_the_name_of_its_call() {
        assertThat(NettyChannel
            .text(new IOException("bind(..) failed with error(-98): Address already in use")))
            .isEqualTo("address already in use");
        assertThat(NettyChannel.text(new IOException("Connection reset")))
            .isEqualTo("connection reset");
        assertThat(NettyChannel.text(new IOException())).isEqualTo("IOException");
    }

    private static String talk(RealYard yard, Net.Listener listener, byte[] said) throws Exception {
        var listening = yard.net().listen(yard.host(), 0, channel -> listener);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), listening.port())) {
            socket.getOutputStream().write(said);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } finally {
            listening.close();
        }
    }

    private Listener listener() {
        return new Listener();
    }

    private class Listener implements Net.Listener {
        @Override public Net.Admission admit(int lengthBytes) {
            return Net.Admission.READ;
        }

        @Override public void onFrame(Net.Frame frame) {
            frame.release();
        }

        @Override public void onClosed(String reason) {
            closed.add(reason);
        }
    }
}
