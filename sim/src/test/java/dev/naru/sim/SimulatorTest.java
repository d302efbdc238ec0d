package dev.naru.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// One node under trouble of all kinds: no rule is broken, and the trouble did happen.
final class SimulatorTest {
    private static final int SEEDS = 300;
    private static final int CONTROL_SEEDS = 40;
    private static final int CLUSTER_SEEDS = 150;
    private static final int MOVING_SEEDS = 40;

    @Test void three_hundred_seeds_break_no_rule_and_leave_no_kind_of_trouble_out()
        throws Exception {
        var verdicts = run(SEEDS, Options.USUAL);

        var failed = new ArrayList<String>();
        var counters = new TreeMap<String, Integer>();
        for (var verdict : verdicts) {
            if (!verdict.isClean()) {
                failed.add("naru sim --seed " + verdict.seed() + ": "
                    + verdict.violations().getFirst());
            }
            verdict.counters().forEach((name, count) -> counters.merge(name, count, Integer::sum));
        }
        assertEquals(List.of(), failed);
        assertEquals(List.of(), missing(counters), () -> "never happened; did: " + counters);
    }

    /// Seeds in which nothing happens prove nothing.
    private static List<String> missing(Map<String, Integer> counters) {
        var missing = new ArrayList<String>();
        for (var kind : FaultKind.values()) {
            boolean isAlways = kind == FaultKind.REFUSE || kind == FaultKind.DRIFT;
            if (!isAlways && !counters.containsKey("fault: " + kind)) missing.add(kind.name());
        }
        var events = List.of("event: Rolled", "event: Recovered", "event: TailCut",
            "event: TornTailCut", "event: SegmentsDeleted", "event: IndexRebuilt",
            "event: DiskFenced", "event: CheckpointSkipped", "net: refused",
            "node: clean stops", "node: gave up", "client: impatient",
            "client: producer restarts", "group: assignments", "group: zombie commits",
            "group: commits OK", "group: commits REFUSED", "group: committed offsets read",
            "epochs: partitions gained", "epochs: commits OK", "epochs: commits REFUSED",
            "epochs: committed offsets read", "epochs: members leave", "read: out of range",
            "read: latest", "write: unknown",
            "admin: delete records OK", "admin: topics deleted",
            "transactions: COMMITTED", "transactions: ABORTED", "transactions: UNKNOWN",
            "transactions: fenced", "transactions: producers V2",
            "transactions: died with the power",
            "transactions: producers classic", "read: committed", "chain: COMMITTED",
            "chain: ABORTED", "chain: restarts", "movers: both kinds own",
            "movers: moved to the new protocol", "movers: moved back", "movers: commits OK",
            "movers: commits REFUSED", "movers: zombie commits",
            "threads: gained", "threads: commits OK", "threads: commits REFUSED",
            "threads: zombie commits", "threads: keep copies", "threads: stop",
            "queue: lent", "queue: type 1 OK",
            "queue: type 1 UNKNOWN", "queue: type 1 REFUSED", "queue: type 2 OK",
            "queue: type 3 OK", "queue: type 4 OK", "queue: members vanish",
            "queue: members leave", "queue: dead letters", "shelf: deletion NONE");
        for (var name : events)
            if (!counters.containsKey(name)) missing.add(name);
        return missing;
    }

    /// The control: acknowledged before it is on disk, data must be lost, or the simulator proves
    /// nothing.
    @Test void in_page_cache_mode_power_cuts_lose_acknowledged_records() throws Exception {
        int losing = 0;
        for (var verdict : run(CONTROL_SEEDS, Options.pageCache())) {
            boolean isLoss = verdict.violations().stream()
                .anyMatch(each -> each.startsWith("lost"));
            if (isLoss) losing++;
        }

        assertTrue(losing > CONTROL_SEEDS / 4, losing + " of " + CONTROL_SEEDS);
    }

