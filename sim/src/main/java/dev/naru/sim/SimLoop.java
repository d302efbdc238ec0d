package dev.naru.sim;

import dev.naru.base.Invariant;
import dev.naru.base.Loop;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// A loop whose tasks are events of the world: first come, first served for each sender; between
/// senders chance decides. Belongs to one life of its host.
public final class SimLoop implements Loop {
    private static final int HOP_NS_MAX = 20_000;
    private static final int LATE_NS_MAX = 50_000;
    private static final int SLOW_ONE_IN = 64;
    private static final int SLOW_NS_MAX = 2_000_000;

    private final SimHost host;
    private final SimEntropy chance;
    private final int life;
    private final IdentityHashMap<Object, Long> lastBySender = new IdentityHashMap<>();
    private static final Object OUTSIDE = new Object();

    public SimLoop(SimHost host, SimEntropy chance) {
        this.host = host;
        this.chance = chance;
        this.life = host.life();
    }

    public SimHost host() {
        return host;
    }

    @Override public void execute(Runnable task) {
        @Nullable
        SimLoop sender = host.running();
        long delayNs = 1L + chance.below(HOP_NS_MAX);
        if (chance.oneIn(SLOW_ONE_IN)) delayNs += chance.below(SLOW_NS_MAX);
        inOrder(sender == null ? OUTSIDE : sender, delayNs, task);
    }

    /// Runs `task` here after `delayNs`, but after everything that `sender` sent before.
    void inOrder(Object sender, long delayNs, Runnable task) {
        checkAlive();
        var last = lastBySender.get(sender);
        long atNs = host.world().nowNs() + delayNs;
        if (last != null && atNs <= last) atNs = last + 1;
        lastBySender.put(sender, atNs);
        host.world().scheduleAt(atNs, host, () -> run(task));
    }

    @Override public Timer after(long delayNs, Runnable task) {
        checkAlive();
        var timer = new SimTimer(task);
        long lateNs = chance.below(LATE_NS_MAX);
        long atNs = host.world().nowNs() + Math.max(0, delayNs);
        if (atNs < 0) atNs = Long.MAX_VALUE - LATE_NS_MAX;
        host.world().scheduleAt(atNs + lateNs, host, () -> run(timer));
        return timer;
    }

    @Override public boolean inLoop() {
        return host.running() == this;
    }

    /// Else the next life would do what this one had planned.
    private void checkAlive() {
        Invariant.check(host.life() == life, "a life that has ended plans nothing", host.life(),
            life);
    }

    private void run(Runnable task) {
        host.running(this);
        try {
            task.run();
        } finally {
            host.running(null);
        }
    }

    private static final class SimTimer implements Timer, Runnable {
        private final Runnable task;
        private boolean isCancelled;

        SimTimer(Runnable task) {
            this.task = task;
        }

        @Override public void cancel() {
            isCancelled = true;
        }

        @Override public void run() {
            if (!isCancelled) task.run();
        }
    }
}
