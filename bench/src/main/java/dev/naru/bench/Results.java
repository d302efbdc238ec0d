package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/// What was measured so far, one line each, appended to a file: a run that was cut short goes on
/// where it was. Lines of another commit are set aside.
final class Results {
    private static final String COMMIT = "commit\t";
    private static final String NOTE = "note\t";

    private final Path file;
    /// Values by round.
    private final Map<Metric, Map<Variant, SortedMap<Integer, Double>>> values = new EnumMap<>(
        Metric.class);
    private final Map<String, String> notes = new LinkedHashMap<>();

    private Results(Path file) {
        this.file = file;
    }

    static Results open(Path file, String commit, boolean fresh) throws IOException {
        var results = new Results(file);
        if (Files.exists(file) && !fresh) {
            var lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.getFirst().equals(COMMIT + commit)) {
                for (var line : lines.subList(1, lines.size()))
                    results.take(line);
                return results;
            }
        }
        if (Files.exists(file)) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".old"),
                StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, COMMIT + commit + "\n");
        return results;
    }

    private void take(String line) {
        var words = line.split("\t", -1);
        if (line.startsWith(NOTE)) {
            notes.put(words[1], words[2]);
            return;
        }
        put(Metric.valueOf(words[0]), Variant.valueOf(words[1]), Integer.parseInt(words[2]),
            Double.parseDouble(words[3]));
    }

    private void put(Metric metric, Variant variant, int round, double value) {
        values.computeIfAbsent(metric, any -> new EnumMap<>(Variant.class))
            .computeIfAbsent(variant, any -> new TreeMap<>()).put(round, value);
    }

    void add(int round, Variant variant, Map<Metric, Double> measured) throws IOException {
        var lines = new ArrayList<String>();
        measured.forEach((metric, value) -> {
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

    boolean has(Metric metric, Variant variant, int round) {
        return byRound(metric, variant).containsKey(round);
    }

    /// Sorted by round.
    SortedMap<Integer, Double> byRound(Metric metric, Variant variant) {
        return Optional.ofNullable(values.get(metric)).map(some -> some.get(variant))
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
