package dev.naru.compat.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Starts brokers. Naru by default; `-Dcompat.peer=kafka` starts Apache Kafka instead, from the jars that
/// compat/peer/pom.xml fetches, which proves that a test states Kafka's behaviour and not ours.
public final class Brokers {
    /// Settings of every broker of the tests: small waits, nothing else.
    private static final Map<String, String> QUICK = Map.of(
        "group.initial.rebalance.delay.ms", "0",
        "group.min.session.timeout.ms", "100",
        // some records of the tests are of 1970
        "log.retention.check.interval.ms", "86400000",
        "offsets.topic.num.partitions", "4");

    private Brokers() {}

    /// True when the tests run against Apache Kafka.
    public static boolean areKafka() {
        return "kafka".equals(System.getProperty("compat.peer"));
    }

    /// A broker on a directory of its own, which is deleted when it is closed.
    public static Broker start(Map<String, String> settings) {
        return start(temporaryDirectory(), settings, List.of("-Xmx512m"));
    }

    /// A broker on this directory.
    public static Broker start(Path directory, Map<String, String> settings, List<String> jvm) {
        var all = new TreeMap<>(QUICK);
        all.putAll(settings);
        return areKafka()
            ? KafkaProcess.start(directory, all, jvm)
            : NaruProcess.start(directory, all, jvm);
    }

    /// A node of Naru that is told where it listens and whom it joins by these words of its command line.
    public static Broker naru(Map<String, String> settings, List<String> doors) {
        var all = new TreeMap<>(QUICK);
        all.putAll(settings);
        return NaruProcess.start(temporaryDirectory(), all, List.of("-Xmx256m"), doors);
    }

    /// The command line of a node of Naru with these settings on top of those of all tests, for whoever
    /// starts
    /// it in surroundings of its own; `given` are whole: listeners, too.
    public static List<String> command(Path data, Map<String, String> given, List<String> jvm) {
        var all = new TreeMap<>(QUICK);
        all.putAll(given);
        return NaruProcess.command(data, all, jvm);
    }

    /// What a node says when it serves.
    public static Pattern ready() {
        return NaruProcess.READY;
    }

    public static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("naru-compat-");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// Deletes a directory of the tests with all that is in it, unless `-Dcompat.keep=true`.
    public static void delete(Path directory) {
        if (Boolean.getBoolean("compat.keep")) return;
        if (!directory.getFileName().toString().startsWith("naru-compat-")) return;
        try (Stream<Path> all = Files.walk(directory)) {
            for (var path : all.sorted((a, b) -> b.compareTo(a)).toList())
                Files.deleteIfExists(path);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
