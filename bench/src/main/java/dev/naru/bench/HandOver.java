package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Topics of three replicas come to be, through one node and used through another; then a node that
/// leads 2,000 partitions is asked to stop.
final class HandOver implements TrioScenario {
    private static final int TOPICS = 20;
    private static final int PARTITIONS = 50;
    private static final String LED = "led";
    private static final int LED_PARTITIONS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long SETTLE_MS = 2_000;

    @Override public String name() {
        return "hand-over";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(TRIO_CREATE, TRIO_CREATE_USED, SHUTDOWN_LED);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        boolean isQuick = stage.options().quick();
        // what is led by one node is to stay with it
        if (stage.variant().isNaru()) stage.yard().set("naru.balance.enable", "false");
        try (var trio = new Trio(stage.yard())) {
            trio.start();
            Clients.createTopic(trio.address(), "first", Trio.NODES, Trio.NODES);
            create(trio, isQuick ? 2 : TOPICS, measured);
            if (stage.wants(SHUTDOWN_LED))
                measured.put(SHUTDOWN_LED, stop(trio, isQuick ? 100 : LED_PARTITIONS));
        }
        return measured;
    }

    private static void create(Trio trio, int topicCount, Map<Metric, Double> measured)
        throws Exception {
        var topics = IntStream.range(0, topicCount).mapToObj("many-%d"::formatted).toList();
        var producer = Clients.producer(trio.address(Trio.NODES), Clients.EAGER);
        try (var admin = Clients.admin(trio.address(1))) {
            admin.listTopics().names().get();
            sendToAll(producer, List.of("first"), Trio.NODES);
            long beganNs = System.nanoTime();
            Clients.create(admin, topics, PARTITIONS, Trio.NODES);
            measured.put(TRIO_CREATE, (System.nanoTime() - beganNs) / 1e9);
            sendToAll(producer, topics, PARTITIONS);
            measured.put(TRIO_CREATE_USED, (System.nanoTime() - beganNs) / 1e9);
        } finally {
            Clients.close(producer);
        }
    }

    /// Seconds from the signal to the end of the process.
    private static double stop(Trio trio, int partitions) throws Exception {
        var producer = Clients.producer(trio.address(), Clients.EAGER);
        try (var admin = Clients.admin(trio.address())) {
            int controller = Trio.controller(admin);
            int node = controller % Trio.NODES + 1;
            var replicas = new TreeMap<Integer, List<Integer>>();
            for (int partition = 0; partition < partitions; partition++)
                replicas.put(partition, startingWith(node, partition % 2 == 0));
            admin.createTopics(List.of(new NewTopic(LED, replicas))).all().get();
            sendToAll(producer, List.of(LED), partitions);
            Replicas.awaitInSync(admin, LED, PATIENCE);
            Replicas.awaitPreferred(admin, LED, PATIENCE);
            Thread.sleep(SETTLE_MS);
            return trio.stop(node);
        } finally {
            Clients.close(producer);
        }
    }

    private static List<Integer> startingWith(int node, boolean isUpwards) {
        int next = node % Trio.NODES + 1;
        int last = next % Trio.NODES + 1;
        return isUpwards ? List.of(node, next, last) : List.of(node, last, next);
    }

    private static void sendToAll(KafkaProducer<byte[], byte[]> producer, List<String> topics,
        int partitions) throws Exception {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var topic : topics) {
            for (int partition = 0; partition < partitions; partition++)
                sent.add(producer.send(new ProducerRecord<byte[], byte[]>(topic, partition,
                    new byte[0], new byte[100])));
        }
        for (var each : sent)
            each.get();
    }
}
