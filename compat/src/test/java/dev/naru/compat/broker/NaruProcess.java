package dev.naru.compat.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Naru as its launcher starts it: the server's class path and the launcher's options.
final class NaruProcess implements Broker {
    static final Pattern READY = Pattern.compile("ready on \\S+?:(\\d+)");
    private static final List<String> LAUNCHER_OPTIONS = List.of("-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC");
    /// What the tests bring along, and the server must do without.
    private static final Pattern NOT_THE_SERVERS = Pattern.compile(
        "junit|assertj|opentest4j|apiguardian|byte-buddy|kafka-clients|kafka-streams|spring-"
            + "|naru-cli|naru-sim"
            + "|picocli|jline|jackson|naru-embedded|naru-junit|surefire"
            + "|[/\\\\](cli|compat|embedded|junit|sim)[/\\\\]target");

    private static final Pattern COMPLAINT = Pattern.compile(" ERROR |RequestFailed\\[|^\\s+at ");

    private final Path directory;
    private final Map<String, String> settings;
    private final List<String> jvm;
    private final List<String> doors;
    private Child child;
    private int port;

    private NaruProcess(Path directory, Map<String, String> settings, List<String> jvm,
        List<String> doors) {
        this.directory = directory;
        this.settings = settings;
        this.jvm = jvm;
        this.doors = doors;
    }

    static NaruProcess start(Path directory, Map<String, String> settings, List<String> jvm) {
        return start(directory, settings, jvm, List.of());
    }

    /// With these words of the command line, which say where it listens and whom it joins.
    static NaruProcess start(Path directory, Map<String, String> settings, List<String> jvm,
        List<String> doors) {
        var naru = new NaruProcess(directory, settings, jvm, doors);
        naru.restart();
        return naru;
    }

    static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !NOT_THE_SERVERS.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    }

    @Override public int port() {
        return port;
    }

    @Override public Path dataDirectory() {
        return directory.resolve("data");
    }

    @Override public String output() {
        return child.output();
    }

    @Override public boolean isAlive() {
        return child.process().isAlive();
    }

    @Override public void kill() {
        child.close();
    }

    @Override public int stop() {
        child.process().destroy();
        int code = child.exitCode();
        child.close();
        return code;
    }

    @Override public void restart() {
        var given = new TreeMap<>(settings);
        if (doors.isEmpty()) given.putIfAbsent("listeners", "PLAINTEXT://127.0.0.1:" + port);
        var words = command(dataDirectory(), given, jvm);
        words.addAll(doors);
        child = Child.start(words, Map.of(), Path.of("."));
        try {
            port = Integer.parseInt(child.await(READY).group(1));
        } catch (AssertionError notServing) {
            child.close();
            throw notServing;
        }
    }

    /// The command line of a node, as its launcher makes it.
    static List<String> command(Path data, Map<String, String> settings, List<String> jvm) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(LAUNCHER_OPTIONS);
        words.addAll(jvm);
        words.addAll(List.of("-cp", classPath(), "dev.naru.server.Main", "start", "--data",
            data.toString()));
        settings.forEach((name, value) -> words.addAll(List.of("-o", name + "=" + value)));
        return words;
    }

    @Override public long pid() {
        return child.process().pid();
    }

    /// Also fails the test when the node failed at a request in a way it did not foresee.
    @Override public void close() {
        child.close();
        var complaints = complaints();
        Brokers.delete(directory);
        if (!complaints.isEmpty()) throw new AssertionError(complaints);
    }

    private String complaints() {
        var log = dataDirectory().resolve("naru.log");
        if (!Files.exists(log)) return "";
        try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> COMPLAINT.matcher(line).find())
                .limit(20)
                .collect(Collectors.joining("\n"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
