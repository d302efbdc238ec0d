package dev.naru.broker;

import dev.naru.base.DiskFault;
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
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One node from start to stop. The steps of a start: who am I (identity), how did the last life
/// end (manifest), what does the cluster know (metadata log), what is on the disk (stock), open the
/// doors, tell the controller; then it serves. Owned by the control loop, which is the first loop
/// of the environment.
public final class Node {
    private final Env env;
    private final Settings settings;
    private final Loop controlLoop;
    private @Nullable Life life;
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
                loadMetadata(identity, cleanStop, opened.isNew(), done);
            }
        }
    }

    private void loadMetadata(NodeIdentity identity, Optional<List<LeftBehind>> cleanStop,
        boolean isNew, Consumer<StartOutcome> done) {
        var log = env.metadata().open(identity);
        var rules = new ClusterRules(new SettingRules(settings), Features.SUPPORTED,
            NodeRules.of(settings));
        var controller = new ControllerHost(new ControllerHost.World(identity.nodeId(),
            controlLoop, env.clock(), env.entropy(), env.trace()), log, rules);
        var start = new Start(identity, cleanStop, isNew, controller, done);
        controller.listen(start);
        controller.start();
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
        private final NodeIdentity identity;
        private final Optional<List<LeftBehind>> cleanStop;
        private final boolean isNew;
        private final ControllerHost controller;
        private final Uuid incarnationId;
        private final Consumer<StartOutcome> done;
        private boolean isOver;

        Start(NodeIdentity identity, Optional<List<LeftBehind>> cleanStop, boolean isNew,
            ControllerHost controller, Consumer<StartOutcome> done) {
            this.identity = identity;
            this.cleanStop = cleanStop;
            this.isNew = isNew;
            this.controller = controller;
            this.done = done;
            this.incarnationId = env.entropy().uuid();
        }

        @Override public void onLoaded(ClusterImage image) {
            if (life != null || isStopping) return;
            controller.submit(
                new ClusterRequest.FormCluster(identity.clusterId(),
                    new TreeMap<>(Features.NEW_CLUSTER)),
                this::formed);
        }

        private void formed(ClusterAnswer answer) {
            if (!(answer instanceof ClusterAnswer.Formed)) {
                fail("the cluster's metadata: " + failure(answer));
                return;
            }
            try {
                var stock = LogDirectory.takeStock(env.disk(), env.trace(), cleanStop,
                    controller.image());
                var cluster = new Cluster(identity.nodeId(), settings, controller.image());
                var next = new Life(env, cluster, controller, stock, identity.directoryId());
                life = next;
                next.openDoors(settings);
                register(next);
            } catch (DiskFault fault) {
                fail("the data directory: " + fault.getMessage());
            } catch (Net.NetFault fault) {
                fail(fault.getMessage());
            }
        }

        private void register(Life next) {
            boolean wasClean = isNew || cleanStop.isPresent();
            controller.submit(
                new ClusterRequest.RegisterNode(identity.nodeId(), identity.directoryId(),
                    incarnationId, next.endpoints(settings),
                    settings.find(BrokerNames.BROKER_RACK).orElse(""),
                    wasClean, controller.image().acceptedIndex()),
                answer -> registered(next, answer));
        }

        private void registered(Life next, ClusterAnswer answer) {
            if (!(answer instanceof ClusterAnswer.NodeAccepted)) {
                fail("the controller refused this node: " + failure(answer));
                return;
            }
            isOver = true;
            next.serve();
            done.accept(new StartOutcome.Ready(identity.nodeId(), identity.clusterId(),
                next.addresses()));
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
