package dev.naru.shard;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A loop and its clock, turned by a test.
public final class StepLoop implements Loop, Clock {
    /// Tasks that bring about tasks without any time going by: a loop that does not come to rest.
    private static final int TASKS_MAX = 1_000_000;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Waiting> timers = new ArrayList<>();
    private long nowNs = 1_000_000_000L;
    private long wallMs = 1_700_000_000_000L;

    private record Waiting(long atNs, Runnable task) {}

    @Override public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override public Timer after(long delayNs, Runnable task) {
        var waiting = new Waiting(nowNs + delayNs, task);
        timers.add(waiting);
        return () -> timers.remove(waiting);
    }

    @Override public boolean inLoop() {
        return true;
    }

    @Override public long monotonicNs() {
        return nowNs;
    }

    @Override public long wallMs() {
        return wallMs;
    }

    /// Only the wall clock moves.
    public void jumpMs(long byMs) {
        wallMs += byMs;
    }

    /// Runs what is queued.
    public void run() {
        for (int done = 0; !tasks.isEmpty(); done++) {
            if (done == TASKS_MAX) throw new AssertionError("the loop does not come to rest");
            tasks.remove().run();
        }
    }

    /// Lets time pass, with everything that becomes due on the way, in its order.
    public void passMs(long durationMs) {
        long endNs = nowNs + durationMs * 1_000_000L;
        run();
        while (true) {
            var next = timers.stream().min(Comparator.comparingLong(Waiting::atNs)).orElse(null);
            if (next == null || next.atNs > endNs) break;
            timers.remove(next);
            moveTo(next.atNs);
            next.task.run();
            run();
        }
        moveTo(endNs);
    }

    private void moveTo(long atNs) {
        long before = nowNs / 1_000_000L;
        nowNs = Math.max(nowNs, atNs);
        wallMs += nowNs / 1_000_000L - before;
    }

    public int timerCount() {
        return timers.size();
    }
}
