package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterPartitionReassignmentsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;

/// kafka-reassign-partitions: proposes where replicas could stand, moves them, shows how far they are,
/// takes it back.
final class KafkaReassignPartitions implements Command {
    private static final List<String> ACTIONS = List.of("--generate", "--execute", "--verify",
        "--cancel", "--list");

    @Override public Flags flags() {
        return Flags.of("kafka-reassign-partitions", "Moves replicas of partitions.")
            .on("--generate", "Proposes a plan for --topics-to-move-json-file on --broker-list.")
            .on("--execute", "Begins what --reassignment-json-file says.")
            .on("--verify", "Shows how far it is; clears the throttles when all is done.")
            .on("--cancel", "Takes back what is under way.")
            .on("--list", "Shows all that is under way.")
            .text("--reassignment-json-file", "file",
                "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0,"
                    + "\"replicas\":[1,2]}]}.")
            .text("--topics-to-move-json-file", "file",
                "{\"version\":1,\"topics\":[{\"topic\":\"t\"}]}.")
            .text("--broker-list", "ids", "The nodes to use: 1,2,3.")
            .on("--disable-rack-aware", "Takes no notice of racks.")
            .on("--disallow-replication-factor-change", "Refuses to change replication factors.")
            .on("--additional", "Adds to what is under way.")
            .on("--preserve-throttles", "With --verify or --cancel: leaves the throttles.")
            .text("--throttle", "bytes/s", "How much the moves may copy, per node.")
            .text("--timeout", "ms", "How long to wait for the brokers.")
            .kafkaCluster("--bootstrap-server");
    }

    @Override public String errorPrefix(String name) {
        return "Error: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        var asked = ACTIONS.stream().filter(given::has).toList();
        if (asked.size() != 1)
            throw Failed.usage("say one of " + String.join(", ", ACTIONS));
        try (Admin admin = Link.ofKafka(given).admin()) {
            switch (asked.getFirst()) {
                case "--generate" -> generate(admin, given, terminal);
                case "--execute" -> execute(admin, given, terminal);
                case "--verify" -> verify(admin, given, terminal);
                case "--cancel" -> cancel(admin, given, terminal);
                default -> list(admin, terminal);
            }
        }
        return 0;
    }

    private static void generate(Admin admin, Given given, Terminal terminal) {
        String file = given.required("--topics-to-move-json-file");
        var topics = new TreeSet<String>();
        for (JsonNode one : Json.file(file).path("topics"))
            topics.add(one.path("topic").asString());
        if (topics.isEmpty()) throw Failed.because(file + " names no topic");
        var wanted = new TreeSet<Integer>();
        for (String id : Given.commas(given.required("--broker-list")))
            wanted.add(Given.smallNumber("--broker-list", id));
        var nodes = nodes(admin, wanted, given.has("--disable-rack-aware"));
        var current = current(admin, topics);
        terminal.line("Current partition replica assignment");
        terminal.line(current.json());
        terminal.line("");
        terminal.line("Proposed partition reassignment configuration");
        terminal.line(ReplicaSpread.over(nodes).spread(current).json());
    }

    /// The chosen nodes with their racks; "" where none counts.
    private static Map<Integer, String> nodes(Admin admin, Set<Integer> wanted,
        boolean withoutRacks) {
        var nodes = new TreeMap<Integer, String>();
        for (Node node : Explain.get(admin.describeCluster().nodes())) {
            if (!wanted.contains(node.id())) continue;
            nodes.put(node.id(),
                withoutRacks || node.rack() == null ? "" : String.valueOf(node.rack()));
        }
        if (nodes.size() < wanted.size()) {
            throw Failed.because("the cluster has no node "
                + wanted.stream().filter(id -> !nodes.containsKey(id)).map(String::valueOf)
                    .collect(Collectors.joining(", ")));
        }
        return nodes;
    }

    private static Assignment current(Admin admin, Collection<String> topics) {
        var replicas = new TreeMap<TopicPartition, List<Integer>>(Order.BY_PARTITION);
        Explain.get(admin.describeTopics(topics).allTopicNames()).forEach((name, topic) -> topic
            .partitions().forEach(each -> replicas.put(
                new TopicPartition(name, each.partition()),
                each.replicas().stream().map(Node::id).toList())));
        return new Assignment(replicas);
    }

