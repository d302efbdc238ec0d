package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/// From the start of the process to the first record acknowledged, by a client that waits for it;
/// the topic comes to be by that record. Then what the idle process holds.
final class FirstRecord implements Scenario {
    private static final long IDLE_MS = 4_000;

    @Override public String name() {
        return "first-record";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        var metrics = EnumSet.of(FIRST_ACK, IDLE_RSS);
        if (variant == Variant.NARU_SYNC) metrics.add(KILLED_WITH_LITTLE);
        return metrics;
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        var producer = Clients.producer(stage.yard().address(), Clients.EAGER);
        try (var broker = stage.yard().start()) {
            send(producer);
            measured.put(FIRST_ACK, broker.secondsSinceStart());
            Thread.sleep(IDLE_MS);
            measured.put(IDLE_RSS, broker.residentMegabytes());
            stage.results().note(stage.variant().title(), stage.yard().commandLine(broker));
        } finally {
            Clients.close(producer);
        }
        if (stage.wants(KILLED_WITH_LITTLE)) {
            measured.put(KILLED_WITH_LITTLE, secondsToFirstAck(stage.yard()));
        }
        return measured;
    }

    /// Starts a broker on what the yard holds, and ends it.
    static double secondsToFirstAck(Yard yard) throws Exception {
        var producer = Clients.producer(yard.address(), Clients.EAGER);
        try (var broker = yard.start()) {
            send(producer);
            return broker.secondsSinceStart();
        } finally {
            Clients.close(producer);
        }
    }

    private static void send(org.apache.kafka.clients.producer.Producer<byte[], byte[]> producer)
        throws Exception {
        producer.send(new ProducerRecord<>("first", new byte[100])).get();
    }
}
