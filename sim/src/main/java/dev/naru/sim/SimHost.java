package dev.naru.sim;

import org.jspecify.annotations.Nullable;

/// A machine of the simulated world: it lives one life after another, may stand still for a while,
/// and has a clock of its own. What it had planned in an earlier life never happens.
public final class SimHost {
    private final World world;
    private final String name;
    private final int number;
    private final SimClock clock;
    private int life = 1;
    private long pausedUntilNs;
    private @Nullable SimLoop running;
    private Runnable watcher = () -> {
    };

    public SimHost(World world, String name, int number, SimEntropy chance) {
        this.world = world;
        this.name = name;
        this.number = number;
        this.clock = new SimClock(world, chance);
    }

    public String name() {
        return name;
    }

    public int number() {
        return number;
    }

    public World world() {
        return world;
    }

    public SimClock clock() {
        return clock;
    }

    public int life() {
        return life;
    }

    /// All that it had under way is gone.
    public void endLife() {
        life++;
        pausedUntilNs = 0;
    }

    /// Stands still until then, as a stopped process does.
    public void pauseUntil(long untilNs) {
        pausedUntilNs = Math.max(pausedUntilNs, untilNs);
    }

    /// Goes on: what had to wait comes now.
    public void resume() {
        pausedUntilNs = 0;
        world.resumed(this);
    }

    long pausedUntilNs() {
        return pausedUntilNs;
    }

    /// `next` runs after everything that happens here.
    void watch(Runnable next) {
        watcher = next;
    }

    void stepped() {
        watcher.run();
    }

    @Nullable SimLoop running() {
        return running;
    }

    void running(@Nullable SimLoop loop) {
        running = loop;
    }
}
