package dev.naru.quorum;

import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.io.RealLoops;
import dev.naru.io.Transport;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.NodeIdentity;
import dev.naru.sim.contract.LogYard;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Quorums on Ratis over loopback and temporary directories. A node is killed by closing its log.
final class RatisYard implements LogYard {
    static final String CLUSTER = "cluster-of-tests";
    private static final long LOOK_EVERY_NS = 200_000;
    private static final long SNAPSHOT_AFTER_BYTES = 300;
    private static final long BATCHES_KEPT = 5;
    private static final QuorumTiming TIMING = new QuorumTiming(200, 350, 50, 150, 3_000);
    private static final QuorumTiming PATIENT = new QuorumTiming(600_000, 900_000, 600_000,
        900_000, 3_000);

    private final AtomicReference<@Nullable Throwable> escaped = new AtomicReference<>();
    private final List<Path> directories = new ArrayList<>();
    private final List<Voter> voters = new ArrayList<>();
    private final List<RatisMetadataLogs> logs = new ArrayList<>();
    private final RealLoops loops;
    private final int voting;
    private final IntFunction<Optional<QuorumSettings.Tls>> tls;
    private boolean isPatient;
    private final TreeMap<Integer, MetadataLog> running = new TreeMap<>();

    RatisYard(int nodes) throws IOException {
        this(nodes, ForcedDirectories.Forcing.REAL);
    }

    RatisYard(int nodes, ForcedDirectories.Forcing forcing) throws IOException {
        this(nodes, nodes, forcing);
    }

    /// Nobody but node 1 concludes anything from silence: it leads.
    RatisYard patient() {
        isPatient = true;
        open(ForcedDirectories.Forcing.REAL);
        return this;
    }

    /// The first `voting` nodes agree at the start.
    RatisYard(int nodes, int voting, ForcedDirectories.Forcing forcing) throws IOException {
        this(nodes, voting, forcing, _ -> Optional.empty());
    }

    /// The members prove who they are.
    static RatisYard secured(int nodes, IntFunction<QuorumSettings.Tls> tls) throws IOException {
        return new RatisYard(nodes, nodes, ForcedDirectories.Forcing.REAL,
            nodeId -> Optional.of(tls.apply(nodeId)));
    }

    private RatisYard(int nodes, int voting, ForcedDirectories.Forcing forcing,
        IntFunction<Optional<QuorumSettings.Tls>> tls) throws IOException {
        this.voting = voting;
        this.tls = tls;
        loops = RealLoops.start(nodes, Transport.NIO,
            what -> escaped.compareAndSet(null, what));
        for (int nodeId = 1; nodeId <= nodes; nodeId++) {
            directories.add(Files.createTempDirectory("naru-quorum"));
            voters.add(new Voter(nodeId, new Uuid(5, nodeId), "127.0.0.1", freePort()));
        }
        open(forcing);
    }

    private static QuorumTiming patience(int nodeId) {
        return nodeId == 1 ? QuorumTiming.USUAL : PATIENT;
    }

    private void open(ForcedDirectories.Forcing forcing) {
        logs.clear();
        for (int nodeId : nodes())
            logs.add(new RatisMetadataLogs(settings(nodeId), Trace.NONE, forcing));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    QuorumSettings settings(int nodeId) {
        var voter = voter(nodeId);
        return new QuorumSettings(directory(nodeId),
            new QuorumSettings.Listening(voter.host(), voter.port()),
            nodeId > voting ? List.of() : List.copyOf(voters.subList(0, voting)),
            new QuorumSettings.Tuning(isPatient ? patience(nodeId) : TIMING, SNAPSHOT_AFTER_BYTES,
                BATCHES_KEPT),
            tls.apply(nodeId));
    }

    Path directory(int nodeId) {
        return directories.get(nodeId - 1);
    }

    Voter voter(int nodeId) {
        return voters.get(nodeId - 1);
    }

    List<Voter> voters() {
        return voters;
    }

    Loop loop(int nodeId) {
        return loops.loops().get(nodeId - 1);
    }

    @Override public List<Integer> nodes() {
        return voters.stream().map(Voter::nodeId).toList();
    }

    @Override public Life boot(int nodeId) {
        return boot(nodeId, voter(nodeId).directoryId());
    }

    Life boot(int nodeId, Uuid directoryId) {
        var log = logs.get(nodeId - 1).open(new NodeIdentity(CLUSTER, nodeId, directoryId));
        running.put(nodeId, log);
        return new Life(loop(nodeId), log);
    }

    @Override public void kill(int nodeId) {
        closeSoon(nodeId);
        logs.get(nodeId - 1).close();
    }

    @Override public void killAll() {
        nodes().forEach(this::closeSoon);
        logs.forEach(RatisMetadataLogs::close);
    }

    private void closeSoon(int nodeId) {
        var log = running.remove(nodeId);
        if (log == null) return;
        var isClosing = new AtomicBoolean();
        loop(nodeId).execute(() -> {
            log.close();
            isClosing.set(true);
        });
        until(isClosing::get);
    }

    /// The runner's own timeout ends a wait for what never comes.
    @Override public void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            var thrown = escaped.get();
            if (thrown != null) throw new AssertionError("escaped from a loop", thrown);
            if (Thread.interrupted()) throw new AssertionError("waited in vain");
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override public void close() {
        killAll();
        loops.close();
        for (var directory : directories)
            delete(directory);
        var thrown = escaped.get();
        if (thrown != null) throw new AssertionError("escaped from a loop", thrown);
    }

    static void delete(Path directory) {
        try (var entries = Files.walk(directory)) {
            entries.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
