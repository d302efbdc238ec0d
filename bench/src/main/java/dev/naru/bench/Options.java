package dev.naru.bench;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// What `bench/run` was asked for. `home` is the source tree; `size` shrinks every load.
record Options(Path home, int rounds, boolean quick, boolean fresh, Set<String> only) {
    static final String USAGE = """
        bench/run [--rounds N] [--quick] [--only ROW,...] [--fresh]
          --rounds N     alternated rounds (5)
          --quick        tiny loads, one round, to see that all runs; table in target/
          --only ROW     rows of the table by their first column, or scenarios; `cluster` is all
                         of three nodes. The other rows stay as they are
          --fresh        measures again what earlier runs of this commit measured
        """;

    static Optional<Options> read(String[] words, Path home) {
        int rounds = 0;
        boolean quick = false;
        boolean fresh = false;
        Set<String> only = new LinkedHashSet<>();
        for (int at = 0; at < words.length; at++) {
            boolean hasNext = at + 1 < words.length;
            switch (words[at]) {
                case "--quick" -> quick = true;
                case "--fresh" -> fresh = true;
                case "--rounds" -> {
                    if (!hasNext || !words[at + 1].matches("[1-9][0-9]?")) return Optional.empty();
                    rounds = Integer.parseInt(words[++at]);
                }
                case "--only" -> {
                    if (!hasNext) return Optional.empty();
                    for (var row : words[++at].split(",", -1))
                        only.add(row);
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        if (rounds == 0) rounds = quick ? 1 : 5;
        return Optional.of(new Options(home, rounds, quick, fresh, only));
    }

    Path target() {
        return home.resolve("bench/target");
    }

    /// A count of records or seconds, made small for a quick run.
    long scaled(long full) {
        return quick ? Math.max(1, full / 20) : full;
    }

    boolean wants(Goal goal) {
        return only.isEmpty() || only.contains(goal.row());
    }
}