    private static void execute(Admin admin, Given given, Terminal terminal) {
        var wanted = Assignment.read(given.required("--reassignment-json-file"));
        if (!given.has("--additional") && !underWay(admin).isEmpty()) {
            throw Failed.because("there are reassignments under way; --additional adds to them,"
                + " --cancel takes them back");
        }
        var current = current(admin, wanted.topics());
        var before = new TreeMap<TopicPartition, List<Integer>>(Order.BY_PARTITION);
        wanted.replicas().keySet().forEach(partition -> {
            var now = current.replicas().get(partition);
            if (now == null) throw Failed.because("there is no partition " + partition);
            before.put(partition, now);
        });
        terminal.line("Current partition replica assignment");
        terminal.line("");
        terminal.line(new Assignment(before).json());
        terminal.line("");
        terminal.line("Save this to use as the --reassignment-json-file option during rollback");
        var rate = given.number("--throttle");
        if (rate.isPresent())
            new MoveThrottle(admin).set(current, wanted, rate.getAsLong(), terminal);
        var moves = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        wanted.replicas().forEach((partition, nodes) -> moves.put(partition,
            Optional.of(new NewPartitionReassignment(nodes))));
        var options = new AlterPartitionReassignmentsOptions()
            .allowReplicationFactorChange(!given.has("--disallow-replication-factor-change"));
        var failed = failures(admin.alterPartitionReassignments(moves, options).values());
        if (!failed.isEmpty()) {
            throw Failed.because("Error reassigning partition(s):\n" + String.join("\n", failed));
        }
        terminal.line("Successfully started partition reassignment"
            + (wanted.replicas().size() == 1 ? "" : "s") + " for " + join(wanted));
    }

    private static List<String> failures(
        Map<TopicPartition, KafkaFuture<Void>> answers) {
        var sorted = new TreeMap<TopicPartition, String>(Order.BY_PARTITION);
        answers.forEach((partition, answer) -> {
            try {
                Explain.get(answer);
            } catch (KafkaException refused) {
                sorted.put(partition, partition + ": " + Explain.line(refused));
            }
        });
        return new ArrayList<>(sorted.values());
    }

    private static String join(Assignment assignment) {
        return assignment.replicas().keySet().stream().map(TopicPartition::toString)
            .collect(Collectors.joining(","));
    }

    private static Map<TopicPartition, PartitionReassignment> underWay(Admin admin) {
        var sorted = new TreeMap<TopicPartition, PartitionReassignment>(Order.BY_PARTITION);
        sorted.putAll(Explain.get(admin.listPartitionReassignments().reassignments()));
        return sorted;
    }

    private static void verify(Admin admin, Given given, Terminal terminal) {
        var wanted = Assignment.read(given.required("--reassignment-json-file"));
        var moving = underWay(admin);
        var current = current(admin, wanted.topics());
        terminal.line("Status of partition reassignment:");
        boolean isDone = true;
        for (var each : wanted.replicas().entrySet()) {
            var partition = each.getKey();
            var now = current.replicas().get(partition);
            if (moving.containsKey(partition)) {
                isDone = false;
                terminal.line("Reassignment of partition " + partition
                    + " is still in progress.");
            } else if (each.getValue().equals(now)) {
                terminal.line("Reassignment of partition " + partition + " is completed.");
            } else {
                terminal.line("There is no active reassignment of partition " + partition
                    + ", but replica set is " + commas(now == null ? List.of() : now)
                    + " rather than " + commas(each.getValue()) + ".");
            }
        }
        terminal.line("");
        if (isDone && !given.has("--preserve-throttles"))
            new MoveThrottle(admin).clear(wanted.topics(), terminal);
    }

    private static void cancel(Admin admin, Given given, Terminal terminal) {
        var wanted = Assignment.read(given.required("--reassignment-json-file"));
        var active = new TreeSet<TopicPartition>(Order.BY_PARTITION);
        active.addAll(underWay(admin).keySet());
        active.retainAll(wanted.replicas().keySet());
        if (active.isEmpty()) {
            terminal.line("None of the specified partition reassignments are active.");
        } else {
            var moves = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
            for (var partition : active)
                moves.put(partition, Optional.empty());
            var failed = failures(admin.alterPartitionReassignments(moves).values());
            if (!failed.isEmpty())
                throw Failed.because(
                    "Error cancelling partition reassignment(s):\n" + String.join("\n", failed));
            terminal.line("Successfully cancelled partition reassignments for: " + active.stream()
                .map(TopicPartition::toString).collect(Collectors.joining(",")));
        }
        if (!given.has("--preserve-throttles"))
            new MoveThrottle(admin).clear(wanted.topics(), terminal);
    }

    private static void list(Admin admin, Terminal terminal) {
        var moving = underWay(admin);
        if (moving.isEmpty()) {
            terminal.line("No partition reassignments found.");
            return;
        }
        terminal.line("Current partition reassignments:");
        moving.forEach((partition, move) -> terminal.line(partition + ": replicas: "
            + commas(move.replicas()) + "." + part(" adding: ", move.addingReplicas())
            + part(" removing: ", move.removingReplicas())));
    }

    private static String part(String label, List<Integer> nodes) {
        return nodes.isEmpty() ? "" : label + commas(nodes) + ".";
    }

    private static String commas(List<Integer> nodes) {
        return nodes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
