package dev.naru.sim;

import dev.naru.base.Loop;
import java.util.ArrayDeque;

/// A loop that a test turns by hand; timers run in their turn, whatever their delay.
public final class TurnLoop implements Loop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean isTurning;

    @Override public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override public Timer after(long delayNs, Runnable task) {
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override public boolean inLoop() {
        return isTurning;
    }

    /// Runs what is there, and what comes of it.
    public void turn() {
        isTurning = true;
        for (var task = tasks.poll(); task != null; task = tasks.poll())
            task.run();
        isTurning = false;
    }
}
