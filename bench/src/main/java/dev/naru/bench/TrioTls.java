package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records through three nodes that talk TLS among themselves and prove to each other who they are;
/// clients talk in plaintext.
final class TrioTls implements TrioScenario {
    @Override public String name() {
        return "rf3-tls";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.KAFKA, Variant.NARU_CACHE);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(TRIO_TLS_MB_PER_S, TRIO_TLS_CPU_PER_GB);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        try (var trio = new Trio(stage.yard(), true)) {
            trio.start();
            var volume = TrioTraffic.flood(stage, trio);
            measured.put(TRIO_TLS_CPU_PER_GB, volume.brokerCpuSeconds() / volume.gigabytes());
            measured.put(TRIO_TLS_MB_PER_S, volume.megabytes() / volume.seconds());
        }
        return measured;
    }
}
