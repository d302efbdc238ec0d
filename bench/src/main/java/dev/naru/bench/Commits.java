package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Transactions of one producer, one after the other: how many are committed in a second, and how
/// long one takes from its begin to the end of its commit.
final class Commits implements Scenario {
    private static final String TOPIC = "paid";
    private static final int PARTITIONS = 4;
    private static final int RECORDS_EACH = 100;
    private static final int RECORD_BYTES = 1024;
    private static final long WARM = 300;
    private static final long MEASURED = 1_000;
    private static final long WARM_SECONDS_MAX = 4;
    private static final long SECONDS_MAX = 8;
    private static final double THOUSAND = 1e3;

    @Override public String name() {
        return "transactions";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_CACHE, Variant.KAFKA, Variant.NARU_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(COMMITS_PER_S, COMMIT_P50, COMMIT_P99, COMMIT_CPU);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        var options = stage.options();
        try (var broker = stage.yard().start()) {
            Clients.createTopic(broker.address(), TOPIC, PARTITIONS);
            var producer = Clients.producer(broker.address(), Map.of("transactional.id", "bench"));
            try (var run = new Run(producer)) {
                producer.initTransactions();
                run.commit(options.scaled(WARM), WARM_SECONDS_MAX);
                double cpuBefore = broker.cpuSeconds();
                var taken = run.commit(options.scaled(MEASURED), SECONDS_MAX);
                double cpuSeconds = broker.cpuSeconds() - cpuBefore;
                var latency = Paced.Latency.of(taken.times());
                measured.put(COMMITS_PER_S, taken.count() / taken.seconds());
                measured.put(COMMIT_P50, latency.p50());
                measured.put(COMMIT_P99, latency.p99());
                measured.put(COMMIT_CPU, cpuSeconds / taken.count() * THOUSAND);
            }
        }
        return measured;
    }

    private record Taken(long count, double seconds, Histogram times) {}

    private static final class Run implements AutoCloseable {
        private final KafkaProducer<byte[], byte[]> producer;
        private final byte[] value = Flood.payload(RECORD_BYTES);

        Run(KafkaProducer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        /// Transactions until there were enough of them, or it took long enough.
        Taken commit(long most, long secondsMax) throws IOException {
            var times = Paced.histogram();
            long beganNs = System.nanoTime();
            long endNs = beganNs + secondsMax * 1_000_000_000L;
            long count = 0;
            while (count < most && System.nanoTime() - endNs < 0) {
                long startNs = System.nanoTime();
                producer.beginTransaction();
                for (int record = 0; record < RECORDS_EACH; record++)
                    producer.send(new ProducerRecord<>(TOPIC, record % PARTITIONS, null, value));
                producer.commitTransaction();
                times.recordValue(System.nanoTime() - startNs);
                count++;
            }
            if (count == 0) throw new IOException("no transaction was committed");
            return new Taken(count, (System.nanoTime() - beganNs) / 1e9, times);
        }

        @Override public void close() {
            Clients.close(producer);
        }
    }
}
