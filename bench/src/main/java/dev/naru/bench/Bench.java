package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs Naru and Apache Kafka one after the other, round by round, and writes the page of results.
/// Goes on where an earlier run of the same commit was cut short; rows it is not asked for stay as
/// they are.
public final class Bench {
    private static final List<Scenario> SCENARIOS = List.of(new Traffic(), new FirstRecord(),
        new ManyPartitions(), new OneToEach(), new Joins(), new Compaction(), new Queues(),
        new Commits(), new TrioTraffic(), new TrioTls(), new HandOver(), new Failover(),
        new LoadMetadata(), new Heal());

    /// All scenarios of several nodes.
    private static final String CLUSTER = "cluster";

    private final Options options;
    private final Results results;
    private final Report report;
    private int failures;

    private Bench(Options options, Results results, Report report) {
        this.options = options;
        this.results = results;
        this.report = report;
    }

    /// The first word is the source tree; the others are those of `bench/run`.
    public static void main(String[] words) throws IOException {
        var home = Path.of(words[0]).toAbsolutePath().normalize();
        var asked = new ArrayList<>(List.of(words)).subList(1, words.length);
        var read = Options.read(asked.toArray(String[]::new), home);
        if (read.isEmpty()) {
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        var options = read.get();
        String commit = Machine.commit(home);
        var file = options.quick()
            ? options.target().resolve("results-quick.tsv")
            : home.resolve("bench/results.tsv");
        var results = Results.open(file, commit, options.fresh());
        var head = new ArrayList<String>();
        head.addAll(Machine.lines());
        Yard.clear(options);
        var bench = new Bench(options, results, new Report(results, head));
        bench.run();
        System.exit(bench.failures == 0 ? 0 : 1);
    }

    private void run() throws IOException {
        for (int round = 1; round <= options.rounds(); round++) {
            for (var scenario : SCENARIOS) {
                var variants = scenario.variants();
                // whoever comes first in one round comes last in the next
                for (var variant : round % 2 == 1 ? variants : variants.reversed()) {
                    if (round <= scenario.roundsMax(variant)) play(scenario, variant, round);
                }
            }
        }
        say("the table is in " + page());
    }

    private void play(Scenario scenario, Variant variant, int round) throws IOException {
        var missing = missing(scenario, variant, round);
        if (missing.isEmpty()) return;
        long beganNs = System.nanoTime();
        try (var yard = Yard.open(options, variant)) {
            var measured = scenario.play(
                new Scenario.Stage(options, yard, missing, results));
            measured.keySet().retainAll(missing);
            results.add(round, variant, measured);
            long seconds = (System.nanoTime() - beganNs) / 1_000_000_000L;
            var line = new StringBuilder();
            measured.forEach((metric, value) -> line.append("\n    ").append(metric.title())
                .append(": ").append(Report.number(value)).append(' ').append(metric.unit()));
            say("round " + round + ", " + scenario.name() + ", " + variant.title() + " (" + seconds
                + " s)" + line);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            failed(scenario, variant, round, stopped);
        } catch (Exception failure) {
            failed(scenario, variant, round, failure);
        }
        report.write(page());
    }

    private void failed(Scenario scenario, Variant variant, int round, Exception failure) {
        failures++;
        say("round " + round + ", " + scenario.name() + ", " + variant.title() + ": failed: "
            + failure);
        for (var cause = failure.getCause(); cause != null; cause = cause.getCause())
            say("    because " + cause);
    }

    /// What is asked for and not there yet.
    private Set<Metric> missing(Scenario scenario, Variant variant, int round) {
        var missing = EnumSet.noneOf(Metric.class);
        for (var metric : scenario.metrics(variant)) {
            if (isWanted(scenario, variant, metric) && !results.has(metric, variant, round))
                missing.add(metric);
        }
        return missing;
    }

    private boolean isWanted(Scenario scenario, Variant variant, Metric metric) {
        if (options.only().isEmpty() || options.only().contains(scenario.name())) return true;
        if (scenario.nodes() > 1 && options.only().contains(CLUSTER)) return true;
        for (var goal : Goal.values()) {
            boolean isPartOf = goal.naru() == variant
                || goal.kafka().equals(Optional.of(variant));
            if (goal.metric() == metric && isPartOf && options.wants(goal)) return true;
        }
        return false;
    }

    private Path page() {
        return options.quick()
            ? options.target().resolve("RESULTS-quick.md")
            : options.home().resolve("bench/RESULTS.md");
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
