package dev.naru.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/// A data directory of one variant, and how a broker is started on it. The directory is deleted at
/// the end.
final class Yard implements AutoCloseable {
    /// What the start scripts of Kafka 4.4 give its JVM.
    private static final List<String> KAFKA_JVM = List.of("-Xmx1G", "-Xms1G", "-server",
        "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
        "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true");
    private static final String YARDS = "yard";
    private static final List<String> STRACE = List.of("strace", "-D", "-f", "--seccomp-bpf",
        "-qq", "-e", "trace=" + SyncTrace.CALLS, "-e", "signal=none", "-o");

    /// Has a process end when the one that started it is gone, however that went.
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Options options;
    private final Variant variant;
    private final Path directory;
    private final int port;
    private final Map<String, String> more = new TreeMap<>();
    private boolean isTraced;
    private boolean isFormatted;

    private Yard(Options options, Variant variant, Path directory, int port) {
        this.options = options;
        this.variant = variant;
        this.directory = directory;
        this.port = port;
    }

    /// An empty directory.
    static Yard open(Options options, Variant variant) throws IOException {
        var directory = options.target().resolve(YARDS).resolve(UUID.randomUUID().toString());
        Files.createDirectories(directory);
        return new Yard(options, variant, directory, freePort());
    }

    /// Brokers started from now on have their calls to sync counted; false when nothing here can.
    boolean traceSyncs() {
        isTraced = SyncTrace.isPossible();
        return isTraced;
    }

    /// Brokers started from now on have this setting, too.
    void set(String name, String value) {
        more.put(name, value);
    }

    Map<String, String> settings() {
        return Collections.unmodifiableMap(more);
    }

    SyncTrace syncs() {
        return new SyncTrace(directory.resolve("syncs"));
    }

    Variant variant() {
        return variant;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    Path directory() {
        return directory;
    }

    /// One broker that is a cluster of its own; its directory is formatted first, where the system
    /// wants that.
    Broker start() throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (isTraced) {
            command.addAll(STRACE);
            command.add(directory.resolve("syncs").toString());
        }
        command.addAll(variant.isNaru() ? naru() : kafka());
        return launch(command, port);
    }

    /// A process of this yard that serves clients at a port.
    Broker launch(List<String> command, int clientPort) throws IOException {
        var words = new ArrayList<String>();
        if (Files.isExecutable(SETPRIV))
            words.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL"));
        words.addAll(command);
        var builder = new ProcessBuilder(words).directory(directory.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("KAFKA_") || name.startsWith("NARU_")
            || name.equals("JAVA_TOOL_OPTIONS"));
        environment.put("NARU_JAVA_HOME", System.getProperty("java.home"));
        return Broker.start(builder, clientPort, options.target().resolve("brokers.log"));
    }

    /// How a broker of this yard was started, without what differs between machines and rounds.
    String commandLine(Broker broker) throws IOException {
        return broker.commandLine().replace(directory.toString(), "DIR")
            .replace(Integer.toString(port), "PORT").replace(System.getProperty("java.home"), "JDK")
            .replace(options.home().toString(), ".");
    }

    /// Naru's launcher.
    String launcher() {
        return options.home().resolve("naru").toString();
    }

    /// As a user starts it.
    private List<String> naru() {
        var command = new ArrayList<>(List.of(launcher(), "start",
            "--data", directory.resolve("naru").toString(), "--listen", address(), "-o",
            "naru.flush.on.ack=" + (variant == Variant.NARU_SYNC)));
        more.forEach((name, value) -> command.addAll(List.of("-o", name + "=" + value)));
        return command;
    }

    private Path config() {
        return directory.resolve("server.properties");
    }

    private List<String> kafka() throws IOException, InterruptedException {
        if (!isFormatted) formatKafka();
        isFormatted = true;
        return java("kafka.Kafka", config().toString());
    }

    /// Kafka's program of that name.
    List<String> java(String main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(KAFKA_JVM);
        command.add("-Dlog4j2.level=ERROR");
        command.addAll(List.of("-cp", options.target().resolve("kafka") + "/*", main));
        command.addAll(List.of(arguments));
        return command;
    }

    private void formatKafka() throws IOException, InterruptedException {
        int controllerPort = freePort();
        var lines = new ArrayList<String>();
        var properties = new TreeMap<>(Map.of("process.roles", "broker,controller", "node.id", "1",
            "listeners", "PLAINTEXT://" + address() + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "controller.listener.names", "CONTROLLER", "controller.quorum.voters",
            "1@127.0.0.1:" + controllerPort, "log.dirs", directory.resolve("kafka").toString(),
            "offsets.topic.replication.factor", "1", "log.flush.interval.messages",
            variant == Variant.KAFKA_SYNC ? "1" : Long.toString(Long.MAX_VALUE)));
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.share.max.size", "1000");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.putAll(more);
        properties.forEach((name, value) -> lines.add(name + "=" + value));
        Files.write(config(), lines);
        var command = java("kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(),
            "-c", config().toString());
        begin(command).ended();
    }

    /// Starts a command that ends by itself.
    Step begin(List<String> command) throws IOException {
        var log = Files.createTempFile(directory, "step", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(log.toFile());
        builder.environment().put("NARU_JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        Broker.endWithUs(process);
        return new Step(process, log);
    }

    /// A command that runs, and where it writes.
    record Step(Process process, Path log) {
        /// Waits until it has ended well; what it wrote.
        String ended() throws IOException, InterruptedException {
            int code = process.waitFor();
            String output = Files.readString(log);
            if (code != 0) throw new IOException(output);
            return output;
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override public void close() throws IOException {
        delete(directory);
    }

    /// Deletes what runs that were cut short have left.
    static void clear(Options options) throws IOException {
        delete(options.target().resolve(YARDS));
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) return;
        List<Path> entries;
        try (Stream<Path> below = Files.walk(directory)) {
            entries = new ArrayList<>(below.toList());
        }
        for (var entry : entries.reversed())
            Files.deleteIfExists(entry);
    }
}
