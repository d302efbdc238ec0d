package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records through three nodes, each stored on all of them before it is acknowledged.
final class TrioTraffic implements TrioScenario {
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 1024;
    private static final long WARM_SECONDS = 12;
    private static final long PACED_WARM_SECONDS = 4;
    private static final long SECONDS = 6;
    private static final long PLENTY = 100_000_000;
    private static final int PACED_PER_MS = 4;

    @Override public String name() {
        return "rf3-traffic";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_CACHE, Variant.KAFKA, Variant.NARU_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(TRIO_MB_PER_S, TRIO_CPU_PER_GB, TRIO_CORES, TRIO_PACED_P50,
            TRIO_PACED_P99, TRIO_PACED_CPU);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        try (var trio = new Trio(stage.yard())) {
            trio.start();
            Clients.createTopic(trio.address(), "paced", PARTITIONS, Trio.NODES);
            if (stage.wants(TRIO_MB_PER_S)) {
                var volume = flood(stage, trio);
                measured.put(TRIO_CPU_PER_GB, volume.brokerCpuSeconds() / volume.gigabytes());
                measured.put(TRIO_MB_PER_S, volume.megabytes() / volume.seconds());
                measured.put(TRIO_CORES, volume.brokerCpuSeconds() / volume.seconds());
                Traffic.settle();
            }
            if (stage.wants(TRIO_PACED_P99)) paced(stage, trio, measured);
            stage.results().note(stage.variant().title() + ", one of three nodes",
                trio.commandLine());
        }
        return measured;
    }

    /// As fast as the nodes take it, to partitions that each of them leads a third of.
    static Flood.Volume flood(Stage stage, Trio trio) throws Exception {
        Clients.createTopic(trio.address(), "large", PARTITIONS, Trio.NODES);
        try (var flood = new Flood(trio, "large", RECORD_BYTES)) {
            flood.run(PLENTY, Math.max(1, stage.options().scaled(WARM_SECONDS)));
            return flood.run(PLENTY, Math.max(1, stage.options().scaled(SECONDS)));
        }
    }

    private static void paced(Stage stage, Trio trio, Map<Metric, Double> measured)
        throws Exception {
        var producer = Clients.producer(trio.address(), Clients.DEFAULTS);
        try (var paced = new Paced("paced", PACED_PER_MS, producer)) {
            paced.produce(Math.max(1, stage.options().scaled(PACED_WARM_SECONDS)));
            long seconds = Math.max(1, stage.options().scaled(SECONDS));
            double cpuBefore = trio.cpuSeconds();
            var latency = paced.produce(seconds);
            measured.put(TRIO_PACED_CPU, (trio.cpuSeconds() - cpuBefore) / seconds);
            measured.put(TRIO_PACED_P50, latency.p50());
            measured.put(TRIO_PACED_P99, latency.p99());
        }
    }
}
