package dev.naru.compat.foreign;

import dev.naru.compat.broker.Child;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Programs of other people, some of which may not be on this machine, and our command line.
final class Tool {
    private static final Path KAFKA_JARS = Path
        .of(System.getProperty("compat.tools.jars", "target/tools")).toAbsolutePath();
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java")
        .toString();

    private Tool() {}

    /// Where PATH has it.
    static Optional<Path> find(String name) {
        for (var directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            var place = Path.of(directory, name);
            if (Files.isExecutable(place)) return Optional.of(place);
        }
        return Optional.empty();
    }

    /// The command of a tool of Kafka's own, in its own process and class path.
    static List<String> kafka(String main, List<String> words) {
        return java(KAFKA_JARS + "/*", main, words);
    }

    /// The command of `naru NAME`.
    static List<String> naru(String name, List<String> words) {
        var all = new ArrayList<>(List.of(name));
        all.addAll(words);
        return java(ownClassPath(), "dev.naru.cli.Main", all);
    }

    private static List<String> java(String classPath, String main, List<String> words) {
        var command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
            classPath, main));
        command.addAll(words);
        return command;
    }

    private static String ownClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    }

    /// Runs a command to its end.
    static Ran run(Path directory, String input, List<String> command) {
        try (var child = Child.start(command, Map.of(), directory)) {
            child.feed(input);
            int code = child.exitCode();
            return new Ran(code, child.output());
        }
    }

    record Ran(int code, String output) {
        List<String> lines() {
            return output.lines().toList();
        }
    }
}
