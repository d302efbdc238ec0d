package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// One record to each of 1,000 partitions, acks=all, several times over: how often the disk is
/// asked to sync, and how long a record waits for it.
final class OneToEach implements Scenario {
    private static final String TOPIC = "each";
    private static final int PARTITIONS = 1_000;
    private static final int PASSES = 5;
    private static final int PACED_PER_MS = 10;
    private static final int PACED_SECONDS = 2;

    @Override public String name() {
        return "syncs";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA, Variant.KAFKA_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(SPREAD_P99, SPREAD_FIRST_SYNCS, SPREAD_SYNCS, PACED_SYNCS_PER_S);
    }

    @Override public int roundsMax(Variant variant) {
        return 1;
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        var yard = stage.yard();
        boolean counts = yard.traceSyncs();
        try (var broker = yard.start()) {
            Clients.createTopic(broker.address(), TOPIC, PARTITIONS);
            Clients.createTopic(broker.address(), "paced", 4);
            var producer = Clients.producer(broker.address(), Clients.DEFAULTS);
            var paced = new Paced("paced", PACED_PER_MS, producer);
            try (paced) {
                producer.partitionsFor(TOPIC);
                double before = count(yard, counts);
                pass(producer, Paced.histogram());
                double afterFirst = count(yard, counts);
                measured.put(SPREAD_FIRST_SYNCS, afterFirst - before);
                var times = Paced.histogram();
                for (int pass = 0; pass < PASSES; pass++)
                    pass(producer, times);
                double afterPasses = count(yard, counts);
                measured.put(SPREAD_SYNCS, (afterPasses - afterFirst) / PASSES);
                measured.put(SPREAD_P99, Paced.Latency.of(times).p99());
                paced.produce(PACED_SECONDS);
                measured.put(PACED_SYNCS_PER_S,
                    (count(yard, counts) - afterPasses) / PACED_SECONDS);
            }
        }
        return measured;
    }

    private static double count(Yard yard, boolean counts) throws IOException {
        return counts ? yard.syncs().count() : Double.NaN;
    }

    private static void pass(KafkaProducer<byte[], byte[]> producer, Histogram times)
        throws IOException {
        var failure = new AtomicReference<@Nullable Exception>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long sentNs = System.nanoTime();
            var record = new ProducerRecord<byte[], byte[]>(TOPIC, partition, new byte[0],
                new byte[100]);
            producer.send(record, (done, failed) -> {
                if (failed == null) times.recordValue(System.nanoTime() - sentNs);
                else
                    failure.set(failed);
            });
        }
        producer.flush();
        var failed = failure.get();
        if (failed != null) throw new IOException("a record was not taken", failed);
    }
}
