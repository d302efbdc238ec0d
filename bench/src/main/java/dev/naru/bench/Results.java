package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was measured so far, one line each, appended to a file that is kept beside the page: a run
/// that was cut short goes on where it was. The lines of each commit are a part of their own; what a
/// later part says of a metric takes the place of all that earlier ones said of it.
final class Results {
    private static final String COMMIT = "commit\t";
    private static final String NOTE = "note\t";

    private final Path file;
    private final Map<Metric, Measured> measured = new EnumMap<>(Metric.class);
    private final Map<String, String> notes = new LinkedHashMap<>();
    private String commit = "";
    private int part;

    private Results(Path file) {
        this.file = file;
    }

    /// Goes on with the last part if it is of this commit; `fresh` begins another one.
    static Results open(Path file, String commit, boolean fresh) throws IOException {
        var results = new Results(file);
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file))
                results.take(line);
        }
        if (fresh || !commit.equals(results.commit)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, COMMIT + commit + "\n", StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
            results.begin(commit);
        }
        return results;
    }

    private void begin(String next) {
        commit = next;
        part++;
    }

    private void take(String line) {
        var words = line.split("\t", -1);
        if (line.startsWith(COMMIT)) {
            begin(words[1]);
        } else if (line.startsWith(NOTE)) {
            notes.put(words[1], words[2]);
        } else {
            put(Metric.valueOf(words[0]), Variant.valueOf(words[1]), Integer.parseInt(words[2]),
                Double.parseDouble(words[3]));
        }
    }

    private void put(Metric metric, Variant variant, int round, double value) {
        var known = measured.get(metric);
        if (known == null || known.part() != part) {
            known = new Measured(part, commit, new EnumMap<>(Variant.class));
            measured.put(metric, known);
        }
        known.values().computeIfAbsent(variant, any -> new TreeMap<>()).put(round, value);
    }

    /// The values of a metric by round, and the commit they were measured with.
    private record Measured(int part, String commit,
        Map<Variant, SortedMap<Integer, Double>> values) {}

    void add(int round, Variant variant, Map<Metric, Double> figures) throws IOException {
        var lines = new ArrayList<String>();
        figures.forEach((metric, value) -> {
            put(metric, variant, round, value);
            lines.add(metric + "\t" + variant + "\t" + round + "\t" + value);
        });
        Files.write(file, lines, StandardOpenOption.APPEND);
    }

    /// A line for the foot of the page, such as how a variant was started.
    void note(String name, String text) throws IOException {
        if (text.equals(notes.put(name, text))) return;
        Files.writeString(file, NOTE + name + "\t" + text + "\n", StandardOpenOption.APPEND);
    }

    Map<String, String> notes() {
        return notes;
    }

    /// Whether this commit's part has it.
    boolean has(Metric metric, Variant variant, int round) {
        var known = measured.get(metric);
        return known != null && known.part() == part
            && byRound(metric, variant).containsKey(round);
    }

    /// The commit a metric was measured with, empty when it was not.
    String commit(Metric metric) {
        var known = measured.get(metric);
        return known == null ? "" : known.commit();
    }

    /// Sorted by round.
    SortedMap<Integer, Double> byRound(Metric metric, Variant variant) {
        return Optional.ofNullable(measured.get(metric)).map(some -> some.values().get(variant))
            .orElseGet(TreeMap::new);
    }

    /// In the order of rounds.
    List<Double> figures(Metric metric, Variant variant) {
        return List.copyOf(byRound(metric, variant).values());
    }

    /// The middle of some values and their ends.
    record Spread(double median, double min, double max, int count) {
        static Optional<Spread> of(List<Double> values) {
            if (values.isEmpty()) return Optional.empty();
            var sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1
                ? sorted[half]
                : (sorted[half - 1] + sorted[half]) / 2;
            return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1],
                sorted.length));
        }

        /// The larger of how far the ends lie from one, as a factor of at least one.
        double factor() {
            return Math.max(Math.max(max, 1 / max), Math.max(min, 1 / min));
        }
    }

    /// Round by round.
    List<Double> ratios(Metric metric, Variant above, Variant below) {
        var ratios = new ArrayList<Double>();
        var divisors = byRound(metric, below);
        byRound(metric, above).forEach((round, value) -> {
            var divisor = divisors.get(round);
            if (divisor != null) ratios.add(value / divisor);
        });
        return ratios;
    }

    /// A variant against itself: each round against the one before, the first against the last.
    List<Double> selfRatios(Metric metric, Variant variant) {
        var inOrder = new ArrayList<>(byRound(metric, variant).values());
        var ratios = new ArrayList<Double>();
        for (int at = 0; at < inOrder.size() && inOrder.size() > 1; at++) {
            int before = at == 0 ? inOrder.size() - 1 : at - 1;
            ratios.add(inOrder.get(at) / inOrder.get(before));
        }
        return ratios;
    }
}
