package dev.naru.sim;

import dev.naru.base.Invariant;
import dev.naru.base.Trace;
import dev.naru.broker.Admission;
import dev.naru.broker.Env;
import dev.naru.broker.Node;
import dev.naru.broker.StartOutcome;
import dev.naru.config.Settings;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A machine with a node on it: boots it, kills it, cuts its power, stops it cleanly. Each life is
/// a new [Node] on the same disk.
public final class SimNode {
    private static final long REQUEST_MEMORY_BYTES = 4L * 1024 * 1024;

    private final SimHost host;
    private final SimDisk disk;
    private final SimNet net;
    private final SimNetwork network;
    private final SimEntropy chance;
    private final Settings settings;
    private final int loopCount;
    private final Optional<MetadataLogs> metadata;
    private final Watcher watcher;
    private @Nullable Node node;
    private State state = State.DOWN;
    private boolean hasStopped;
    private boolean staysDown;

    /// Where its process is.
    public enum State {
        DOWN, STARTING, SERVING, STOPPING
    }

    /// Hears what becomes of the node.
    public interface Watcher {
        void onEvent(Trace.Event event);

        void onServing();

        /// A life in which it knew of the cluster has ended.
        void onEnded(boolean isClean);

        /// It did not start, or found out that it must not go on; its process is gone by now.
        void onFailed(String reason, boolean wasStarting);
    }

    /// What a node needs besides its place in the network.
    /// Without `metadata` it is a cluster of its own.
    public record Make(SimDisk disk, SimEntropy chance, Settings settings, int loopCount,
        Optional<MetadataLogs> metadata, Watcher watcher) {}

    public SimNode(SimHost host, SimNetwork network, Make make) {
        this.host = host;
        this.network = network;
        this.net = new SimNet(network, host);
        this.disk = make.disk();
        this.chance = make.chance();
        this.settings = make.settings();
        this.loopCount = make.loopCount();
        this.metadata = make.metadata();
        this.watcher = make.watcher();
    }

    public SimHost host() {
        return host;
    }

    public SimDisk disk() {
        return disk;
    }

    public State state() {
        return state;
    }

    /// The node of this life; none while the machine is down.
    Optional<Node> running() {
        return Optional.ofNullable(node);
    }

    /// Starts a new life.
    public void boot() {
        if (state != State.DOWN || staysDown) return;
        var loops = new ArrayList<SimLoop>();
        for (int loop = 0; loop < loopCount; loop++)
            loops.add(new SimLoop(host, chance.split()));
        net.loops(loops);
        int life = host.life();
        var env = new Env(host.clock(), List.copyOf(loops), chance.split(), disk, net, net,
            new SimCodecs(), SimPatterns::compile, this::emit,
            metadata.orElseGet(() -> LocalMetadataLog.in(disk, this::emit)), REQUEST_MEMORY_BYTES,
            Admission.LOOPBACK_ONLY, reason -> fatal(life, reason));
        host.world().trace().count("node: boots");
        state = State.STARTING;
        var next = new Node(env, settings);
        node = next;
        next.start(outcome -> {
            switch (outcome) {
                case StartOutcome.Ready _ -> ready();
                case StartOutcome.Failed failed -> fatal(life, failed.reason());
            }
        });
    }

    /// Whether nothing starts it.
    void staysDown(boolean stays) {
        staysDown = stays;
    }

    private void emit(Trace.Event event) {
        watcher.onEvent(event);
    }

    private void ready() {
        state = State.SERVING;
        watcher.onServing();
    }

    /// The process dies after the turn in which it found out: until then it runs on, as a real one
    /// does.
    private void fatal(int life, String reason) {
        host.world().scheduleAt(host.world().nowNs(), host, () -> {
            if (host.life() != life || state == State.DOWN) return;
            boolean wasStarting = state == State.STARTING;
            end(true);
            watcher.onFailed(reason, wasStarting);
        });
    }

    /// The process is killed: what it wrote stays written.
    public void kill() {
        if (state != State.DOWN) end(true);
    }

    /// The machine loses power: what was not flushed is lost, in part or whole.
    public void cutPower() {
        if (state != State.DOWN) end(false);
        disk.losePower();
    }

    /// Stops cleanly; `done` is called when the process has ended.
    public void stop(Runnable done) {
        var running = node;
        if (state != State.SERVING || running == null) {
            done.run();
            return;
        }
        state = State.STOPPING;
        running.stop(() -> {
            Invariant.check(host.running() != null, "a stop is answered on a loop");
            host.world().scheduleAt(host.world().nowNs(), host, () -> {
                hasStopped = true;
                end(true);
                done.run();
            });
        });
    }

    private void end(boolean othersAreTold) {
        boolean isClean = state == State.STOPPING && hasStopped;
        boolean hasBegun = node != null && node.image().isPresent();
        if (hasBegun) watcher.onEnded(isClean);
        hasStopped = false;
        state = State.DOWN;
        node = null;
        host.endLife();
        disk.kill();
        network.hostDied(host, othersAreTold);
    }
}
