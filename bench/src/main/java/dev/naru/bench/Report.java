package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The page of results, written anew after each story.
final class Report {
    private static final List<Variant> COLUMNS = List.of(Variant.values());

    private final Results results;
    private final List<String> head;
    private final List<String> page = new ArrayList<>();

    /// `head` says which commit on which machine.
    Report(Results results, List<String> head) {
        this.results = results;
        this.head = head;
    }

    void write(Path file) throws IOException {
        page.clear();
        page.add("# Naru beside Apache Kafka 4.4.0");
        page.add("");
        page.add(
            "Made by `bench/run`. One system at a time, alternated rounds, the same client process "
                + "(kafka-clients 4.4.0, its defaults, acks=all); everything on 127.0.0.1 and "
                + "one disk. A ratio "
                + "is Naru / Kafka of the same round. A/A is Kafka against Kafka, each round "
                + "against the one "
                + "before; a goal is met or missed when the median is off it by more than the "
                + "A/A spread.");
        page.add("");
        ratios();
        figures();
        conditions();
        Files.write(file, page);
    }

    private void ratios() {
        page.add(
            "| row | ratio of | goal | median | min - max | A/A min - max | rounds | verdict "
                + "| commit |");
        page.add("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var goal : Goal.values()) {
            var ratio = Results.Spread.of(goal.kafka()
                .map(kafka -> results.ratios(goal.metric(), goal.naru(), kafka))
                .orElseGet(() -> results.figures(goal.metric(), goal.naru())));
            var self = goal.kafka().flatMap(
                kafka -> Results.Spread.of(results.selfRatios(goal.metric(), kafka)));
            String start = "| " + goal.row() + " | " + goal.title() + " | "
                + (goal.isFloor() ? ">= " : "<= ") + goal.ratio() + " | ";
            if (ratio.isEmpty()) {
                page.add(start + "| | | 0 | not measured | |");
                continue;
            }
            var some = ratio.get();
            double chance = self.map(Results.Spread::factor).orElse(1.0);
            page.add(start + "**" + number(some.median()) + "** | " + range(some) + " | "
                + self.map(Report::range).orElse("") + " | " + some.count() + " | "
                + Verdict.of(goal, some, chance).text() + " | "
                + results.commit(goal.metric()) + " |");
        }
        Results.Spread.of(results.selfRatios(Metric.PRODUCE_CPU_PER_GB, Variant.KAFKA))
            .ifPresent(self -> page.add("| a-a | Kafka against Kafka: broker CPU per GB | | "
                + number(self.median()) + " | " + range(self) + " | " + range(self) + " | "
                + self.count() + " | | " + results.commit(Metric.PRODUCE_CPU_PER_GB) + " |"));
        page.add("");
    }

    private void figures() {
        page.add("## Figures");
        page.add("");
        page.add("Median (min - max).");
        page.add("");
        var titles = new StringBuilder("| what |");
        var rule = new StringBuilder("| --- |");
        for (var variant : COLUMNS) {
            titles.append(' ').append(variant.title()).append(" |");
            rule.append(" --- |");
        }
        page.add(titles.toString());
        page.add(rule.toString());
        for (var metric : Metric.values()) {
            var line = new StringBuilder("| " + metric.title()
                + (metric.unit().isEmpty() ? "" : ", " + metric.unit()) + " |");
            boolean isMeasured = false;
            for (var variant : COLUMNS) {
                var spread = Results.Spread
                    .of(results.figures(metric, variant));
                isMeasured |= spread.isPresent();
                line.append(' ').append(spread.map(Report::figure).orElse("")).append(" |");
            }
            if (isMeasured) page.add(line.toString());
        }
        page.add("");
    }

    private void conditions() {
        page.add("## Conditions");
        page.add("");
        for (var line : head)
            page.add("- " + line);
        page.add("- 1 KiB: 4 partitions, 300,000 records to warm, 700,000 measured, at most 8 s. "
            + "100 bytes: 1,000,000 and 2,000,000. Rates: 6 s to warm, 6 s measured, time from "
            + "when a "
            + "record was due; end-to-end with linger.ms=0 and one partition.");
        page.add(
            "- Syncs are calls of fsync, fdatasync, syncfs, msync and sync_file_range, counted by "
                + "strace in a run of their own.");
        page.add(
            "- Restart with 5,000 partitions: from the start of the process until each of the 50 "
                + "topics took a record, by a producer that was there before; every partition "
                + "holds a record. "
                + "Kafka's format step is not counted; Naru is started by its launcher, Kafka "
                + "by java.");
        page.add(
            "- Three nodes: all on this machine, voters of the quorum, each with the heap it has "
                + "alone; three replicas, two in sync at least. 6 partitions; 12 s to warm (4 s "
                + "where the rate is fixed), 6 s measured. Kills: 300 partitions, 100 led by "
                + "each node, a record to each every 100 ms by three producers with their "
                + "defaults; the time is that between two acknowledged records of one partition. "
                + "The node that stops leads 2,000 partitions with a record each; the time is "
                + "from SIGTERM to the process's end. A node that tells of 100,000 partitions "
                + "again starts 5 s after it was killed; the time is from the start of its "
                + "launcher to the end of its own answer to one Metadata request for all "
                + "topics, each partition with its leader. With TLS nodes prove to each other who "
                + "they are, with a P-256 key each, in the quorum, too; clients talk in "
                + "plaintext. Healed is from the first byte copied until all replicas are in "
                + "sync.");
        results.notes().forEach((name, text) -> page.add("- " + name + ": `" + text + "`"));
    }

    private static String figure(Results.Spread spread) {
        String median = number(spread.median());
        return spread.count() == 1 ? median : median + " (" + range(spread) + ")";
    }

    private static String range(Results.Spread spread) {
        return number(spread.min()) + " - " + number(spread.max());
    }

    /// Three digits that count.
    static String number(double value) {
        if (Double.isNaN(value)) return "not counted";
        double size = Math.abs(value);
        String shape = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, shape, value).replaceFirst("\\.0+$", "");
    }
}
