package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.base.Uuid;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Cluster;
import dev.naru.trust.ClusterCa;
import dev.naru.trust.NodeName;
import dev.naru.trust.TlsIdentity;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Three nodes that prove to each other who they are, and what those get who are none of them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerDoorTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";
    private static final int RECORDS = 100;
    private static final int PATIENCE_MS = 60_000;

    private ClusterCa authority;
    private Cluster cluster;

    @BeforeAll void start() throws Exception {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        authority = ClusterCa.create(CLUSTER, System.currentTimeMillis());
        cluster = Cluster.secured(3, authority);
    }

    @AfterAll void stop() {
        if (cluster != null) cluster.close();
    }

    @Test void records_are_on_three_nodes_and_are_read_from_all() throws Exception {
        var clients = new Clients(cluster.node(1));
        String topic = Clients.name("topic");
        try (var admin = clients.admin()) {
            admin.createTopics(Set.of(new NewTopic(topic, 3, (short) 3))).all().get();
        }
        try (var producer = clients.producer(Map.of("acks", "all"))) {
            for (int number = 0; number < RECORDS; number++)
                producer.send(new ProducerRecord<>(topic, "value-" + number)).get();
        }
        for (int nodeId = 1; nodeId <= 3; nodeId++) {
            var found = Clients.values(new Clients(cluster.node(nodeId)).everythingIn(topic));
            assertThat(found).containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, RECORDS).mapToObj(number -> "value-" + number).toList());
        }
    }

    @Test void a_node_of_the_cluster_is_answered() throws Exception {
        try (var socket = dial(Optional.of(authority))) {
            assertThat(isAnswered(socket, versions())).isTrue();
            assertThat(isAnswered(socket, groups())).isTrue();
        }
    }

    @Test void one_without_a_certificate_is_told_the_versions_and_nothing_else()
        throws Exception {
        try (var socket = dial(Optional.empty())) {
            assertThat(isAnswered(socket, versions())).isTrue();
            assertThat(isAnswered(socket, groups())).isFalse();
        }
    }

    @Test void one_under_another_authority_gets_nothing_and_the_log_says_why() throws Exception {
        var other = ClusterCa.create(CLUSTER, System.currentTimeMillis());
        try (var socket = dial(Optional.of(other))) {
            assertThat(isAnswered(socket, versions())).isFalse();
        }
        assertThat(cluster.node(1).output() + log()).contains("HandshakeFailed[peer=127.0.0.1:");
    }

    private String log() throws IOException {
        var file = cluster.node(1).dataDirectory().resolve("naru.log");
        return Files.readString(file);
    }

    /// A connection to the first node's door for other nodes, by one whom this authority vouches for.
    private SSLSocket dial(Optional<ClusterCa> from) throws Exception {
        var own = authority.issue(node(), List.of(), System.currentTimeMillis());
        var trust = TlsIdentity.ofCluster(own, authority.credentials().certificate(), CLUSTER)
            .trustManager();
        KeyManager[] shown = {};
        if (from.isPresent()) {
            var issued = from.get().issue(node(), List.of(), System.currentTimeMillis());
            shown = new KeyManager[]{TlsIdentity.ofCluster(issued,
                authority.credentials().certificate(), CLUSTER).keyManager().orElseThrow()};
        }
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(shown, new TrustManager[]{trust}, null);
        var socket = (SSLSocket) context.getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), cluster.peerPort(1));
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static NodeName node() {
        return new NodeName(CLUSTER, 9, new Uuid(9, 9));
    }

    private static boolean isAnswered(SSLSocket socket, byte[] request) {
        try {
            socket.getOutputStream().write(request);
            var in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readInt()).length > 0;
        } catch (IOException closed) {
            return false;
        }
    }

    private static byte[] versions() {
        return Wire.request(18, 0, 1, _ -> {
        });
    }

    private static byte[] groups() {
        return Wire.request(16, 0, 2, _ -> {
        });
    }
}
