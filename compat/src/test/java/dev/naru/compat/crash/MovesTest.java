package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Three nodes that move replicas by themselves, with Kafka's own clients at work.
class MovesTest {
    private static final int PARTITIONS = 3;
    private static final int LOOKS_MAX = 1_500;
    private static Optional<Cluster> three = Optional.empty();

    @BeforeAll static void three_nodes() {
        if (Brokers.areKafka()) return;
        three = Optional.of(Cluster.start(3, Map.of("offsets.topic.num.partitions", "1")));
    }

    @AfterAll static void stop() {
        three.ifPresent(Cluster::close);
    }

    private static Cluster cluster() {
        assumeFalse(Brokers.areKafka(), "it is Naru that moves by itself");
        return three.orElseThrow();
    }

    @Test void a_node_is_emptied_under_a_producer_and_every_acknowledged_record_is_there()
        throws Exception {
        var clients = new Clients(cluster().node(1));
        try (var admin = clients.admin()) {
            String topic = topic(admin, List.of(List.of(3, 1), List.of(2, 3), List.of(1, 2)));
            draining(admin, OpType.APPEND);
            var sent = new ArrayList<Future<RecordMetadata>>();
            try (var producer = clients.producer(Map.of())) {
                await(admin, topic, now -> {
                    for (int more = 0; more < 5; more++)
                        sent.add(producer.send(new ProducerRecord<>(topic,
                            sent.size() % PARTITIONS, null, "value-" + sent.size())));
                    return isInSyncWithout(now, 3, 2);
                });
                producer.flush();
            }
            for (var each : sent)
                each.get();
            draining(admin, OpType.SUBTRACT);
            assertThat(Clients.values(clients.everythingIn(topic)))
                .containsExactlyInAnyOrderElementsOf(values(sent.size()));
        }
    }

    @Test void a_move_by_hand_waits_for_its_throttle_and_another_does_not() throws Exception {
        var clients = new Clients(cluster().node(1));
        try (var admin = clients.admin()) {
            String slow = topic(admin, List.of(List.of(1)));
            String quick = topic(admin, List.of(List.of(1)));
            fill(clients, slow);
            fill(clients, quick);
            var rate = new ConfigEntry("follower.replication.throttled.rate", "0");
            var all = new ConfigEntry("follower.replication.throttled.replicas", "*");
            alter(admin, new ConfigResource(ConfigResource.Type.BROKER, "2"), rate, OpType.SET);
            alter(admin, new ConfigResource(ConfigResource.Type.TOPIC, slow), all, OpType.SET);
            move(admin, slow);
            move(admin, quick);
            await(admin, quick, now -> isInSyncWithout(now, 1, 1));
            assertThat(admin.listPartitionReassignments().reassignments().get())
                .containsKey(new TopicPartition(slow, 0));
            alter(admin, new ConfigResource(ConfigResource.Type.BROKER, "2"), rate,
                OpType.DELETE);
            await(admin, slow, now -> isInSyncWithout(now, 1, 1));
            assertThat(clients.everythingIn(slow)).hasSize(30);
        }
    }

    private static void move(Admin admin, String topic) throws Exception {
        admin.alterPartitionReassignments(Map.of(new TopicPartition(topic, 0),
            Optional.of(new NewPartitionReassignment(List.of(2))))).all().get();
    }

    /// Three megabytes: more than one answer to a follower holds.
    private static void fill(Clients clients, String topic) {
        try (var producer = clients.producer(Map.of())) {
            for (int number = 0; number < 30; number++)
                producer.send(new ProducerRecord<>(topic, "x".repeat(100_000)));
            producer.flush();
        }
    }

    private static String topic(Admin admin, List<List<Integer>> placed) throws Exception {
        String topic = Clients.name("topic");
        var assignments = new TreeMap<Integer, List<Integer>>();
        placed.forEach(nodes -> assignments.put(assignments.size(), nodes));
        try {
            admin.createTopics(Set.of(new NewTopic(topic, assignments))).all().get();
        } catch (ExecutionException failed) {
            // another controller came, and it is not known whether the topic is there
            if (failed.getCause() instanceof TimeoutException) return topic(admin, placed);
            throw failed;
        }
        return topic;
    }

    private static void draining(Admin admin, OpType how) throws Exception {
        alter(admin, new ConfigResource(ConfigResource.Type.BROKER, ""),
            new ConfigEntry("naru.nodes.draining", "3"), how);
    }

    private static void alter(Admin admin, ConfigResource what, ConfigEntry entry, OpType how)
        throws Exception {
        admin.incrementalAlterConfigs(Map.of(what, List.of(new AlterConfigOp(entry, how)))).all()
            .get();
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(number -> "value-" + number).toList();
    }

    private static boolean isInSyncWithout(TopicDescription topic, int nodeId, int replicas) {
        return topic.partitions().stream().allMatch(each -> each.isr().size() == replicas
            && holders(each).size() == replicas && !holders(each).contains(nodeId));
    }

    private static List<Integer> holders(TopicPartitionInfo partition) {
        return partition.replicas().stream().map(Node::id).toList();
    }

    /// Looks again and again, a fifth of a second apart.
    private static void await(Admin admin, String topic, Predicate<TopicDescription> isSo)
        throws Exception {
        for (int look = 0; look < LOOKS_MAX; look++) {
            var now = admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic);
            if (isSo.test(now)) return;
            LockSupport.parkNanos(200_000_000L);
        }
        throw new AssertionError("it did not come to be");
    }
}
