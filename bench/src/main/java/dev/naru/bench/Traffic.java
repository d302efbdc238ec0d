package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records through one broker: what they cost, how many go through, how long one takes.
final class Traffic implements Scenario {
    private static final int PARTITIONS = 4;
    private static final int LARGE_BYTES = 1024;
    private static final int SMALL_BYTES = 100;
    private static final long LARGE_WARM = 300_000;
    private static final long LARGE_MEASURED = 700_000;
    private static final long SMALL_WARM = 1_000_000;
    private static final long SMALL_MEASURED = 2_000_000;
    private static final long WARM_SECONDS_MAX = 4;
    private static final long SECONDS_MAX = 8;
    private static final int PACED_PER_MS = 10;
    private static final double MILLION = 1e6;
    private static final double MB_PER_GB = 1000;

    @Override public String name() {
        return "traffic";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_CACHE, Variant.KAFKA, Variant.NARU_SYNC, Variant.KAFKA_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        var metrics = EnumSet.of(PRODUCE_CPU_PER_GB, PRODUCE_MB_PER_S, PRODUCE_BROKER_CORES);
        if (variant == Variant.NARU_CACHE || variant == Variant.KAFKA) {
            metrics.addAll(EnumSet.of(SMALL_PRODUCE_CPU, SMALL_CONSUME_CPU, SMALL_PRODUCE_RATE,
                SMALL_CONSUME_RATE));
        }
        if (variant == Variant.NARU_SYNC || variant == Variant.KAFKA) {
            metrics.addAll(EnumSet.of(PACED_P50, PACED_P99, PACED_CPU, END_TO_END_P50,
                END_TO_END_P99));
        }
        if (variant == Variant.NARU_SYNC) metrics.add(KILLED_WITH_VOLUME);
        return metrics;
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        try (var broker = stage.yard().start()) {
            if (stage.wants(PRODUCE_MB_PER_S)) large(stage, broker, measured);
            if (stage.wants(SMALL_PRODUCE_CPU)) small(stage, broker, measured);
            if (stage.wants(PACED_P99)) paced(stage, broker, measured);
            if (stage.wants(END_TO_END_P99)) endToEnd(stage, broker, measured);
            stage.results().note(stage.variant().title(), stage.yard().commandLine(broker));
        }
        if (stage.wants(KILLED_WITH_VOLUME)) {
            measured.put(KILLED_WITH_VOLUME, FirstRecord.secondsToFirstAck(stage.yard()));
        }
        return measured;
    }

    private static void large(Stage stage, Broker broker, Map<Metric, Double> measured)
        throws Exception {
        var options = stage.options();
        Clients.createTopic(broker.address(), "large", PARTITIONS);
        try (var flood = new Flood(broker, "large", LARGE_BYTES)) {
            flood.run(options.scaled(LARGE_WARM), WARM_SECONDS_MAX);
            var volume = flood.run(options.scaled(LARGE_MEASURED), SECONDS_MAX);
            measured.put(PRODUCE_CPU_PER_GB,
                volume.brokerCpuSeconds() / volume.megabytes() * MB_PER_GB);
            measured.put(PRODUCE_MB_PER_S, volume.megabytes() / volume.seconds());
            measured.put(PRODUCE_BROKER_CORES, volume.brokerCpuSeconds() / volume.seconds());
        }
        settle();
    }

    private static void small(Stage stage, Broker broker, Map<Metric, Double> measured)
        throws Exception {
        var options = stage.options();
        Clients.createTopic(broker.address(), "small", PARTITIONS);
        long sent;
        try (var flood = new Flood(broker, "small", SMALL_BYTES)) {
            sent = flood.run(options.scaled(SMALL_WARM), WARM_SECONDS_MAX).records();
            var volume = flood.run(options.scaled(SMALL_MEASURED), SECONDS_MAX);
            sent += volume.records();
            measured.put(SMALL_PRODUCE_CPU,
                volume.brokerCpuSeconds() / volume.records() * MILLION);
            measured.put(SMALL_PRODUCE_RATE, volume.records() / volume.seconds() / MILLION);
        }
        settle();
        try (var drain = new Drain(broker, "small", PARTITIONS)) {
            var warm = drain.run(sent / 3, WARM_SECONDS_MAX);
            var volume = drain.run(sent - warm.records(), SECONDS_MAX);
            measured.put(SMALL_CONSUME_CPU,
                volume.brokerCpuSeconds() / volume.records() * MILLION);
            measured.put(SMALL_CONSUME_RATE, volume.records() / volume.seconds() / MILLION);
        }
    }

    private static void paced(Stage stage, Broker broker, Map<Metric, Double> measured)
        throws Exception {
        long seconds = Math.max(1, stage.options().scaled(6));
        Clients.createTopic(broker.address(), "paced", PARTITIONS);
        var producer = Clients.producer(broker.address(), Clients.DEFAULTS);
        try (var paced = new Paced("paced", PACED_PER_MS, producer)) {
            paced.produce(seconds);
            double cpuBefore = broker.cpuSeconds();
            var latency = paced.produce(seconds);
            measured.put(PACED_CPU, (broker.cpuSeconds() - cpuBefore) / seconds);
            measured.put(PACED_P50, latency.p50());
            measured.put(PACED_P99, latency.p99());
        }
    }

    private static void endToEnd(Stage stage, Broker broker, Map<Metric, Double> measured)
        throws Exception {
        long seconds = Math.max(1, stage.options().scaled(6));
        Clients.createTopic(broker.address(), "through", 1);
        var producer = Clients.producer(broker.address(), Clients.AT_ONCE);
        try (var paced = new Paced("through", 1, producer)) {
            var latency = paced.endToEnd(broker.address(), seconds, seconds);
            measured.put(END_TO_END_P50, latency.p50());
            measured.put(END_TO_END_P99, latency.p99());
        }
    }

    /// What the page cache still holds goes to disk, not into the next measurement.
    static void settle() throws IOException, InterruptedException {
        new ProcessBuilder("sync").start().waitFor();
    }
}
