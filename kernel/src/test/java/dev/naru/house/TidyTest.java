package dev.naru.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The numbers and the words of the style, over every hand-written source of every module.
class TidyTest {
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 60;
    private static final int COLUMNS_MAX = 100;
    /// The formatter leaves comments as they were written, so these may hang over a little.
    private static final int COMMENT_COLUMNS_MAX = 110;
    private static final int PARAMETERS_MAX = 5;
    private static final int NESTING_MAX = 3;

    /// A word that the kernel does not say, and what it says instead.
    private record Banned(Pattern words, String instead) {
        Banned(String words, String instead) {
            this(Pattern.compile(words), instead);
        }
    }

    private static final List<Banned> KERNEL = List.of(
        new Banned("\\bSystem\\.(currentTimeMillis|nanoTime)\\b",
            "base.Clock, read once a turn as Now"),
        new Banned("\\b(Instant|LocalDate|LocalDateTime|ZonedDateTime)\\.now\\b", "base.Clock"),
        new Banned("\\bSystem\\.(out|err)\\b", "base.Trace"),
        new Banned("\\bThread\\b(?!\\.onSpinWait)", "base.Loop"),
        new Banned("\\bsynchronized\\b", "an owner: one loop"),
        new Banned(
            "\\b(ReentrantLock|ReadWriteLock|ReentrantReadWriteLock|Semaphore|CountDownLatch)\\b",
            "an owner: one loop"),
        new Banned("\\bUUID\\.randomUUID\\b", "base.Entropy.uuid()"),
        new Banned(
            "\\b(Math\\.random|new Random|ThreadLocalRandom|SecureRandom|SplittableRandom)\\b",
            "base.Entropy"),
        new Banned("\\bjava\\.io\\b", "base.Disk or base.Net"),
        new Banned("\\bjava\\.nio\\.(channels|file)\\b", "base.Disk or base.Net"),
        new Banned("\\b(CompletableFuture|ExecutorService|Executors)\\b|\\bFuture<",
            "a callback on a loop"),
        new Banned("\\.parallel(Stream)?\\(", "a plain loop"),
        new Banned("\\b(Map|Set)\\.(of|copyOf|ofEntries)\\((?!\\))",
            "TreeMap, LinkedHashMap, LinkedHashSet or a list: its order changes with each start"));

    private static final Pattern MUTABLE = Pattern
        .compile(
            "(?s).*=\\s*new\\s+(\\w*Map|\\w*Set|ArrayList|ArrayDeque|LinkedList|Atomic\\w+)\\b.*");
    private static final List<String> NAME_PARTS = List.of("Manager", "Service", "Helper",
        "Helpers", "Util", "Utils",
        "Impl", "Base", "Abstract", "Context", "Data", "Info", "Processor", "Misc", "Common");
    private static final Pattern UNDONE = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
    private static final Pattern SLEEP = Pattern
        .compile("\\bThread\\.sleep\\b|\\bTimeUnit\\.\\w+\\.sleep\\b");
    /// What is still too long, too deep or too wide: a file, or a file and a method. Nothing is
    /// added.
    private static final List<String> KNOWN_OFFENDERS = List.of(
        "bench/src/main/java/dev/naru/bench/Goal.java Goal",
        "io/src/main/java/dev/naru/io/NettyNet.java", "io/src/main/java/dev/naru/io/WholeSync.java",
        "io/src/test/java/dev/naru/io/FlushThreshold.java",
        "io/src/test/java/dev/naru/io/FlushThreshold.java measure",
        "kernel/src/main/java/dev/naru/base/Disk.java",
        "kernel/src/main/java/dev/naru/base/DiskFile.java",
        "kernel/src/main/java/dev/naru/log/PartitionLog.java open",
        "server/src/main/java/dev/naru/server/CommandLine.java");
    /// Modules whose tests watch other processes, which they can only wait for.
    private static final List<String> MAY_SLEEP = List.of("compat", "bench");

