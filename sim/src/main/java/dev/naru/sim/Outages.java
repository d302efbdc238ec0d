package dev.naru.sim;

import java.util.ArrayList;
import java.util.List;

/// Machines that stay away for longer than it takes the cluster to give them up, one at a time.
final class Outages {
    private static final int EVERY_MS_MAX = 4_000;
    private static final int LAST_MS_MIN = 2_000;
    private static final int LAST_MS_MAX = 6_000;
    private static final long NS_PER_MS = 1_000_000L;

    private final World world;
    private final SimHost nature;
    private final List<Faults> machines;
    private final SimEntropy chance;
    private boolean isOver;

    Outages(SimHost nature, List<Faults> machines, SimEntropy chance) {
        this.world = nature.world();
        this.nature = nature;
        this.machines = new ArrayList<>(machines);
        this.chance = chance;
    }

    void start() {
        after(1 + chance.below(EVERY_MS_MAX), this::happen);
    }

    /// No more of it.
    void heal() {
        isOver = true;
    }

    private void after(int ms, Runnable task) {
        world.schedule(ms * NS_PER_MS, nature, () -> {
            if (!isOver) task.run();
        });
    }

    private void happen() {
        var machine = machines.get(chance.below(machines.size()));
        world.trace().count("outages");
        machine.goAway();
        after(LAST_MS_MIN + chance.below(LAST_MS_MAX - LAST_MS_MIN), () -> {
            machine.comeBack();
            start();
        });
    }
}
