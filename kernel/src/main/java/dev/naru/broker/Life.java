package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.ControllerHost;
import dev.naru.metadata.Endpoint;
import dev.naru.partition.Cleaner;
import dev.naru.partition.FlushRound;
import dev.naru.partition.PartitionLoop;
import dev.naru.record.BatchInspector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of a node that serves, put together: tables per loop, handlers, upkeep. Owned by the
/// control loop.
final class Life {
    private final Env env;
    private final Cluster cluster;
    private final ControllerHost controller;
    private final LogDirectory directory;
    private final Uuid directoryId;
    private final Partitions partitions;
    private final Map<Loop, ConnectionTable> connections = new LinkedHashMap<>();
    private final GroupCoordinators groups;
    private final Transactions transactions;
    private final ShareGroups shares;
    private final ImageFollower follower;
    private final Checkpoints checkpoints;
    private final Upkeep upkeep;
    private final NodeListeners listeners;
    private int loopsRecovering;
    private int partitionsRecovered;
    private boolean isFenced;

    Life(Env env, Cluster cluster, ControllerHost controller, LogDirectory directory,
        Uuid directoryId) {
        this.env = env;
        this.cluster = cluster;
        this.controller = controller;
        this.directory = directory;
        this.directoryId = directoryId;
        this.partitions = tables();
        var controlLoop = env.loops().getFirst();
        var tools = new HostedCoordinators.Tools(env.clock(), env.trace());
        this.groups = new GroupCoordinators(cluster, partitions, tools, env);
        this.transactions = new Transactions(cluster, partitions, tools);
        this.shares = new ShareGroups(env, cluster, partitions,
            new ControllerLink(controlLoop, controller));
        this.follower = new ImageFollower(cluster, partitions, names -> {
            groups.topicsDeleted(names);
            shares.topicsDeleted();
        });
        this.checkpoints = new Checkpoints(controlLoop, partitions, env.disk(), this::diskFailed);
        this.upkeep = new Upkeep(controlLoop, env.clock(), cluster, partitions, checkpoints);
        for (var loop : env.loops())
            connections.put(loop, connectionTable(loop));
        this.listeners = new NodeListeners(env.net(), routes(controlLoop), connections,
            () -> cluster.live().integer(BrokerNames.MAX_CONNECTIONS));
    }

    private Partitions tables() {
        var tables = new ArrayList<PartitionTable>();
        for (var loop : env.loops()) {
            var shared = new PartitionLoop(loop, env.clock(), env.codecs(),
                new BatchInspector(env.codecs()),
                new FlushRound(loop, env.disk(), this::diskFailed), cleaner(loop),
                this::diskFailed);
            tables.add(new PartitionTable(shared, directory, cluster));
        }
        return new Partitions(tables);
    }

    private Cleaner cleaner(Loop loop) {
        int loops = env.loops().size();
        return new Cleaner(loop, env.clock(), env.disk(), env.codecs(),
            () -> TopicShapes.cleaner(cluster.live(), loops));
    }

    private ConnectionTable connectionTable(Loop loop) {
        long idleMs = cluster.settings().number(BrokerNames.CONNECTIONS_MAX_IDLE_MS);
        var memory = new RequestMemory(env.requestMemoryBytes() / env.loops().size());
        return new ConnectionTable(loop, env.clock(), env.trace(), memory,
            idleMs < 0 ? -1 : idleMs * Now.NS_PER_MS);
    }

    private Router routes(Loop controlLoop) {
        var link = new ControllerLink(controlLoop, controller);
        return new Routes(env, cluster, partitions, link)
            .groups(groups, shares)
            .transactions(transactions, groups)
            .checkpoints(checkpoints)
            .router(directoryId);
    }

    Cluster cluster() {
        return cluster;
    }

    void openDoors(Settings settings) throws Net.NetFault {
        listeners.open(settings);
    }

    List<Endpoint> endpoints(Settings settings) {
        return listeners.endpoints(settings);
    }

    List<String> addresses() {
        return listeners.addresses();
    }

    /// Clients are answered from here on; what a crash left is checked in the background.
    void serve() {
        follower.publish(controller.image());
        groups.follow(controller.image());
        transactions.follow(controller.image());
        shares.follow(controller.image());
        shares.serve();
        upkeep.start();
        loopsRecovering = partitions.loopCount();
        for (int loop = 0; loop < partitions.loopCount(); loop++)
            recover(loop);
        for (var table : partitions.all())
            Partitions.on(table.shared().loop(), () -> table.shared().cleaner().start());
        for (var table : connections.values()) {
            Partitions.on(table.loop(), table::serve);
        }
        env.trace().emit(new BrokerEvent.Serving(listeners.addresses()));
    }

    private void recover(int loopIndex) {
        var table = partitions.table(loopIndex);
        var controlLoop = env.loops().getFirst();
        Partitions.on(table.shared().loop(), () -> table.openLeft(partitions, loopIndex,
            count -> Partitions.on(controlLoop, () -> recovered(count))));
    }

    private void recovered(int count) {
        partitionsRecovered += count;
        loopsRecovering--;
        if (loopsRecovering == 0 && partitionsRecovered > 0) {
            env.trace().emit(new BrokerEvent.Recovered(partitionsRecovered));
        }
    }

    void changed(ClusterImage before, ClusterImage after, List<ClusterRecord> facts) {
        follower.changed(before, after, facts);
        groups.follow(after);
        transactions.follow(after);
        shares.follow(after);
    }

    private void diskFailed(DiskFault fault) {
        giveUp("the data directory failed: " + fault.getMessage());
    }

    /// The data directory, or what is known of the cluster, is no longer to be trusted: nothing is
    /// acknowledged any more. A node without others stops. Any loop may call it.
    void giveUp(String reason) {
        Partitions.on(env.loops().getFirst(), () -> {
            if (isFenced) return;
            isFenced = true;
            upkeep.stop();
            env.trace().emit(new BrokerEvent.DiskFenced(reason));
            for (var table : partitions.all()) {
                Partitions.on(table.shared().loop(), table::fence);
            }
            env.onFatal().accept(reason);
        });
    }

    /// The start did not work out: closes what was opened.
    void abandon() {
        listeners.close();
        for (var table : connections.values()) {
            Partitions.on(table.loop(), () -> table.closeAll("the node does not start"));
        }
        controller.close();
    }

    /// A clean stop, on the control loop; `done` runs there.
    void stop(Runnable done) {
        listeners.close();
        upkeep.stop();
        for (var table : connections.values()) {
            Partitions.on(table.loop(), () -> table.closeAll("the node stops"));
        }
        new Stopping(env, partitions, directoryId, isFenced, () -> {
            controller.close();
            done.run();
        }).begin();
    }
}
