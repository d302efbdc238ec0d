package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.client.ClientTools;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.ControllerHost;
import dev.naru.metadata.Endpoint;
import dev.naru.partition.Cleaner;
import dev.naru.partition.FlushPace;
import dev.naru.partition.FlushRound;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionLoop;
import dev.naru.record.BatchInspector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The parts of a node that serves, put together: tables per loop, handlers, upkeep. Owned by the
/// control loop.
final class Life {
    /// Longer than this nobody waits for others to take over.
    private static final long HAND_OVER_NS = 10_000 * Now.NS_PER_MS;
    /// Sizes that find no controller for so long are told again later.
    private static final long SIZES_PATIENCE_MS = 1_000;

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
    private final Throttles throttles;
    private final Peers peers;
    private final ControllerLink link;
    private final ReplicaRooms replicas;
    private final Heartbeats heartbeats;
    private final SizeReports sizes;
    private final Upkeep upkeep;
    private final NodeListeners listeners;
    private final IsrTally isr;
    private final Measuring measuring;
    private int loopsRecovering;
    private int partitionsRecovered;
    private boolean isFenced;
    private boolean isServing;

    Life(Env env, Cluster cluster, ControllerHost controller, LogDirectory directory,
        Uuid directoryId) {
        this.env = env;
        this.cluster = cluster;
        this.controller = controller;
        this.directory = directory;
        this.directoryId = directoryId;
        var controlLoop = env.loops().getFirst();
        cluster.controllerFrom(controller::leaderId);
        if (cluster.settings().peerListener().isPresent())
            controller.probe(probes(controlLoop));
        this.peers = new Peers(env, cluster);
        this.link = new ControllerLink(controlLoop, env.clock(), controller,
            new Forwarding(peers.on(controlLoop)), cluster.nodeId());
        var paces = new ArrayList<FlushPace>();
        this.partitions = tables(paces);
        this.heartbeats = new Heartbeats(controlLoop, cluster, link,
            new SlowDisk(env.clock(), cluster, link, paces, env.trace())::look, this::giveUp);
        var tools = new HostedCoordinators.Tools(cluster.nodeId(), env.clock(), env.trace());
        this.groups = new GroupCoordinators(cluster, partitions, tools, env);
        this.transactions = new Transactions(cluster, partitions, tools, peers);
        this.shares = new ShareGroups(env,
            new ShareGroups.Rooms(cluster, partitions, peers), link);
        this.throttles = new Throttles(cluster, controlLoop, env.clock());
        this.checkpoints = new Checkpoints(controlLoop, partitions, env.disk(), this::diskFailed);
        this.replicas = new ReplicaRooms(env, cluster, partitions, checkpoints, throttles);
        this.follower = new ImageFollower(cluster, partitions, replicas, names -> {
            groups.topicsDeleted(names);
            shares.topicsDeleted();
        });
        this.sizes = new SizeReports(controlLoop, cluster, partitions,
            (told, answer) -> link.submit(told, SIZES_PATIENCE_MS, answer),
            SizeReports.PART_MAX);
        this.upkeep = new Upkeep(controlLoop, env.clock(), cluster, partitions, checkpoints);
        for (var loop : env.loops())
            connections.put(loop, connectionTable(loop));
        this.listeners = new NodeListeners(env, routes(), connections,
            () -> cluster.live().integer(BrokerNames.MAX_CONNECTIONS));
        this.isr = new IsrTally(cluster);
        this.measuring = new Measuring(new Measuring.Rooms(cluster, controller, partitions,
            connections, groups, isr), controlLoop, env);
    }

    private DialProbes probes(Loop loop) {
        var tools = new ClientTools(env.peers(), loop, env.clock(), env.entropy(), env.codecs());
        return new DialProbes(cluster, tools, controller::reached, controller::suspect,
            controller::gone);
    }

    /// The pace of each loop's flushes goes to `paces`.
    private Partitions tables(List<FlushPace> paces) {
        var tables = new ArrayList<PartitionTable>();
        for (var loop : env.loops()) {
            var pace = new FlushPace(env.clock());
            paces.add(pace);
            var shared = new PartitionLoop(loop, env.clock(), env.codecs(),
                new BatchInspector(env.codecs()),
                new FlushRound(loop, env.disk(), this::diskFailed, pace), cleaner(loop),
                this::diskFailed);
            tables.add(new PartitionTable(shared, directory, cluster, new PartitionTable.Ports(
                new IsrRequests(loop, cluster, link), this::recordSoon, env.trace())));
        }
        return new Partitions(tables);
    }

