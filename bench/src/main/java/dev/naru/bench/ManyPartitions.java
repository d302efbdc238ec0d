package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// 5,000 partitions: made, filled with one record each, and there again after a stop and after a
/// kill. A broker is back when each topic took a record, from a producer that was there before.
final class ManyPartitions implements Scenario {
    private static final int TOPICS = 50;
    private static final int PARTITIONS = 100;
    private static final long SETTLE_MS = 2_000;

    @Override public String name() {
        return "partitions";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(CREATE_SECONDS, PARTITIONS_RSS, PARTITIONS_USED_RSS, CLEAN_STOP,
            RESTART_CLEAN, RESTART_KILLED);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        int topicCount = stage.options().quick() ? TOPICS / 10 : TOPICS;
        var topics = IntStream.range(0, topicCount).mapToObj("many-%d"::formatted).toList();
        var yard = stage.yard();
        var producer = Clients.producer(yard.address(), Clients.EAGER);
        try {
            try (var broker = yard.start()) {
                create(broker, producer, topics, measured);
                measured.put(CLEAN_STOP, broker.stop());
            }
            boolean killsToo = stage.wants(RESTART_KILLED);
            measured.put(RESTART_CLEAN, restart(yard, producer, topics));
            if (killsToo) measured.put(RESTART_KILLED, restart(yard, producer, topics));
        } finally {
            Clients.close(producer);
        }
        return measured;
    }

    private static void create(Broker broker, KafkaProducer<byte[], byte[]> producer,
        List<String> topics, Map<Metric, Double> measured) throws Exception {
        try (var admin = Clients.admin(broker.address())) {
            admin.listTopics().names().get();
            long beganNs = System.nanoTime();
            Clients.create(admin, topics, PARTITIONS);
            measured.put(CREATE_SECONDS, (System.nanoTime() - beganNs) / 1e9);
        }
        Thread.sleep(SETTLE_MS);
        measured.put(PARTITIONS_RSS, broker.residentMegabytes());
        for (int partition = 0; partition < PARTITIONS; partition++)
            sendToEach(producer, topics, partition);
        measured.put(PARTITIONS_USED_RSS, broker.residentMegabytes());
    }

    /// Starts, waits until every topic took a record, and kills.
    private static double restart(Yard yard, KafkaProducer<byte[], byte[]> producer,
        List<String> topics) throws Exception {
        try (var broker = yard.start()) {
            sendToEach(producer, topics, PARTITIONS - 1);
            return broker.secondsSinceStart();
        }
    }

    private static void sendToEach(KafkaProducer<byte[], byte[]> producer, List<String> topics,
        int partition) throws Exception {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var topic : topics) {
            var record = new ProducerRecord<byte[], byte[]>(topic, partition, new byte[0],
                new byte[100]);
            sent.add(producer.send(record));
        }
        for (var each : sent)
            each.get();
    }
}
