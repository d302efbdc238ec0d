package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// A node that has a replica of everything is lost, and a third one is given what was on it: how
/// fast that is copied from the one node that is left, first within the budget that nodes keep to
/// (50 MiB/s), then without one.
final class Heal implements TrioScenario {
    private static final String TOPIC = "healed";
    private static final String BALLAST = "ballast";
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 16 * 1024;
    private static final long TOPIC_BYTES = 512L << 20;
    private static final long BUDGET_BYTES = 50L << 20;
    private static final long NO_BUDGET = 1L << 40;
    private static final long LOST_AFTER_MS = 1_000;
    private static final long FLOOD_SECONDS_MAX = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MS = 20;

    @Override public String name() {
        return "heal";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(HEAL_OF_BUDGET, HEAL_MB_PER_S);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        if (stage.wants(HEAL_OF_BUDGET))
            measured.put(HEAL_OF_BUDGET, bytesPerSecond(stage, BUDGET_BYTES) / BUDGET_BYTES);
        if (stage.wants(HEAL_MB_PER_S))
            measured.put(HEAL_MB_PER_S, bytesPerSecond(stage, NO_BUDGET) / 1e6);
        return measured;
    }

    /// From the first byte that the heir has until every replica is in sync.
    private static double bytesPerSecond(Stage stage, long budget) throws Exception {
        var yard = stage.yard();
        yard.set("naru.heal.after.ms", Long.toString(LOST_AFTER_MS));
        yard.set("naru.balance.bytes.per.second", Long.toString(budget));
        try (var trio = new Trio(yard)) {
            trio.start();
            try (var admin = Clients.admin(trio.address())) {
                int left = Trio.controller(admin);
                int lost = left % Trio.NODES + 1;
                int heir = lost % Trio.NODES + 1;
                // as many replicas on each node: nothing is moved but for the loss
                admin.createTopics(List.of(assigned(BALLAST, List.of(heir)))).all().get();
                admin.createTopics(List.of(assigned(TOPIC, List.of(left, lost)))).all().get();
                fill(stage, trio, admin);
                if (trio.storedBytes(heir, TOPIC) > 0)
                    throw new IOException("something was copied before the loss");
                trio.kill(lost);
                awaitStored(trio, heir);
                long beganNs = System.nanoTime();
                Replicas.awaitMoved(admin, TOPIC, heir, PATIENCE);
                double seconds = (System.nanoTime() - beganNs) / 1e9;
                return trio.storedBytes(heir, TOPIC) / seconds;
            }
        }
    }

    private static NewTopic assigned(String topic, List<Integer> nodes) {
        var replicas = new TreeMap<Integer, List<Integer>>();
        for (int partition = 0; partition < PARTITIONS; partition++)
            replicas.put(partition, nodes);
        return new NewTopic(topic, replicas).configs(Map.of("min.insync.replicas", "1"));
    }

    private static void fill(Stage stage, Trio trio, Admin admin) throws Exception {
        Replicas.awaitInSync(admin, TOPIC, PATIENCE);
        try (var flood = new Flood(trio, TOPIC, RECORD_BYTES)) {
            flood.run(stage.options().scaled(TOPIC_BYTES / RECORD_BYTES), FLOOD_SECONDS_MAX);
        }
        Replicas.awaitInSync(admin, TOPIC, PATIENCE);
    }

    private static void awaitStored(Trio trio, int node) throws Exception {
        long beganNs = System.nanoTime();
        while (trio.storedBytes(node, TOPIC) == 0) {
            if (System.nanoTime() - beganNs > PATIENCE.toNanos())
                throw new IOException("nothing is copied to node " + node);
            Thread.sleep(POLL_MS);
        }
    }
}
