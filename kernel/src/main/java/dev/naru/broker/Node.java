package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRules;
import dev.naru.metadata.ControllerHost;
import dev.naru.metadata.ImageListener;
import dev.naru.metadata.NodeIdentity;
import dev.naru.metadata.NodeRules;
import dev.naru.metadata.SettingRules;
import dev.naru.partition.Partition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One node from start to stop. The steps of a start: who am I (identity), how did the last life
/// end (manifest), what does the cluster know (metadata log), what is on the disk (stock), open the
/// doors, tell the controller; then it serves. Owned by the control loop, which is the first loop
/// of the environment.
public final class Node {
    private static final long AGAIN_NS = 200 * Now.NS_PER_MS;
    private static final long REMIND_NS = 10_000 * Now.NS_PER_MS;

    private final Env env;
    private final Settings settings;
    private final Loop controlLoop;
    private @Nullable Life life;
    /// The same, and while it stops.
    private @Nullable Life lastLife;
    private boolean isStopping;

    /// Nothing happens before [#start].
    public Node(Env env, Settings settings) {
        this.env = env;
        this.settings = settings;
        this.controlLoop = env.loops().getFirst();
    }

    /// Starts; any thread may call it, once. `done` is called on the control loop, once.
    public void start(Consumer<StartOutcome> done) {
        controlLoop.execute(() -> {
            try {
                begin(done);
            } catch (DiskFault fault) {
                done.accept(new StartOutcome.Failed("the data directory: " + fault.getMessage()));
            }
        });
    }

    private void begin(Consumer<StartOutcome> done) throws DiskFault {
        var asked = new NodeIdentity.Asked("", settings.nodeId());
        switch (NodeIdentity.open(env.disk(), asked, env.entropy())) {
            case NodeIdentity.Refused refused ->
                done.accept(new StartOutcome.Failed(refused.why()));
            case NodeIdentity.Opened opened -> {
                var identity = opened.identity();
                var cleanStop = CleanStop.take(env.disk(), identity.directoryId());
                loadMetadata(new Birth(identity, env.entropy().uuid(), opened.isNew(), cleanStop),
                    done);
            }
        }
    }

    /// Who comes to life. `incarnationId` tells this life of the process from others.
    private record Birth(NodeIdentity identity, Uuid incarnationId, boolean isNew,
        Optional<List<LeftBehind>> cleanStop) {}

    private void loadMetadata(Birth birth, Consumer<StartOutcome> done) {
        var identity = birth.identity();
        var log = env.metadata().open(identity);
        var rules = new ClusterRules(new SettingRules(settings), Features.SUPPORTED,
            NodeRules.of(settings));
        var controller = new ControllerHost(new ControllerHost.World(identity.nodeId(),
            birth.incarnationId(), controlLoop, env.clock(), env.entropy(), env.trace()), log,
            rules);
        var start = new Start(birth, controller, done);
        controller.listen(start);
        controller.start();
    }

    /// Shows the partitions that are open here. Each belongs to its loop: for those who run all loops
    /// on one thread, as the simulator does, between two turns.
    public void eachPartition(Consumer<Partition> visitor) {
        var shown = lastLife;
        if (shown != null) shown.eachPartition(visitor);
    }

    /// The cluster as far as this node knows; empty before its metadata is loaded.
    public Optional<ClusterImage> image() {
        var shown = lastLife;
        return shown == null ? Optional.empty() : Optional.of(shown.image());
    }

    /// What this node has counted, and how things stand. Any thread may call it; `done` is called on
    /// the control loop when every loop has told its part; with nothing while the node does not
    /// serve, or when too many ask.
    public void measure(Consumer<Optional<NodeFigures>> done) {
        controlLoop.execute(() -> {
            var running = life;
            if (running == null || !running.isServing()) done.accept(Optional.empty());
            else
                running.measure(done);
        });
    }

    /// Stops cleanly: no more requests, everything flushed, the manifest written. Any thread may
    /// call it.
    public void stop(Runnable done) {
        controlLoop.execute(() -> {
            isStopping = true;
            var running = life;
            life = null;
            if (running == null) {
                done.run();
            } else {
                running.stop(done);
            }
        });
    }

    /// The way of one start, step by step, until the node lives.
    private final class Start implements ImageListener {
        private final Birth birth;
        private final NodeIdentity identity;
        private final ControllerHost controller;
        private final Consumer<StartOutcome> done;
        /// Since when another node has this node's id, and what was said of it.
        private OptionalLong takenSinceNs = OptionalLong.empty();
        private String takenBy = "";
        private boolean isOver;

        Start(Birth birth, ControllerHost controller, Consumer<StartOutcome> done) {
            this.birth = birth;
            this.identity = birth.identity();
            this.controller = controller;
            this.done = done;
        }

