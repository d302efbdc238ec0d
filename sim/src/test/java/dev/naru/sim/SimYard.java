package dev.naru.sim;

import dev.naru.base.Disk;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.sim.contract.Yard;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The simulated ports, for their contract.
final class SimYard implements Yard {
    private static final long PATIENCE_NS = 600_000_000_000L;

    private final World world;
    private final SimLoop loop;
    private final SimNet net;
    private final SimDisk disk;

    SimYard(long seed) {
        var chance = new SimEntropy(seed);
        this.world = new World(chance.split(), new SimTrace(null));
        var nature = new SimHost(world, "nature", 0, chance.split());
        var network = new SimNetwork(world, nature, chance.split());
        var host = new SimHost(world, "here", 1, chance.split());
        this.loop = new SimLoop(host, chance.split());
        this.net = new SimNet(network, host);
        net.loops(List.of(loop));
        this.disk = new SimDisk(chance.split());
        world.blame((blamed, failure) -> {
            throw failure;
        });
    }

    @Override public Disk disk() {
        return disk;
    }

    @Override public Net net() {
        return net;
    }

    @Override public Loop loop() {
        return loop;
    }

    @Override public String host() {
        return "here";
    }

    @Override public void until(BooleanSupplier condition) {
        boolean holds = world.runUntil(world.nowNs() + PATIENCE_NS, condition::getAsBoolean);
        if (!holds) throw new AssertionError("it never happens");
    }

    @Override public void close() {
        // nothing of it outlives the test
    }
}