    /// What the checkpoint files say is not true any more.
    private void recordSoon() {
        checkpoints.write(_ -> {
        });
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

    private Router routes() {
        return new Routes(env, cluster, partitions, link, throttles)
            .groups(groups, shares)
            .transactions(transactions, groups)
            .joining(peers.on(env.loops().getFirst()))
            .checkpoints(checkpoints)
            .router();
    }

    /// The way to the controller.
    ControllerLink link() {
        return link;
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
    void serve(Optional<List<LeftBehind>> cleanStop, long brokerEpoch) throws DiskFault {
        directory.takeStock(cleanStop, controller.image(), cluster.nodeId());
        isServing = true;
        follower.publish(controller.image());
        groups.follow(controller.image());
        transactions.follow(controller.image());
        shares.follow(controller.image());
        shares.serve();
        upkeep.start();
        loopsRecovering = partitions.loopCount();
        for (int loop = 0; loop < partitions.loopCount(); loop++)
            recover(loop);
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), () -> {
                table.shared().cleaner().start();
                table.isrWishes().start();
            });
        }
        if (cluster.settings().peerListener().isPresent()) heartbeats.start(brokerEpoch);
        for (var table : connections.values()) {
            Partitions.on(table.loop(), table::serve);
        }
        replicas.begin(controller.image());
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
        if (loopsRecovering > 0) return;
        if (cluster.settings().peerListener().isPresent()) sizes.start();
        if (partitionsRecovered > 0)
            env.trace().emit(new BrokerEvent.Recovered(partitionsRecovered));
    }

    void changed(ClusterImage before, ClusterImage after, List<ClusterRecord> facts) {
        isr.changed(before, facts);
        if (isServing) follower.changed(before, after, facts);
        else
            follower.publish(after);
        applied(after);
    }

    /// What this node has counted; on the control loop, where `done` is called. See [Measuring#measure].
    void measure(Consumer<Optional<NodeFigures>> done) {
        measuring.measure(done);
    }

    /// The image is another one, nobody says in what.
    void replaced(ClusterImage after) {
        if (isServing) follower.replaced(after);
        else
            follower.publish(after);
        applied(after);
    }

    private void applied(ClusterImage image) {
        if (isServing) {
            groups.follow(image);
            transactions.follow(image);
            shares.follow(image);
        }
        heartbeats.applied(image);
    }

    boolean isServing() {
        return isServing;
    }

    ClusterImage image() {
        return controller.image();
    }

    void eachPartition(Consumer<Partition> visitor) {
        for (var table : partitions.all())
            table.each(visitor);
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
            quiet();
            env.trace().emit(new BrokerEvent.DiskFenced(reason));
            for (var table : partitions.all()) {
                Partitions.on(table.shared().loop(), table::fence);
            }
            env.onFatal().accept(reason);
        });
    }

    /// Asks other nodes nothing more.
    private void quiet() {
        heartbeats.stop();
        sizes.stop();
        replicas.close();
        peers.close();
        for (var table : partitions.all())
            Partitions.on(table.shared().loop(), table.isrWishes()::close);
    }

    /// The start did not work out: closes what was opened.
    void abandon() {
        listeners.close();
        quiet();
        for (var table : connections.values()) {
            Partitions.on(table.loop(), () -> table.closeAll("the node does not start"));
        }
        controller.close();
    }

    /// A clean stop, on the control loop; `done` runs there. Others lead first what they can lead.
    void stop(Runnable done) {
        if (isFenced || !isServing || cluster.settings().peerListener().isEmpty()) {
            stopNow(done);
            return;
        }
        var once = new Once(() -> stopNow(done));
        heartbeats.leave(once);
        env.loops().getFirst().after(HAND_OVER_NS, once);
    }

    private void stopNow(Runnable done) {
        listeners.close();
        upkeep.stop();
        quiet();
        for (var table : connections.values()) {
            Partitions.on(table.loop(), () -> table.closeAll("the node stops"));
        }
        new Stopping(env, partitions, directoryId, isFenced || !isServing, () -> {
            controller.close();
            done.run();
        }).begin();
    }

    /// Runs a task the first time only.
    private static final class Once implements Runnable {
        private final Runnable task;
        private boolean hasRun;

        Once(Runnable task) {
            this.task = task;
        }

        @Override public void run() {
            if (hasRun) return;
            hasRun = true;
            task.run();
        }
    }
}