    @Test void files_are_short_and_lines_are_narrow() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            if (KNOWN_OFFENDERS.contains(source.path())) continue;
            var lines = source.lines();
            if (lines.size() > FILE_LINES_MAX) {
                violations.add(source.at(lines.size(), "more than " + FILE_LINES_MAX + " lines"));
            }
            for (int index = 0; index < lines.size(); index++) {
                int columns = lines.get(index).length();
                if (columns > columnsMax(lines.get(index))) {
                    violations.add(source.at(index + 1, columns + " columns"));
                }
            }
        }
        assertNone(violations);
    }

    private static int columnsMax(String line) {
        if (line.startsWith("import ")) return Integer.MAX_VALUE;
        return line.strip().startsWith("//") ? COMMENT_COLUMNS_MAX : COLUMNS_MAX;
    }

    @Test void methods_are_short_flat_and_take_little() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            var recordNames = recordNames(source);
            for (var method : Shape.of(source).methods()) {
                var at = source.path() + ":" + method.line() + ": " + method.name();
                if (KNOWN_OFFENDERS.contains(source.path() + " " + method.name())) continue;
                if (method.lines() > METHOD_LINES_MAX) {
                    violations.add(at + " has " + method.lines() + " lines");
                }
                if (method.nesting() > NESTING_MAX) {
                    violations.add(at + " nests " + method.nesting() + " deep");
                }
                boolean isFree = method.isOverride() || recordNames.contains(method.name());
                if (isFree || method.parameters() <= PARAMETERS_MAX) continue;
                violations.add(at + " takes " + method.parameters() + " parameters");
            }
        }
        assertNone(violations);
    }

    /// A record's own constructor takes its components, however many.
    private static List<String> recordNames(SourceFile source) {
        var names = new ArrayList<String>();
        var matcher = Pattern.compile("\\brecord\\s+(\\w+)").matcher(source.code());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test void the_kernel_takes_time_order_chance_and_bytes_from_outside() {
        var violations = new ArrayList<String>();
        for (var source : Tree.kernel()) {
            var lines = source.codeLines();
            for (int index = 0; index < lines.size(); index++) {
                for (var banned : KERNEL) {
                    var found = banned.words().matcher(lines.get(index));
                    if (!found.find()) continue;
                    violations.add(
                        source.at(index + 1, "'" + found.group() + "': use " + banned.instead()));
                }
            }
        }
        assertNone(violations);
    }

    @Test void the_kernel_has_no_state_that_two_nodes_would_share() {
        var violations = new ArrayList<String>();
        for (var source : Tree.kernel()) {
            for (var field : Shape.of(source).fields()) {
                var words = field.words();
                if (!words.matches("(?s)(.*\\s)?static\\s.*")) continue;
                boolean isFinal = words.matches("(?s)(.*\\s)?final\\s.*");
                if (!isFinal || MUTABLE.matcher(words).matches()) {
                    violations.add(source.at(field.line(),
                        "a static field that can change: give it an owner"));
                }
            }
        }
        assertNone(violations);
    }

    @Test void types_are_named_for_what_they_are() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            if (source.room().equals("base")) continue;
            for (var type : Shape.of(source).types()) {
                var word = emptyWord(type.name(), source.room());
                if (word.isEmpty()) continue;
                violations.add(
                    source.at(type.line(), type.name() + ": '" + word.get() + "' says nothing"));
            }
        }
        assertNone(violations);
    }

    /// A handler answers one kind of request: only the broker has them.
    private static Optional<String> emptyWord(String name, String room) {
        for (var word : name.split("(?<=[a-z0-9])(?=[A-Z])", -1)) {
            if (NAME_PARTS.contains(word)) return Optional.of(word);
            if (word.equals("Handler") && !room.equals("broker")) return Optional.of(word);
        }
        return Optional.empty();
    }

    @Test void methods_are_named_for_what_they_do() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            if (source.isTest()) continue;
            for (var method : Shape.of(source).methods()) {
                if (method.name().matches("(process|misc|common)([A-Z].*)?")) {
                    violations.add(source.at(method.line(), method.name() + " says nothing"));
                }
            }
        }
        assertNone(violations);
    }

    @Test void nothing_is_left_undone() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            var lines = source.lines();
            for (int index = 0; index < lines.size(); index++) {
                if (UNDONE.matcher(lines.get(index)).find()) {
                    violations.add(source.at(index + 1, "do it, or write a decision"));
                }
            }
        }
        assertNone(violations);
    }

    @Test void nobody_sleeps() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            if (MAY_SLEEP.contains(source.module())) continue;
            var lines = source.codeLines();
            for (int index = 0; index < lines.size(); index++) {
                if (SLEEP.matcher(lines.get(index)).find()) {
                    violations
                        .add(source.at(index + 1, "wait for what you wait for, not for time"));
                }
            }
        }
        assertNone(violations);
    }

    private static void assertNone(List<String> violations) {
        assertThat(violations.size()).as("\n" + String.join("\n", violations) + "\nviolations")
            .isZero();
    }
}
