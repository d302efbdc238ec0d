package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Trials of rows, as many as there are to be, one line for each in a file of results. What the file has is
/// not tried again, so a campaign goes on where it ended.
///
/// `Campaign FILE ROUNDS ROW...` as a main class.
final class Campaign {
    private static final String HEADER = "row\tround\tcommit\tdate\tload\tresult\tlongest ms"
        + " without a write\tacknowledged\tnotes\n";
    private static final int ROUNDS_OF_SESSION = 10;

    /// Also what nodes said in clean trials stays beside the results.
    private static final boolean KEEPS_ALL = Boolean.getBoolean("chaos.keep");

    private final Path results;
    private final String commit;

    Campaign(Path results) {
        this.results = results;
        this.commit = commit();
    }

    /// `-Dchaos.commit` says it where there is no repository.
    private static String commit() {
        String given = System.getProperty("chaos.commit", "");
        if (!given.isBlank()) return given;
        try {
            return Shell.run(List.of("git", "-C", System.getProperty("user.dir"), "rev-parse",
                "--short", "HEAD")).strip();
        } catch (AssertionError | UncheckedIOException noRepository) {
            return "unknown";
        }
    }

    public static void main(String[] arguments) {
        var campaign = new Campaign(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        for (int index = 2; index < arguments.length; index++) {
            var row = Rows.of(Integer.parseInt(arguments[index]));
            row.obstacle().ifPresentOrElse(
                why -> System.out.println("row " + row.number() + " is skipped: " + why),
                () -> campaign.run(row, rounds));
        }
        System.exit(0);
    }

    /// Tries the row until there are this many trials of it; returns every violation found now.
    List<String> run(Row row, int rounds) {
        var violations = new ArrayList<String>();
        int done = done(row);
        while (done < rounds) {
            int next = done;
            try (var session = Session.open(row)) {
                int last = Math.min(rounds, next + ROUNDS_OF_SESSION);
                for (boolean isClean = true; isClean && done < last; done++) {
                    var outcome = session.trial(done);
                    isClean = outcome.findings().isEmpty();
                    append(row, done, outcome);
                    violations.addAll(outcome.findings());
                    if (!isClean || KEEPS_ALL) keep(session, row, done, outcome);
                }
            } catch (AssertionError | RuntimeException failed) {
                violations.add("row " + row.number() + ": no cluster: " + failed);
                failed.printStackTrace();
                return violations;
            }
        }
        return violations;
    }

    /// How many trials of the row the file has.
    private int done(Row row) {
        if (!Files.exists(results)) return 0;
        try (var lines = Files.lines(results)) {
            return (int) lines.filter(line -> line.startsWith(row.number() + "\t")).count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void append(Row row, int round, Session.Outcome outcome) {
        var result = outcome.findings().isEmpty()
            ? "clean"
            : outcome.findings().size() + " violations: " + outcome.findings().getFirst();
        var fields = List.of("" + row.number(), "" + round, commit,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), systemLoad(),
            result.replaceAll("\\s+", " "), "" + outcome.gapMsMax(), "" + outcome.acked(),
            String.join("; ", outcome.notes()));
        var line = String.join("\t", fields) + "\n";
        System.out.print(line);
        try {
            if (!Files.exists(results)) Files.writeString(results, HEADER);
            Files.writeString(results, line, StandardOpenOption.APPEND);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// How many processes wanted to run, on average of the last minute.
    private static String systemLoad() {
        var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return Optional.of(system.getSystemLoadAverage())
            .map(average -> String.format(java.util.Locale.ROOT, "%.1f", average)).orElse("");
    }

    /// What is known of a violation goes beside the results.
    private void keep(Session session, Row row, int round, Session.Outcome outcome) {
        session.keep();
        var story = String.join("\n", outcome.findings()) + "\n" + session.outputs();
        try {
            Files.writeString(results.resolveSibling("story-" + row.number() + "-" + round
                + ".txt"), story);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
