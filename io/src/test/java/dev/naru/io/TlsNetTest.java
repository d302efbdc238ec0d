package dev.naru.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Bytes;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.trust.Fingerprint;
import dev.naru.trust.TlsIdentity;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who is believed between nodes, and what becomes of the others.
@Timeout(60)
final class TlsNetTest {
    private final List<Trace.Event> events = new CopyOnWriteArrayList<>();
    private final RealYard yard;
    private final Ears there = new Ears();

    TlsNetTest() throws Exception {
        yard = RealYard.open(true);
    }

    @AfterEach void close() {
        yard.close();
    }

    @Test void nodes_of_one_cluster_talk() throws Exception {
        var here = dial(Identities.node(2), listen(Identities.node(1)));
        speak(here);
        yard.until(() -> there.frames.size() == 1);
        assertThat(there.proofs).containsExactly(Net.Proof.MEMBER);
        assertThat(here.proofs).containsExactly(Net.Proof.MEMBER);
        assertThat(events).isEmpty();
    }

    @Test void a_node_under_another_authority_is_refused_by_who_dials() throws Exception {
        var here = dial(Identities.node(2), listen(Identities.stranger()));
        yard.until(() -> !here.closed.isEmpty());
        assertThat(here.proofs).isEmpty();
        assertThat(here.closed.getFirst()).startsWith("TLS: ");
        yard.until(() -> events.size() == 2);
        assertThat(there.proofs).isEmpty();
    }

    /// The one who listens is asked by somebody that believes everybody.
    @Test void a_node_under_another_authority_is_refused_by_who_listens() throws Exception {
        int port = listen(Identities.node(1));
        var here = dial(Identities.credulousStranger(), port);
        yard.until(() -> !here.closed.isEmpty());
        yard.until(() -> !events.isEmpty());
        assertThat(there.proofs).isEmpty();
        assertThat(there.frames).isEmpty();
        var failed = (NetEvent.HandshakeFailed) events.getFirst();
        assertThat(failed.peer()).startsWith("127.0.0.1:");
        assertThat(failed.why()).startsWith("TLS: ");
        assertThat(failed.level()).isEqualTo(Trace.Level.WARN);
        var friend = dial(Identities.node(2), port);
        speak(friend);
        yard.until(() -> there.frames.size() == 1);
    }

    @Test void a_certificate_that_has_expired_is_refused() throws Exception {
        var here = dial(Identities.expired(), listen(Identities.node(1)));
        yard.until(() -> !here.closed.isEmpty() && !events.isEmpty());
        assertThat(there.proofs).isEmpty();
        assertThat(events.toString()).contains("expired");
    }

    @Test void who_shows_nothing_has_proved_nothing() throws Exception {
        var authority = Fingerprint.of(
            Identities.authority().credentials().certificate());
        var here = dial(TlsIdentity.joining(Identities.CLUSTER, authority),
            listen(Identities.node(1)));
        speak(here);
        yard.until(() -> there.frames.size() == 1);
        assertThat(there.proofs).containsExactly(Net.Proof.NONE);
    }

    @Test void who_joins_knows_its_cluster_by_the_fingerprint() throws Exception {
        var authority = Fingerprint.of(
            Identities.authority().credentials().certificate());
        var here = dial(TlsIdentity.joining(Identities.CLUSTER, authority),
            listen(Identities.stranger()));
        yard.until(() -> !here.closed.isEmpty());
        assertThat(here.proofs).isEmpty();
        assertThat(here.closed.getFirst()).contains("not of the cluster that the token is for");
    }

    @Test void under_named_certificates_who_shows_nothing_is_refused() throws Exception {
        var authority = Identities.authority().credentials().certificate();
        var named = TlsIdentity.named(Identities.credentials(1), List.of(authority), true);
        int port = listen(named);
        var here = dial(TlsIdentity.joining(Identities.CLUSTER, Fingerprint.of(authority)), port);
        yard.until(() -> !here.closed.isEmpty() && !events.isEmpty());
        assertThat(there.proofs).isEmpty();
        var friend = dial(named, port);
        speak(friend);
        yard.until(() -> there.frames.size() == 1);
    }

    @Test void a_named_certificate_must_name_the_host() throws Exception {
        var authority = Identities.authority().credentials().certificate();
        int port = listen(TlsIdentity.named(Identities.credentials(1), List.of(authority), true));
        var strict = TlsIdentity.named(Identities.credentials(2), List.of(authority), true);
        var here = new Ears();
        yard.env().net().secured(strict, events::add).dial("localhost", port, yard.loop(), here);
        yard.until(() -> !here.closed.isEmpty());
        assertThat(here.closed.getFirst()).startsWith("TLS: ");
        assertThat(here.proofs).isEmpty();
    }

    @Test void plain_text_at_a_secured_port_is_closed_with_a_reason() throws Exception {
        int port = listen(Identities.node(1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(new byte[]{0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0, 0});
            socket.getInputStream().readAllBytes();
        }
        yard.until(() -> !events.isEmpty());
        assertThat(events.toString()).contains("does not speak TLS");
        assertThat(there.proofs).isEmpty();
    }

    @Test void who_is_secured_does_not_talk_to_a_plain_port() throws Exception {
        int port = yard.env().net().listen(yard.host(), 0, there::accept).port();
        var here = dial(Identities.node(2), port);
        yard.until(() -> !here.closed.isEmpty());
        assertThat(here.proofs).isEmpty();
        assertThat(there.frames).isEmpty();
    }

    private int listen(TlsIdentity identity) throws Exception {
        return yard.env().net().secured(identity, events::add)
            .listen(yard.host(), 0, there::accept).port();
    }

    private Ears dial(TlsIdentity identity, int port) {
        var here = new Ears();
        yard.env().net().secured(identity, events::add).dial(yard.host(), port, yard.loop(), here);
        return here;
    }

    private void speak(Ears who) {
        yard.until(() -> !who.channels.isEmpty());
        yard.onLoop(() -> who.channels.getFirst()
            .send(List.of(new Bytes.Memory(ByteBuffer.wrap(new byte[]{1, 2, 3})))));
    }

    private static final class Ears implements Net.Listener {
        private final List<Net.Channel> channels = new CopyOnWriteArrayList<>();
        private final List<Net.Proof> proofs = new CopyOnWriteArrayList<>();
        private final List<Integer> frames = new CopyOnWriteArrayList<>();
        private final List<String> closed = new CopyOnWriteArrayList<>();

        private Net.Listener accept(Net.Channel channel) {
            onOpen(channel);
            return this;
        }

        @Override public void onOpen(Net.Channel channel) {
            proofs.add(channel.proof());
            channels.add(channel);
        }

        @Override public Net.Admission admit(int lengthBytes) {
            return Net.Admission.READ;
        }

        @Override public void onFrame(Net.Frame frame) {
            frames.add(frame.bytes().remaining());
            frame.release();
        }

        @Override public void onClosed(String reason) {
            closed.add(reason);
        }
    }
}
