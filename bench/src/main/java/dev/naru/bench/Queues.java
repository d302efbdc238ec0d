package dev.naru.bench;

import static dev.naru.bench.Metric.QUEUE_BROKER_CPU;
import static dev.naru.bench.Metric.QUEUE_OF_IDEAL;
import static dev.naru.bench.Metric.QUEUE_RATE;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A queue whose work is slow: many share consumers with their defaults, a few partitions, some
/// milliseconds for each record. Without a broker in the way each consumer would be at work all the
/// time: that is the ideal.
final class Queues implements Scenario {
    private static final int CONSUMERS = 300;
    private static final int PARTITIONS = 6;
    private static final long WORK_MS = 50;
    private static final int RECORD_BYTES = 100;
    private static final int SECONDS = 60;
    private static final long PATIENCE_SECONDS = 120;
    private static final String TOPIC = "jobs";
    private static final String GROUP = "workers";

    @Override public String name() {
        return "queues";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(QUEUE_RATE, QUEUE_OF_IDEAL, QUEUE_BROKER_CPU);
    }

    /// The goal is a part of the ideal: Kafka's figure stands beside it.
    @Override public int roundsMax(Variant variant) {
        return variant.isNaru() ? 3 : 1;
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var options = stage.options();
        int consumers = (int) Math.max(4, options.scaled(CONSUMERS));
        long seconds = Math.max(3, options.scaled(SECONDS));
        double idealPerSecond = consumers * 1000.0 / WORK_MS;
        try (var broker = stage.yard().start()) {
            prepare(broker, (long) (idealPerSecond * (seconds + 30)));
            return work(broker, consumers, seconds, idealPerSecond);
        }
    }

    private static void prepare(Broker broker, long records) throws Exception {
        Clients.createTopic(broker.address(), TOPIC, PARTITIONS);
        try (var admin = Clients.admin(broker.address())) {
            var fromTheStart = new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(
                new ConfigResource(ConfigResource.Type.GROUP, GROUP), List.of(fromTheStart)))
                .all().get();
        }
        var value = Flood.payload(RECORD_BYTES);
        var producer = Clients.producer(broker.address(), Clients.DEFAULTS);
        for (long at = 0; at < records; at++) {
            producer.send(new ProducerRecord<>(TOPIC, (int) (at % PARTITIONS), null, value));
        }
        producer.flush();
        Clients.close(producer);
    }

    private static Map<Metric, Double> work(Broker broker, int consumers, long seconds,
        double idealPerSecond) throws Exception {
        var done = new LongAdder();
        var begun = new CountDownLatch(consumers);
        var over = new CountDownLatch(1);
        var workers = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int at = 0; at < consumers; at++) {
                workers.add(threads.submit(() -> {
                    consume(broker.address(), done, begun, over);
                    return null;
                }));
            }
            boolean isFull = begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long before = done.sum();
            double cpuBefore = broker.cpuSeconds();
            long beganNs = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double elapsed = (System.nanoTime() - beganNs) / 1e9;
            double rate = (done.sum() - before) / elapsed;
            double cpu = broker.cpuSeconds() - cpuBefore;
            over.countDown();
            for (var worker : workers)
                worker.get();
            if (!isFull && rate == 0) throw new IOException("no consumer got anything");
            var measured = new EnumMap<Metric, Double>(Metric.class);
            measured.put(QUEUE_RATE, rate);
            measured.put(QUEUE_OF_IDEAL, rate / idealPerSecond);
            measured.put(QUEUE_BROKER_CPU, cpu / elapsed);
            return measured;
        }
    }

    private static void consume(String address, LongAdder done, CountDownLatch begun,
        CountDownLatch over) throws InterruptedException {
        var properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("group.id", GROUP);
        boolean isFirst = true;
        try (var consumer = new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (over.getCount() > 0) {
                for (var _ : consumer.poll(Duration.ofMillis(500))) {
                    if (isFirst) begun.countDown();
                    isFirst = false;
                    TimeUnit.MILLISECONDS.sleep(WORK_MS);
                    done.increment();
                    if (over.getCount() == 0) break;
                }
            }
        }
    }
}
