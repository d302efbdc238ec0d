package dev.naru.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The clients of the bench: Kafka's own, with their defaults where nothing else is said. The same
/// process serves both systems.
final class Clients {
    static final Map<String, Object> DEFAULTS = Map.of();
    /// Sends each record at once.
    static final Map<String, Object> AT_ONCE = Map.of("linger.ms", 0);
    /// Waits for a broker that is about to start, looking every few milliseconds.
    static final Map<String, Object> EAGER = Map.of("linger.ms", 0, "reconnect.backoff.ms", 5,
        "reconnect.backoff.max.ms", 10, "retry.backoff.ms", 5, "retry.backoff.max.ms", 10,
        "max.block.ms", 180_000, "delivery.timeout.ms", 180_000, "request.timeout.ms", 30_000);

    private Clients() {}

    static KafkaProducer<byte[], byte[]> producer(String address, Map<String, Object> more) {
        var properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("acks", "all");
        properties.putAll(more);
        return new KafkaProducer<>(properties, new ByteArraySerializer(),
            new ByteArraySerializer());
    }

    /// A consumer of all partitions of a topic from their beginning, in no group.
    static KafkaConsumer<byte[], byte[]> consumer(String address, String topic, int partitions) {
        var properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
        var all = IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition)).toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    static Admin admin(String address) {
        var properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("reconnect.backoff.ms", 20);
        properties.put("reconnect.backoff.max.ms", 100);
        properties.put("request.timeout.ms", 120_000);
        properties.put("default.api.timeout.ms", 180_000);
        return Admin.create(properties);
    }

    /// Creates a topic and waits until each of its partitions has a leader that answers: Kafka tells
    /// of a topic before that, and an idempotent producer whose first batch is refused then, while
    /// those behind it are taken, never gets it in (OUT_OF_ORDER_SEQUENCE_NUMBER until it gives up).
    static void createTopic(String address, String topic, int partitions)
        throws InterruptedException, ExecutionException {
        createTopic(address, topic, partitions, 1);
    }

    /// The same with so many replicas of each partition.
    static void createTopic(String address, String topic, int partitions, int replicas)
        throws InterruptedException, ExecutionException {
        try (var admin = admin(address)) {
            create(admin, List.of(topic), partitions, replicas);
            var ends = new HashMap<TopicPartition, OffsetSpec>();
            for (int partition = 0; partition < partitions; partition++)
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            admin.listOffsets(ends).all().get();
        }
    }

    static void create(Admin admin, List<String> topics, int partitions)
        throws InterruptedException, ExecutionException {
        create(admin, topics, partitions, 1);
    }

    static void create(Admin admin, List<String> topics, int partitions, int replicas)
        throws InterruptedException, ExecutionException {
        var wanted = new ArrayList<NewTopic>();
        for (var topic : topics)
            wanted.add(new NewTopic(topic, partitions, (short) replicas));
        admin.createTopics(wanted).all().get();
    }

    static void close(KafkaProducer<byte[], byte[]> producer) {
        producer.close(Duration.ZERO);
    }
}
