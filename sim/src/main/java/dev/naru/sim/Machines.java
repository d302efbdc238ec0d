package dev.naru.sim;

import dev.naru.base.DiskFault;
import dev.naru.base.Trace;
import dev.naru.broker.BrokerEvent;
import dev.naru.client.Address;
import dev.naru.config.Settings;
import dev.naru.metadata.NodeIdentity;
import dev.naru.sim.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The machines that nodes run on, each with trouble of its own: one that is a cluster by itself,
/// or several that agree through a metadata log of their own.
final class Machines {
    private static final int CLIENT_PORT = 9092;
    private static final int PEER_PORT = 9093;
    private static final int VOTERS_MAX = 3;

    private final World world;
    private final History history;
    private final SimEntropy chance;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Faults> faults = new ArrayList<>();
    private final Optional<SimQuorum> quorum;
    private final StateLaws laws;
    private final Optional<PlacementPlan> placement;
    private Optional<Outages> outages = Optional.empty();

    /// What machines are made of; `placement` where there are more nodes than replicas.
    record Make(SimHost nature, SimNetwork network, SimEntropy chance, Scenario scenario,
        History history, Optional<PlacementPlan> placement) {}

    /// The hosts are numbered from 1.
    Machines(Make make, int count) {
        this.world = make.nature().world();
        this.history = make.history();
        this.chance = make.chance();
        this.laws = new StateLaws(world, history);
        this.placement = make.placement();
        history.onDeleted(laws::deleted);
        var voters = new ArrayList<Integer>();
        for (int nodeId = 1; nodeId <= Math.min(count, VOTERS_MAX); nodeId++)
            voters.add(nodeId);
        this.quorum = count == 1
            ? Optional.empty()
            : Optional.of(
                new SimQuorum(make.nature(), make.chance().split(), make.network(), voters));
        for (int nodeId = 1; nodeId <= count; nodeId++)
            add(make, nodeId, count);
    }

    private void add(Make make, int nodeId, int count) {
        var chance = make.chance();
        var host = new SimHost(world, count == 1 ? "node" : name(nodeId), nodeId, chance.split());
        var disk = new SimDisk(chance.split());
        if (count > 1) format(disk, nodeId);
        var settings = count == 1
            ? make.scenario().settings(Map.of())
            : settings(make.scenario(), nodeId);
        var node = new SimNode(host, make.network(), new SimNode.Make(disk, chance.split(),
            settings, make.scenario().loops(), quorum.map(each -> each.logs(host, nodeId)),
            new Ears(nodeId)));
        nodes.add(node);
        if (count > 1) host.watch(() -> laws.stepped(nodeId, node));
        faults.add(new Faults(make.nature(), chance.split(), node, make.network()));
    }

