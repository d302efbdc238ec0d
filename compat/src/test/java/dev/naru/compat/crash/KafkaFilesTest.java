package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.cli.Main;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Seat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Three processes become a cluster by property files as Kafka's documentation has them.
final class KafkaFilesTest {
    private static final String CLUSTER = Uuid.randomUuid().toString();

    @BeforeEach void of_naru() {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
    }

    private static List<Seat> seats() {
        return Seat.onLoopback(IntStream.range(0, 3)
            .mapToObj(_ -> Brokers.temporaryDirectory()).toList());
    }

    private static String at(Seat seat, int door) {
        return seat.host() + ":" + seat.ports().get(door);
    }

    private static String all(List<Seat> seats, int door, String before) {
        return seats.stream().map(seat -> before.replace("ID", "" + seat.nodeId()) + at(seat, door))
            .collect(Collectors.joining(","));
    }

    private static Path file(Seat seat, String who) throws Exception {
        return Files.writeString(seat.directory().resolve("server.properties"), String.join("\n",
            "process.roles=broker,controller", who,
            "listeners=PLAINTEXT://" + at(seat, 0) + ",INTERNAL://" + at(seat, 1) + ",CONTROLLER://"
                + at(seat, 2),
            "advertised.listeners=PLAINTEXT://localhost:" + seat.ports().getFirst()
                + ",INTERNAL://" + at(seat, 1),
            "inter.broker.listener.name=INTERNAL", "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
                + "INTERNAL:PLAINTEXT",
            "broker.rack=rack-" + seat.nodeId(), "log.dirs=" + seat.data(),
            "default.replication.factor=3", "min.insync.replicas=2", "num.partitions=3",
            "offsets.topic.replication.factor=3", "transaction.state.log.replication.factor=3",
            "transaction.state.log.min.isr=2", ""));
    }

    private static void format(Path file, String... how) {
        var words = new ArrayList<>(List.of("kafka-storage", "format", "-t", CLUSTER, "-c",
            file.toString()));
        words.addAll(List.of(how));
        try (var child = Child.java(List.of("-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"), Main.class.getName(), words)) {
            assertThat(child.exitCode()).as(child.output()).isZero();
        }
    }

    private static Child node(Path file) {
        var words = Brokers.command(file.getParent(), Map.of(), List.of("-Xmx256m"));
        var command = new ArrayList<>(words.subList(0, words.indexOf("start")));
        command.addAll(List.of("kafka-server-start", file.toString()));
        return Child.start(command, Map.of(), Path.of("."));
    }

    @Test void who_agree_first_are_named_at_the_format_and_found_by_bootstrap_servers()
        throws Exception {
        var seats = seats();
        founded(seats, "controller.quorum.bootstrap.servers=" + all(seats, 1, ""));
    }

    @Test void who_agree_first_are_named_at_the_format_and_in_controller_quorum_voters()
        throws Exception {
        var seats = seats();
        founded(seats, "controller.quorum.voters=" + all(seats, 2, "ID@"));
    }

    private static void founded(List<Seat> seats, String who) throws Exception {
        var founders = seats.stream().map(seat -> seat.nodeId() + "@" + at(seat, 2) + ":"
            + seat.directoryId()).collect(Collectors.joining(","));
        var nodes = new ArrayList<Child>();
        try {
            for (var seat : seats) {
                var file = file(seat, "node.id=" + seat.nodeId() + "\n" + who);
                format(file, "--initial-controllers", founders);
                nodes.add(node(file));
            }
            nodes.forEach(each -> each.await(Brokers.ready()));
            works(seats);
        } finally {
            end(nodes, seats);
        }
    }

    @Test void nodes_without_numbers_join_by_bootstrap_servers_of_which_some_are_not_there()
        throws Exception {
        var seats = seats();
        var who = "controller.quorum.bootstrap.servers=" + all(seats, 1, "");
        var nodes = new ArrayList<Child>();
        try {
            for (var seat : seats) {
                var file = file(seat, who);
                format(file, nodes.isEmpty() ? "--standalone" : "--no-initial-controllers");
                var node = node(file);
                nodes.add(node);
                node.await(Brokers.ready());
            }
            works(seats);
        } finally {
            end(nodes, seats);
        }
    }

    private static void works(List<Seat> seats) throws Exception {
        var clients = new Clients(seats.getLast().bootstrap());
        try (var admin = clients.admin()) {
            Clients.eventually("three voters", () -> Clients
                .got(admin.describeMetadataQuorum().quorumInfo()).voters().size() == 3);
            var nodes = Clients.got(admin.describeCluster().nodes());
            assertThat(nodes).extracting(Node::id).containsExactlyInAnyOrder(1, 2, 3);
            assertThat(nodes).allMatch(node -> node.host().equals("localhost")
                && node.rack().equals("rack-" + node.id()));
            var topic = Clients.name("topic");
            admin.createTopics(Set.of(new NewTopic(topic, 3, (short) 3))).all().get();
            clients.send(topic, 0, List.of("value"));
            assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("value");
        }
    }

    private static void end(List<Child> nodes, List<Seat> seats) {
        nodes.forEach(Child::close);
        seats.forEach(seat -> Brokers.delete(seat.directory()));
    }
}
