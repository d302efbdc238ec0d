package dev.naru.bench;

import static dev.naru.bench.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Three nodes with 100,000 partitions of three replicas each, idle: what that costs, and how soon
/// a node that was killed tells of all of them again.
final class LoadMetadata implements TrioScenario {
    private static final int TOPICS = 100;
    private static final int PARTITIONS = 1_000;
    private static final long SETTLE_MS = 5_000;
    private static final long IDLE_MS = 5_000;
    private static final long START_NS_MAX = 60_000_000_000L;

    @Override public String name() {
        return "load";
    }

    @Override public List<Variant> variants() {
        return List.of(Variant.NARU_SYNC);
    }

    @Override public Set<Metric> metrics(Variant variant) {
        return EnumSet.of(LOAD_CREATE, LOAD_IDLE_CPU, LOAD_RSS, LOAD_SECONDS);
    }

    @Override public Map<Metric, Double> play(Stage stage) throws Exception {
        var measured = new EnumMap<Metric, Double>(Metric.class);
        int partitions = stage.options().quick() ? PARTITIONS / 20 : PARTITIONS;
        var topics = IntStream.range(0, TOPICS).mapToObj("wide-%d"::formatted).toList();
        try (var trio = new Trio(stage.yard())) {
            trio.start();
            int node;
            try (var admin = Clients.admin(trio.address())) {
                long beganNs = System.nanoTime();
                for (var topic : topics)
                    Clients.create(admin, List.of(topic), partitions, Trio.NODES);
                measured.put(LOAD_CREATE, (System.nanoTime() - beganNs) / 1e9);
                Thread.sleep(SETTLE_MS);
                double before = trio.cpuSeconds();
                Thread.sleep(IDLE_MS);
                measured.put(LOAD_IDLE_CPU, (trio.cpuSeconds() - before) * 1000 / IDLE_MS);
                measured.put(LOAD_RSS, trio.residentMegabytes());
                node = Trio.controller(admin) % Trio.NODES + 1;
            }
            trio.kill(node);
            // a node that comes back at once waits until the others have seen it go
            Thread.sleep(SETTLE_MS);
            measured.put(LOAD_SECONDS, restart(trio, node, (long) TOPICS * partitions));
        }
        return measured;
    }

    /// Until it has told of every partition, with its leader, in one answer of its own.
    private static double restart(Trio trio, int node, long partitions) throws Exception {
        var broker = trio.start(node);
        long seen = OwnWords.partitions(trio.clientPort(node), System.nanoTime() + START_NS_MAX);
        double seconds = broker.secondsSinceStart();
        if (seen != partitions)
            throw new IllegalStateException("it tells of " + seen + " partitions");
        return seconds;
    }
}