        @Override public void onLoaded(ClusterImage image) {
            var running = life;
            if (running != null) {
                running.replaced(image);
                return;
            }
            if (isStopping || isOver) return;
            var cluster = new Cluster(identity.nodeId(), settings, image);
            var next = new Life(env, cluster, controller,
                new LogDirectory(env.disk(), env.trace()), identity.directoryId());
            life = next;
            lastLife = next;
            form(next);
            controlLoop.after(REMIND_NS, this::remind);
        }

        /// Says what a start waits for that takes long.
        private void remind() {
            if (isStopping || isOver) return;
            int leaderId = controller.leaderId();
            env.trace().emit(new BrokerEvent.StartWaits(leaderId < 0
                ? "no controller is known: most voters of the quorum must be up and see each other"
                : "node " + leaderId + ", the controller, has not let this node in yet"));
            controlLoop.after(REMIND_NS, this::remind);
        }

        private void form(Life next) {
            next.link().submit(
                new ClusterRequest.FormCluster(identity.clusterId(),
                    new TreeMap<>(Features.NEW_CLUSTER)),
                ControllerLink.FOREVER_MS, answer -> formed(next, answer));
        }

        private void formed(Life next, ClusterAnswer answer) {
            if (isStopping || isOver) return;
            if (isPassing(answer)) {
                controlLoop.after(AGAIN_NS, () -> form(next));
                return;
            }
            if (!(answer instanceof ClusterAnswer.Formed)) {
                fail("the cluster's metadata: " + failure(answer));
                return;
            }
            try {
                next.openDoors(settings);
                register(next);
            } catch (Net.NetFault fault) {
                fail(fault.getMessage());
            }
        }

        private void register(Life next) {
            boolean wasClean = birth.isNew() || birth.cleanStop().isPresent();
            next.link().submit(
                new ClusterRequest.RegisterNode(identity.nodeId(), identity.directoryId(),
                    birth.incarnationId(), next.endpoints(settings),
                    settings.find(BrokerNames.BROKER_RACK).orElse(""), wasClean,
                    controller.image().acceptedIndex()),
                ControllerLink.FOREVER_MS, answer -> registered(next, answer));
        }

        private void registered(Life next, ClusterAnswer answer) {
            if (isStopping || isOver) return;
            if (isPassing(answer) || (isTaken(answer) && mayWait(answer))) {
                controlLoop.after(AGAIN_NS, () -> register(next));
                return;
            }
            if (!(answer instanceof ClusterAnswer.NodeAccepted accepted)) {
                fail("the controller refused this node: " + failure(answer));
                return;
            }
            try {
                next.serve(birth.cleanStop(), accepted.brokerEpoch());
            } catch (DiskFault fault) {
                fail("the data directory: " + fault.getMessage());
                return;
            }
            isOver = true;
            done.accept(new StartOutcome.Ready(identity.nodeId(), identity.clusterId(),
                next.addresses()));
        }

        /// It is not known whether the controller took it; or, in a cluster, the disk of who leads is
        /// full for a while.
        private boolean isPassing(ClusterAnswer answer) {
            return isFailed(answer, ErrorCode.REQUEST_TIMED_OUT)
                || (settings.peerListener().isPresent()
                    && isFailed(answer, ErrorCode.KAFKA_STORAGE_ERROR));
        }

        private static boolean isTaken(ClusterAnswer answer) {
            return isFailed(answer, ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        }

        private static boolean isFailed(ClusterAnswer answer, ErrorCode expected) {
            return answer instanceof ClusterAnswer.Failed(var why, var _) && why == expected;
        }

        /// The life before this one may not be over yet for the controller: that is waited for, and said.
        /// A node that is still there after so long is another one.
        private boolean mayWait(ClusterAnswer answer) {
            long nowNs = env.clock().monotonicNs();
            if (takenSinceNs.isEmpty()) takenSinceNs = OptionalLong.of(nowNs);
            var said = failure(answer);
            if (!said.equals(takenBy)) env.trace().emit(new BrokerEvent.IdTaken(said));
            takenBy = said;
            long patienceNs = settings.number(BrokerNames.INITIAL_BROKER_REGISTRATION_TIMEOUT_MS)
                * Now.NS_PER_MS;
            return nowNs - takenSinceNs.getAsLong() < patienceNs;
        }

        private static String failure(ClusterAnswer answer) {
            return answer instanceof ClusterAnswer.Failed failed
                ? failed.why() + " " + failed.message()
                : answer.toString();
        }

        private void fail(@Nullable String reason) {
            if (isOver) return;
            isOver = true;
            var begun = life;
            life = null;
            if (begun != null) begun.abandon();
            done.accept(new StartOutcome.Failed(reason == null ? "unknown" : reason));
        }

        @Override public void onChanged(ClusterImage before, ClusterImage after,
            List<ClusterRecord> facts) {
            var running = life;
            if (running != null) running.changed(before, after, facts);
        }

        @Override public void onFailed(String reason) {
            fail("the cluster's metadata: " + reason);
            var running = life;
            if (running != null) running.giveUp("the cluster's metadata: " + reason);
        }
    }
}
