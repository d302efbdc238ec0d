package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.cli.Main;
import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One process with data becomes three, under a producer.
class GrowthTest {
    private static final String TLS = "PLAINTEXT:PLAINTEXT,PEERS:SSL";
    private static final String PLAINTEXT = "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT";
    private static final int RECORDS_AT_ONCE = 50;
    private static final List<String> JVM = List.of("-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    @BeforeEach void of_naru() {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
    }

    /// A node and where others find it.
    private record Node(Broker broker, int peerPort) implements AutoCloseable {
        @Override public void close() {
            broker.close();
        }
    }

    private static Node node(String protocols, List<String> more) throws IOException {
        int peerPort = freePort();
        var doors = new ArrayList<>(List.of("--listen", "127.0.0.1:" + freePort(), "--peers",
            "127.0.0.1:" + peerPort));
        doors.addAll(more);
        return new Node(Brokers.naru(Map.of("listener.security.protocol.map", protocols), doors),
            peerPort);
    }

    /// Free together with the one 100 above, which the quorum takes.
    private static int freePort() throws IOException {
        while (true) {
            try (var low = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var high = new ServerSocket(low.getLocalPort() + 100, 1,
                    InetAddress.getLoopbackAddress())) {
                if (high.isBound()) return low.getLocalPort();
            } catch (IOException | IllegalArgumentException taken) {
                // another one then
            }
        }
    }

    /// What the command says; the token is its first line.
    private static String token(Node at, String... more) {
        var words = new ArrayList<>(List.of("cluster", "token", "-b", at.broker().bootstrap()));
        words.addAll(List.of(more));
        try (var child = Child.java(JVM, System.getProperty("java.class.path"),
            Main.class.getName(), words)) {
            assertThat(child.exitCode()).as(child.output()).isZero();
            return child.output().lines().filter(line -> line.startsWith("naru1-")).findFirst()
                .orElseThrow();
        }
    }

    private static List<String> join(Node first, String token) {
        return List.of("--join", "127.0.0.1:" + first.peerPort(), "--token", token);
    }

    @Test void over_tls_with_a_token_for_each_node_and_none_that_is_no_good() throws Exception {
        try (var first = node(TLS, List.of()); var other = node(TLS, List.of())) {
            var used = token(first);
            grow(first, number -> node(TLS, join(first, number == 2 ? used : token(first))),
                () -> {
                    refused(first, used, "was used by another node, node 2");
                    refused(first, token(other), "not of the cluster that the token is for");
                    refused(first, used.substring(0, used.length() - 6), "token is damaged");
                    var expired = token(first, "--ttl", "1s");
                    var late = System.nanoTime() + 1_500_000_000L;
                    Clients.eventually("the end of a token", () -> System.nanoTime() > late);
                    refused(first, expired, "token has expired at");
                });
        }
    }

    private static void refused(Node first, String token, String why) {
        assertThatThrownBy(() -> node(TLS, join(first, token)).close())
            .isInstanceOf(AssertionError.class).hasMessageContaining(why);
    }

    @Test void on_one_machine_in_plaintext() throws Exception {
        try (var first = node(PLAINTEXT, List.of())) {
            grow(first, _ -> node(PLAINTEXT,
                List.of("--join", "127.0.0.1:" + first.peerPort())), () -> {
                });
        }
    }

    private interface Starts {
        Node start(int number) throws IOException;
    }

    private interface Between {
        void happens() throws IOException;
    }

    /// Two more nodes come while a producer sends; then the first is killed, and nothing is lost.
    private static void grow(Node first, Starts starts, Between between) throws Exception {
        var clients = new Clients(first.broker());
        var topic = Clients.name("topic");
        try (var admin = clients.admin()) {
            admin.createTopics(Set.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        var sent = new ArrayList<Future<RecordMetadata>>();
        try (var producer = clients.producer(Map.of())) {
            send(producer, topic, sent);
            try (var second = starts.start(2)) {
                send(producer, topic, sent);
                between.happens();
                try (var third = starts.start(3)) {
                    send(producer, topic, sent);
                    for (var each : sent)
                        each.get();
                    voters(clients, 3);
                    for (var node : List.of(first, second, third))
                        complete(new Clients(node.broker()), topic, sent.size());
                    survives(first, List.of(second, third));
                }
            }
        }
    }

    private static void send(Producer<String, String> producer, String topic,
        List<Future<RecordMetadata>> sent) {
        for (int more = 0; more < RECORDS_AT_ONCE; more++)
            sent.add(producer.send(new ProducerRecord<>(topic, "value-" + sent.size())));
    }

    private static void complete(Clients clients, String topic, int count) {
        assertThat(Clients.values(clients.everythingIn(topic))).containsExactlyElementsOf(
            IntStream.range(0, count).mapToObj(number -> "value-" + number).toList());
    }

    private static void voters(Clients clients, int count) {
        try (var admin = clients.admin()) {
            Clients.eventually(count + " voters", () -> Clients
                .got(admin.describeMetadataQuorum().quorumInfo()).voters().size() == count);
        }
    }

    /// The other two agree without the node that they came from.
    private static void survives(Node first, List<Node> others) throws Exception {
        first.broker().kill();
        Function<Clients, Boolean> creates = clients -> {
            try (var admin = clients.admin()) {
                Clients.got(admin.createTopics(Set.of(
                    new NewTopic(Clients.name("later"), 1, (short) 2))).all());
                return true;
            }
        };
        for (var node : others)
            assertThat(creates.apply(new Clients(node.broker()))).isTrue();
    }
}