    /// All belong to one cluster from the beginning.
    private void format(SimDisk disk, int nodeId) {
        try {
            NodeIdentity.open(disk, new NodeIdentity.Asked("simulated", nodeId), chance.split());
        } catch (DiskFault impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String name(int nodeId) {
        return "node-" + nodeId;
    }

    private Settings settings(Scenario scenario, int nodeId) {
        var given = new TreeMap<String, String>();
        var host = name(nodeId);
        given.put("node.id", Integer.toString(nodeId));
        given.put("listeners",
            "PLAINTEXT://" + host + ":" + CLIENT_PORT + ",PEERS://" + host + ":" + PEER_PORT);
        given.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT");
        given.put("inter.broker.listener.name", "PEERS");
        given.put("default.replication.factor", "3");
        given.put("min.insync.replicas", "2");
        given.put("offsets.topic.replication.factor", "3");
        given.put("transaction.state.log.replication.factor", "3");
        given.put("transaction.state.log.min.isr", "2");
        given.put("share.coordinator.state.topic.replication.factor", "3");
        given.put("replica.lag.time.max.ms", "1500");
        given.put("replica.fetch.wait.max.ms", "200");
        placement.ifPresent(plan -> given.putAll(plan.nodeSettings()));
        return scenario.settings(given);
    }

    /// Where clients find them.
    static List<Address> addresses(int count) {
        var addresses = new ArrayList<Address>();
        for (int nodeId = 1; nodeId <= count; nodeId++)
            addresses.add(new Address(count == 1 ? "node" : name(nodeId), CLIENT_PORT));
        return addresses;
    }

    /// Without those that come late.
    void boot() {
        if (placement.map(PlacementPlan::isLate).orElse(false)) {
            for (var node : nodes.subList(PlacementPlan.REPLICAS - 1, nodes.size()))
                node.staysDown(true);
        }
        for (var node : nodes)
            node.boot();
    }

    boolean areServing() {
        return nodes.stream().allMatch(node -> node.state() == SimNode.State.SERVING);
    }

    /// Whether a node that serves holds no replica, neither open nor on its disk. What was not its own
    /// when it started may lie aside.
    boolean isEmpty(int nodeId) {
        var node = nodes.get(nodeId - 1);
        if (node.state() != SimNode.State.SERVING) return false;
        int[] open = {0};
        node.running().ifPresent(running -> running.eachPartition(_ -> open[0]++));
        boolean hasFiles = node.disk().list("").stream()
            .anyMatch(name -> name.matches("(?!stray-).*-\\d+/"));
        return open[0] == 0 && !hasFiles;
    }

    List<SimHost> hosts() {
        return nodes.stream().map(SimNode::host).toList();
    }

    List<SimNode> nodes() {
        return nodes;
    }

    void listen(Faults.Listener listener) {
        for (var each : faults)
            each.listen(listener);
    }

    /// Trouble as the seed has it, or only of one kind.
    void start(Options options) {
        for (var each : faults) {
            options.only().ifPresentOrElse(kind -> each.only(kind, options.paceMs()), each::draw);
            each.start();
        }
        quorum.ifPresent(each -> each.weather(QuorumWeather.draw(chance)));
    }

    /// Where there are more nodes than replicas: those that are late come one after the other, and
    /// where nodes are given up soon, some stay away for long.
    void start(PlacementPlan plan, SimHost nature, SimEntropy drawn) {
        for (int at = PlacementPlan.REPLICAS - 1; plan.isLate() && at < nodes.size(); at++) {
            var late = faults.get(at);
            world.schedule((1L + drawn.below(plan.lateMs())) * 1_000_000, nature, late::comeBack);
        }
        if (plan.healAfterMs().isEmpty()) return;
        var drawnOutages = new Outages(nature, faults, drawn);
        outages = Optional.of(drawnOutages);
        drawnOutages.start();
    }

    void heal() {
        outages.ifPresent(Outages::heal);
        for (var each : faults)
            each.heal();
        quorum.ifPresent(SimQuorum::heal);
    }

    /// The power goes on the machine that is at work.
    void cutPowerInWrite(SimHost host) {
        laws.cutInWrite(host.number());
        faultsOf(host).cutPower(FaultKind.POWER_CUT_IN_WRITE);
    }

    /// The power of one of them goes when a commit is under way.
    void strikeCommit() {
        faults.get(faults.size() == 1 ? 0 : chance.below(faults.size())).strikeCommit();
    }

    /// Something on the host let a failure escape: the process is gone.
    void failed(SimHost host) {
        for (var node : nodes) {
            if (node.host() != host) continue;
            node.kill();
            faultsOf(host).boot(100);
        }
    }

    private Faults faultsOf(SimHost host) {
        for (int at = 0; at < nodes.size(); at++)
            if (nodes.get(at).host() == host) return faults.get(at);
        throw new IllegalStateException("no node on " + host.name());
    }

    /// All end this life, one way or another, and begin the next; `areStopped` says when all have
    /// ended.
    World.Condition endLives() {
        int[] left = {nodes.size()};
        for (int at = 0; at < nodes.size(); at++) {
            switch (chance.below(3)) {
                case 0 -> {
                    nodes.get(at).kill();
                    left[0]--;
                }
                case 1 -> {
                    faults.get(at).cutPower(FaultKind.POWER_CUT);
                    left[0]--;
                }
                default -> nodes.get(at).stop(() -> {
                    world.trace().count("node: clean stops");
                    left[0]--;
                });
            }
        }
        return () -> left[0] == 0;
    }

    void bootAgain() {
        for (var each : faults)
            each.boot(10);
    }

    /// What the node of one machine says of itself.
    private final class Ears implements SimNode.Watcher {
        private final int nodeId;

        Ears(int nodeId) {
            this.nodeId = nodeId;
        }

        private String host() {
            return nodes.get(nodeId - 1).host().name();
        }

        @Override public void onEvent(Trace.Event event) {
            var name = event.getClass().getSimpleName();
            world.trace().count("event: " + name);
            if (event instanceof BrokerEvent.DeadLetterLost) history.deadLettersMayLack();
            if (event instanceof BrokerEvent.Leads leads) laws.leads(nodeId, leads);
            world.trace().line(world, host(), event.toString());
        }

        @Override public void onServing() {
            world.trace().count("node: serves");
            world.trace().line(world, host(),
                "serves, life " + nodes.get(nodeId - 1).host().life());
        }

        @Override public void onEnded(boolean isClean) {
            laws.ended(nodeId, isClean);
        }

        @Override public void onFailed(String reason, boolean wasStarting) {
            world.trace().count(wasStarting ? "node: did not start" : "node: gave up");
            world.trace().line(world, host(), "failed: " + reason);
            var trouble = faults.get(nodeId - 1);
            if (!trouble.isDiskInTrouble()) {
                history.violation("the node gave up without need: " + reason);
                trouble.boot(100);
            } else {
                trouble.cutPower(FaultKind.POWER_CUT);
            }
        }
    }
}
