package dev.naru.sim;

import dev.naru.base.Uuid;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;
import dev.naru.sim.contract.LogYard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Logs in the simulated world: one node with the log of its own disk, or several with the model of
/// the cluster's.
final class SimLogYard implements LogYard {
    private static final long PATIENCE_NS = 600_000_000_000L;
    private static final long SNAPSHOT_AFTER_BYTES = 400;

    private final World world;
    private final SimEntropy chance;
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<MetadataLogs> logs = new ArrayList<>();

    private SimLogYard(long seed, int nodes) {
        chance = new SimEntropy(seed);
        world = new World(chance.split(), new SimTrace(null));
        for (int nodeId = 1; nodeId <= nodes; nodeId++)
            hosts.add(new SimHost(world, "n" + nodeId, nodeId, chance.split()));
    }

    /// One node; its log is in files.
    static SimLogYard local(long seed) {
        var yard = new SimLogYard(seed, 1);
        var disk = new SimDisk(yard.chance.split());
        yard.logs.add(_ -> new LocalMetadataLog(disk, "metadata", event -> {
        }, SNAPSHOT_AFTER_BYTES));
        return yard;
    }

    /// Three nodes, under the weather of the seed.
    static SimLogYard quorum(long seed, boolean isFair) {
        var yard = new SimLogYard(seed, 3);
        var nature = new SimHost(yard.world, "nature", 0, yard.chance.split());
        var network = new SimNetwork(yard.world, nature, yard.chance.split());
        var quorum = new SimQuorum(nature, yard.chance.split(), network, yard.nodes());
        if (!isFair) quorum.weather(QuorumWeather.draw(yard.chance));
        for (int nodeId : yard.nodes())
            yard.logs.add(quorum.logs(yard.hosts.get(nodeId - 1), nodeId));
        return yard;
    }

    @Override public List<Integer> nodes() {
        return hosts.stream().map(SimHost::number).toList();
    }

    @Override public Life boot(int nodeId) {
        var identity = new NodeIdentity("cluster", nodeId, new Uuid(1, nodeId));
        return new Life(new SimLoop(hosts.get(nodeId - 1), chance.split()),
            logs.get(nodeId - 1).open(identity));
    }

    @Override public void kill(int nodeId) {
        hosts.get(nodeId - 1).endLife();
    }

    @Override public void until(BooleanSupplier condition) {
        boolean holds = world.runUntil(world.nowNs() + PATIENCE_NS, condition::getAsBoolean);
        if (!holds) throw new AssertionError("it never happens");
    }

    @Override public void close() {
        // nothing of it outlives the test
    }
}