    /// Three nodes that agree through an unkind metadata log: what one node promises, they promise, though
    /// each of them has trouble of its own.
    @Test void a_cluster_of_three_breaks_no_rule_and_does_what_clusters_do() throws Exception {
        breaksNoRuleAndDoes(3, CLUSTER_SEEDS, List.of("event: Parted", "event: LeaderLost",
            "event: Refused", "quorum: terms", "quorum: answers lost", "fault: KILL",
            "fault: POWER_CUT", "fault: SLOW_DISK", "fault: DISK_FULL", "fault: WALL_JUMP",
            "fault: FAILED_FLUSH", "cut: ALONE", "cut: ONE_WAY", "cut: PAIR", "cut: FLAPPING",
            "cut: CLIENTS", "net: severed", "net: dialled across a cut", "event: Leads",
            "write: acked", "transactions: COMMITTED", "queue: lent", "chain: COMMITTED"));
    }

    /// A fourth node: replicas move by hand and by themselves, and in the end they are where they should be.
    @Test void a_cluster_of_four_breaks_no_rule_while_replicas_move() throws Exception {
        breaksNoRuleAndDoes(4, MOVING_SEEDS, List.of("event: MoveBegun", "event: MoveTakenBack",
            "outages", "placement: moves NONE", "placement: takes back NONE",
            "placement: empties a node NONE", "placement: calls back NONE",
            "placement: a node ends empty", "write: acked"));
    }

    private static void breaksNoRuleAndDoes(int nodes, int seeds, List<String> kinds)
        throws Exception {
        var failed = new ArrayList<String>();
        var counters = new TreeMap<String, Integer>();
        for (var verdict : run(seeds, Options.USUAL.nodes(nodes))) {
            if (!verdict.isClean()) {
                failed.add("naru sim --nodes " + nodes + " --seed " + verdict.seed() + ": "
                    + verdict.violations().getFirst());
            }
            verdict.counters().forEach((name, count) -> counters.merge(name, count, Integer::sum));
        }
        assertEquals(List.of(), failed);
        var never = new ArrayList<String>();
        for (var name : kinds)
            if (!counters.containsKey(name)) never.add(name);
        assertEquals(List.of(), never, () -> "never happened; did: " + counters);
    }

    /// Each of them found something once.
    @Test void seeds_that_failed_stay_clean() {
        for (long seed : new long[]{66, 566, 765, 775, 821, 1124, 1233, 1234, 1348, 1678, 2253,
                3058,
                3072,
                3554, 3797, 3800, 5611, 6205, 8754, 10512}) {
            var verdict = Simulation.run(seed, Options.USUAL);

            assertEquals(List.of(), verdict.violations(), "seed " + seed);
        }
    }

    @Test void a_seed_runs_the_same_twice() {
        for (long seed = 1; seed <= 5; seed++) {
            var first = Simulation.run(seed, Options.USUAL);
            var second = Simulation.run(seed, Options.USUAL);

            assertEquals(first, second);
        }
    }

    @Test void a_seed_runs_the_same_in_another_jvm() throws Exception {
        var here = Simulation.run(7, Options.USUAL);

        var output = inAnotherJvm("--seed", "7");

        assertTrue(output.contains("trace hash " + String.format("%016x", here.traceHash())),
            output);
    }

    @Test void another_seed_runs_otherwise() {
        var one = Simulation.run(1, Options.USUAL);
        var other = Simulation.run(2, Options.USUAL);

        assertFalse(one.traceHash() == other.traceHash());
    }

    private static List<Verdict> run(int seeds, Options options) throws Exception {
        int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var waiting = new ArrayList<Future<Verdict>>();
            for (long seed = 1; seed <= seeds; seed++) {
                long mine = seed;
                waiting.add(pool.submit(() -> Simulation.run(mine, options)));
            }
            var verdicts = new ArrayList<Verdict>();
            for (var each : waiting)
                verdicts.add(each.get());
            return verdicts;
        }
    }

    private static String inAnotherJvm(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            place(Simulator.class) + ":" + place(dev.naru.base.Loop.class),
            Simulator.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static Path place(Class<?> type) throws Exception {
        URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri);
    }
}
