package dev.naru.embedded;

import dev.naru.base.Trace;
import dev.naru.broker.Admission;
import dev.naru.broker.Env;
import dev.naru.broker.Node;
import dev.naru.broker.StartOutcome;
import dev.naru.config.Settings;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEnv;
import dev.naru.io.RealPatterns;
import dev.naru.metadata.LocalMetadataLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A broker in this JVM, on a free port of the loopback address. It is the broker, not an
/// imitation: any Kafka client connects to [#bootstrapServers].
///
/// ```java try (var naru = Naru.start()) {     var producer = new
/// KafkaProducer<>(Map.of("bootstrap.servers", naru.bootstrapServers(), ...)); } ```
///
/// Without a data directory of its own it keeps its data in a temporary one and deletes that when
/// it closes. Two settings differ from a broker in production, unless they are given: a group does
/// not wait for more members (`group.initial.rebalance.delay.ms=0`), and `__consumer_offsets` has 4
/// partitions. Safe for use by many threads.
public final class Naru implements AutoCloseable {
    private static final long START_SECONDS_MAX = 60;
    private static final long STOP_SECONDS_MAX = 60;
    private static final long REQUEST_MEMORY_BYTES = 64L * 1024 * 1024;

    private final RealEnv env;
    private final Node node;
    private final Path dataDirectory;
    private final boolean isTemporary;
    private final StartOutcome.Ready ready;
    private boolean isClosed;

    private Naru(RealEnv env, Node node, Path dataDirectory, boolean isTemporary,
        StartOutcome.Ready ready) {
        this.env = env;
        this.node = node;
        this.dataDirectory = dataDirectory;
        this.isTemporary = isTemporary;
        this.ready = ready;
    }

    /// Starts a broker with an empty temporary directory on a free port; returns when it serves.
    public static Naru start() {
        return start(Map.of());
    }

    /// The same with settings of `server.properties`, by name.
    ///
    /// @throws IllegalArgumentException when a setting is wrong; the message says which and why
    /// @throws IllegalStateException when the broker cannot start; the message says why
    public static Naru start(Map<String, String> settings) {
        try {
            var directory = Files.createTempDirectory("naru-");
            try {
                return start(directory, true, settings);
            } catch (RuntimeException failed) {
                delete(directory);
                throw failed;
            }
        } catch (IOException noDirectory) {
            throw new UncheckedIOException(noDirectory);
        }
    }

    /// Starts a broker on a data directory that is kept: what was written there before is served
    /// again.
    public static Naru start(Path dataDirectory, Map<String, String> settings) {
        return start(dataDirectory, false, settings);
    }

    private static Naru start(Path directory, boolean isTemporary, Map<String, String> given) {
        var settings = settings(directory, given);
        RealEnv env;
        try {
            env = RealEnv.open(directory, RealEnv.Options.embedded(Naru::escaped));
        } catch (IOException inUse) {
            throw new IllegalStateException(inUse.getMessage(), inUse);
        }
        var node = new Node(
            new Env(env.clock(), env.loops(), env.entropy(), env.disk(), env.net(), env.net(),
                new RealCodecs(), new RealPatterns(), Trace.NONE,
                LocalMetadataLog.in(env.disk(), Trace.NONE), REQUEST_MEMORY_BYTES,
                Admission.LOOPBACK_ONLY, _ -> {
                }),
            settings);
        var outcome = new CompletableFuture<StartOutcome>();
        node.start(outcome::complete);
        return switch (await(outcome)) {
            case StartOutcome.Ready ready -> new Naru(env, node, directory, isTemporary, ready);
            case StartOutcome.Failed failed -> {
                env.close();
                throw new IllegalStateException(failed.reason());
            }
        };
    }

    private static StartOutcome await(CompletableFuture<StartOutcome> outcome) {
        try {
            return outcome.get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new StartOutcome.Failed("interrupted while starting");
        } catch (ExecutionException | TimeoutException late) {
            return new StartOutcome.Failed("the broker did not start: " + late);
        }
    }

    private static Settings settings(Path directory, Map<String, String> given) {
        var all = new TreeMap<String, String>();
        all.put("listeners", "PLAINTEXT://127.0.0.1:0");
        all.put("log.dirs", directory.toString());
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("offsets.topic.num.partitions", "4");
        all.putAll(given);
        return switch (Settings.of(all)) {
            case Settings.Outcome.Accepted accepted -> accepted.settings();
            case Settings.Outcome.Rejected rejected ->
                throw new IllegalArgumentException(String.join("; ", rejected.problems()));
        };
    }

    /// A broken law of the broker must not take the JVM of its host with it: the loop that met it
    /// is done.
    private static void escaped(Throwable broken) {
        var thread = Thread.currentThread();
        var handler = thread.getUncaughtExceptionHandler();
        if (handler != null) handler.uncaughtException(thread, broken);
    }

    /// HOST:PORT for a client's `bootstrap.servers`.
    public String bootstrapServers() {
        return String.join(",", ready.listeners());
    }

    /// The port of the first listener.
    public int port() {
        return ready.port();
    }

    public String clusterId() {
        return ready.clusterId();
    }

    /// Where the data is; gone after [#close] when it is temporary.
    public Path dataDirectory() {
        return dataDirectory;
    }

    /// All addresses that are served, HOST:PORT.
    public List<String> listeners() {
        return ready.listeners();
    }

    /// Stops cleanly and closes everything that was opened. Further calls do nothing.
    @Override public synchronized void close() {
        if (isClosed) return;
        isClosed = true;
        var stopped = new CountDownLatch(1);
        node.stop(stopped::countDown);
        try {
            boolean isInTime = stopped.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            if (!isInTime) throw new IllegalStateException("the broker does not stop");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            env.close();
            if (isTemporary) delete(dataDirectory);
        }
    }

    private static void delete(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
