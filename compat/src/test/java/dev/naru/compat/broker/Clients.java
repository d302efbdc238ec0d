package dev.naru.compat.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Kafka's own clients, joined to one broker, and the few moves that most tests make with them.
public final class Clients {
    private static final long PATIENCE_SECONDS = 90;
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Supplier<String> bootstrap;

    public Clients(Broker broker) {
        this.bootstrap = broker::bootstrap;
    }

    /// Of a node that is none of [Brokers]'; HOST:PORT.
    public Clients(String bootstrap) {
        this.bootstrap = () -> bootstrap;
    }

    public Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    public Producer<String, String> producer(Map<String, Object> more) {
        return new KafkaProducer<>(settings(more), new StringSerializer(), new StringSerializer());
    }

    public Consumer<String, String> consumer(Map<String, Object> more) {
        var all = settings(Map.of("auto.offset.reset", "earliest", "enable.auto.commit", "false"));
        all.putAll(more);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /// A consumer that belongs to a group.
    public Consumer<String, String> member(String group, Map<String, Object> more) {
        var all = new HashMap<>(more);
        all.put("group.id", group);
        return consumer(all);
    }

    private Map<String, Object> settings(Map<String, Object> more) {
        var all = new HashMap<String, Object>();
        all.put("bootstrap.servers", bootstrap.get());
        // brokers of the tests come back at once
        all.put("reconnect.backoff.max.ms", "100");
        all.put("retry.backoff.max.ms", "100");
        all.putAll(more);
        return all;
    }

    /// A name nobody has used.
    public static String name(String start) {
        return start + "-" + NAMES.incrementAndGet();
    }

    /// A new topic.
    public String topic(int partitions, Map<String, String> configs) {
        String topic = name("topic");
        try (var admin = admin()) {
            got(admin
                .createTopics(Set.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                .all());
        }
        return topic;
    }

    public String topic(int partitions) {
        return topic(partitions, Map.of());
    }

    /// Sends these values to a partition, one batch each, and waits for all.
    public void send(String topic, int partition, List<String> values) {
        try (var producer = producer(Map.of())) {
            for (var value : values)
                got(producer.send(new ProducerRecord<>(topic, partition, null, value)));
        }
    }

    /// Sends these values to a partition in one batch.
    public void sendOneBatch(String topic, int partition, List<String> values) {
        var patient = Map.<String, Object>of("linger.ms", "60000", "batch.size", "1000000");
        try (var producer = producer(patient)) {
            for (var value : values)
                producer.send(new ProducerRecord<>(topic, partition, null, value));
            producer.flush();
        }
    }

    /// Every record of a topic from the start of its partitions to their present end.
    public List<ConsumerRecord<String, String>> everythingIn(String topic) {
        return everythingIn(topic, Map.of());
    }

    /// The same, read with these settings.
    public List<ConsumerRecord<String, String>> everythingIn(String topic,
        Map<String, Object> more) {
        try (var consumer = consumer(more)) {
            var partitions = consumer.partitionsFor(topic).stream()
                .map(at -> new TopicPartition(topic, at.partition()))
                .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new ArrayList<ConsumerRecord<String, String>>();
            eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }

    /// Polls until this many records came.
    public static List<ConsumerRecord<String, String>> read(Consumer<String, String> from,
        int count) {
        var found = new ArrayList<ConsumerRecord<String, String>>();
        eventually(count + " records", () -> {
            from.poll(Duration.ofMillis(200)).forEach(found::add);
            return found.size() >= count;
        });
        return found;
    }

    public static List<String> values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).toList();
    }

    /// An answer, or the test fails with why there is none.
    public static <T> T got(Future<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException why) {
            throw new AssertionError("no answer", why);
        }
    }

    /// What an answer failed with.
    public static Throwable failure(Future<?> answer) {
        try {
            Object unexpected = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("did not fail: " + unexpected);
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (InterruptedException | TimeoutException why) {
            throw new AssertionError("no answer", why);
        }
    }

    /// Turns until something is so. The patience is a net for hangs, not a claim.
    public static void eventually(String what, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new AssertionError("never came: " + what);
        }
    }
}
