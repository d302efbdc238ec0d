package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/// A node of three is killed while producers write to every partition: first one that is a leader
/// of partitions only, then the one that leads the quorum, too.
final class Failover implements TrioScenario {
    private static final String TOPIC = "beaten";
    private static final int PARTITIONS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long CALM_MS = 3_000;
    /// What comes late comes while others already go on.
    private static final long AFTER_MS = 2_000;

    @Override public String name() {
        return "failovers";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC, Variant.KAFKA);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(FAILOVER_MAX, FAILOVER_MEDIAN, FAILOVER_CONTROLLER_MAX,
            FAILOVER_CONTROLLER_MEDIAN);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        int partitions = stage.options().quick() ? PARTITIONS / 10 : PARTITIONS;
        try (var trio = new Trio(stage.yard())) {
            trio.start();
            Clients.createTopic(trio.address(), TOPIC, partitions, Trio.NODES);
            try (var admin = Clients.admin(trio.address());
                var pulse = new Pulse(trio.address(), TOPIC, partitions)) {
                Replicas.awaitInSync(admin, TOPIC, PATIENCE);
                pulse.start();
                pulse.awaitAll(PATIENCE);
                int controller = Trio.controller(admin);
                int other = IntStream.rangeClosed(1, Trio.NODES)
                    .filter(node -> node != controller).findFirst().orElseThrow();
                var gaps = afterKill(trio, pulse, other);
                measured.put(FAILOVER_MAX, gaps[gaps.length - 1]);
                measured.put(FAILOVER_MEDIAN, gaps[gaps.length / 2]);
                if (stage.wants(FAILOVER_CONTROLLER_MAX)) {
                    heal(trio, admin, other);
                    gaps = afterKill(trio, pulse, Trio.controller(admin));
                    measured.put(FAILOVER_CONTROLLER_MAX, gaps[gaps.length - 1]);
                    measured.put(FAILOVER_CONTROLLER_MEDIAN, gaps[gaps.length / 2]);
                }
            }
        }
        return measured;
    }

    private static void heal(Trio trio, Admin admin, int node) throws Exception {
        trio.start(node);
        Replicas.awaitInSync(admin, TOPIC, PATIENCE);
        Replicas.preferFirst(admin);
        Replicas.awaitPreferred(admin, TOPIC, PATIENCE);
    }

    private static double[] afterKill(Trio trio, Pulse pulse, int node) throws Exception {
        Thread.sleep(CALM_MS);
        pulse.awaitAll(PATIENCE);
        pulse.forget();
        trio.kill(node);
        pulse.awaitAll(PATIENCE);
        Thread.sleep(AFTER_MS);
        pulse.awaitAll(PATIENCE);
        return pulse.gaps();
    }
}
