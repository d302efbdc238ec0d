package dev.naru.server;

import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.broker.Env;
import dev.naru.broker.Node;
import dev.naru.broker.StartOutcome;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.io.RealCodecs;
import dev.naru.io.RealEnv;
import dev.naru.io.RealPatterns;
import dev.naru.trust.Untrusted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A node that serves in this process, with its ports. Opened and closed by one thread that is not a loop.
public final class Serving implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 60;
    /// Requests may hold half of the memory outside the heap: the other half is for answers, for frames
    /// that grow, and for what single connections hold.
    private static final int REQUEST_MEMORY_PART = 2;

    private final RealEnv ports;
    private final Node node;
    private final StartOutcome.Ready ready;
    private final Runnable endOfQuorum;
    private final Optional<Joining> joining;

    private Serving(RealEnv ports, Node node, StartOutcome.Ready ready, Runnable endOfQuorum,
        Optional<Joining> joining) {
        this.endOfQuorum = endOfQuorum;
        this.joining = joining;
        this.ports = ports;
        this.node = node;
        this.ready = ready;
    }

    /// What came of a start.
    sealed interface Outcome {
        record Ready(Serving serving) implements Outcome {}

        /// In one line.
        record Failed(String reason) implements Outcome {}
    }

    /// Opens the data directory and starts a node on it; returns when it serves, or why it does not.
    static Outcome open(ServerSettings given, Consumer<Throwable> escaped, Consumer<String> fatal) {
        return open(given, new Ears(escaped, fatal, JoinStep.UNWATCHED));
    }

    /// Who hears what: of what escaped on a loop, of what ends the node, of each step into a cluster.
    record Ears(Consumer<Throwable> escaped, Consumer<String> fatal, Consumer<JoinStep> passed) {}

    static Outcome open(ServerSettings given, Ears ears) {
        // read when the first logger is made, which the network does
        System.setProperty(LogSetup.DIRECTORY, given.dataDirectory().toString());
        RealEnv ports;
        try {
            ports = RealEnv.open(given.dataDirectory(), options(given.settings(), ears.escaped()));
        } catch (IOException refused) {
            return new Outcome.Failed(reason(refused));
        }
        var trace = LogTrace.of(ports.clock());
        try {
            var joining = Joining.of(given, ports, trace, ears.passed());
            var settings = joining.isEmpty()
                ? given.settings()
                : given.settings().withNodeId(joining.get().admit());
            return start(settings, given.dataDirectory(), new World(ports, trace, ears.fatal()),
                joining);
        } catch (Joining.Refused | Untrusted | IOException refused) {
            ports.close();
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        } catch (RuntimeException unforeseen) {
            ports.close();
            throw unforeseen;
        }
    }

    private record World(RealEnv ports, Trace trace, Consumer<String> fatal) {}

    private static Outcome start(Settings settings, Path dataDirectory, World world,
        Optional<Joining> joining) throws Untrusted, IOException {
        var ports = world.ports();
        var trace = world.trace();
        var trusted = new PeerSecurity(settings, dataDirectory, ports, trace).open();
        var peers = trusted.identity().<Net>map(own -> ports.net().secured(own, trace))
            .orElse(ports.net());
        joining.ifPresent(way -> way.beTakenIn(settings.nodeId(), peers));
        var quorum = Quorums.of(settings, new Quorums.Place(dataDirectory, ports.disk(),
            trusted.identity(), joining.isPresent()), trace);
        var env = new Env(ports.clock(), ports.loops(), ports.entropy(), ports.disk(),
            ports.net().sparing(trace), peers, new RealCodecs(), new RealPatterns(), trace,
            quorum.logs(),
            requestMemoryBytes(settings), trusted.admission(), world.fatal());
        var node = new Node(env, settings);
        var started = new CompletableFuture<StartOutcome>();
        node.start(started::complete);
        return switch (started.join()) {
            case StartOutcome.Ready ready -> new Outcome.Ready(
                new Serving(ports, node, ready, quorum.end(), joining));
            case StartOutcome.Failed failed -> {
                joining.ifPresent(Joining::close);
                ports.close();
                yield new Outcome.Failed(failed.reason());
            }
        };
    }

    /// HOST:PORT of each listener, with real ports.
    public List<String> listeners() {
        return ready.listeners();
    }

    /// Stops cleanly: requests end, everything is flushed, the directory is free. Returns when that is so.
    @Override public void close() {
        joining.ifPresent(Joining::close);
        var stopped = new CountDownLatch(1);
        node.stop(stopped::countDown);
        try {
            stopped.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        endOfQuorum.run();
        ports.close();
    }

    private static RealEnv.Options options(Settings settings, Consumer<Throwable> escaped) {
        int loops = settings.integer(BrokerNames.NARU_LOOPS);
        var options = RealEnv.Options.of(escaped);
        return loops == 0 ? options : options.withLoops(loops);
    }

    private static long requestMemoryBytes(Settings settings) {
        long own = settings.number(BrokerNames.NARU_REQUEST_MEMORY_BYTES);
        if (own > 0) return own;
        long kafkas = settings.number(BrokerNames.QUEUED_MAX_REQUEST_BYTES);
        return kafkas > 0 ? kafkas : RealEnv.directMemoryBytesMax() / REQUEST_MEMORY_PART;
    }

    private static String reason(IOException refused) {
        String message = refused.getMessage();
        String kind = refused.getClass().getSimpleName();
        if (message == null) return "the data directory cannot be opened: " + kind;
        boolean isSentence = kind.equals("IOException");
        return isSentence
            ? message
            : "the data directory cannot be opened: " + kind + " " + message;
    }
}
