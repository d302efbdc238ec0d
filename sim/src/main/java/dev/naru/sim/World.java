package dev.naru.sim;

import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One queue for everything that will happen: the only source of time and of order. What is due at
/// the same instant is ordered by chance. All of it runs on the caller's thread.
public final class World {
    private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
    private final SimEntropy ties;
    private final SimTrace trace;
    private Blame blame = (host, failure) -> {
        throw failure;
    };
    private Consumer<SimHost> powerCut = _ -> {
    };
    private long nowNs;
    private long steps;
    private long numbered;

    /// Hears what a host's code let escape.
    public interface Blame {
        void failed(SimHost host, RuntimeException failure);
    }

    /// Something due. `dueNs` is when it was meant to happen, `atNs` when it will (a paused host is
    /// late).
    private record Event(long atNs, long dueNs, long tie, long number, SimHost host, int life,
        Runnable task) implements Comparable<Event> {
        @Override public int compareTo(Event other) {
            if (atNs != other.atNs) return Long.compare(atNs, other.atNs);
            if (dueNs != other.dueNs) return Long.compare(dueNs, other.dueNs);
            if (tie != other.tie) return Long.compare(tie, other.tie);
            return Long.compare(number, other.number);
        }
    }

    public World(SimEntropy ties, SimTrace trace) {
        this.ties = ties;
        this.trace = trace;
    }

    public void blame(Blame listener) {
        blame = listener;
    }

    /// Hears on which host the power went within an operation of its disk.
    public void onPowerCut(Consumer<SimHost> action) {
        powerCut = action;
    }

    public long nowNs() {
        return nowNs;
    }

    public long nowMs() {
        return nowNs / 1_000_000;
    }

    public long steps() {
        return steps;
    }

    public SimTrace trace() {
        return trace;
    }

    /// Runs `task` in `delayNs`, if the host still lives the same life then.
    public void schedule(long delayNs, SimHost host, Runnable task) {
        scheduleAt(nowNs + delayNs, host, task);
    }

    void scheduleAt(long atNs, SimHost host, Runnable task) {
        long dueNs = Math.max(atNs, nowNs);
        queue.add(
            new Event(dueNs, dueNs, ties.nextLong(), numbered++, host, host.life(), task));
    }

    /// The next thing happens. False when nothing is left.
    public boolean step() {
        var event = queue.poll();
        if (event == null) return false;
        nowNs = event.atNs;
        if (event.life != event.host.life()) return true;
        if (event.host.pausedUntilNs() > nowNs) {
            queue.add(new Event(event.host.pausedUntilNs(), event.dueNs, event.tie, event.number,
                event.host, event.life, event.task));
            return true;
        }
        steps++;
        trace.step(nowNs, event.host.number());
        try {
            event.task.run();
            event.host.stepped();
        } catch (PowerCut cut) {
            event.host.stepped();
            powerCut.accept(event.host);
        } catch (RuntimeException failure) {
            blame.failed(event.host, failure);
        }
        return true;
    }

    /// The host goes on before it was to: what was put off is due.
    void resumed(SimHost host) {
        var putOff = new ArrayList<Event>();
        for (var event : queue) {
            if (event.host == host && event.atNs > event.dueNs) putOff.add(event);
        }
        queue.removeIf(event -> event.host == host && event.atNs > event.dueNs);
        for (var event : putOff) {
            queue.add(new Event(Math.max(nowNs, event.dueNs), event.dueNs, event.tie, event.number,
                host, event.life, event.task));
        }
    }

    /// Lets time pass until then.
    public void runUntil(long untilNs) {
        while (true) {
            var next = queue.peek();
            if (next == null || next.atNs > untilNs) break;
            step();
        }
        nowNs = Math.max(nowNs, untilNs);
    }

    /// Lets time pass until the condition holds; false when it does not by then.
    public boolean runUntil(long untilNs, Condition condition) {
        while (!condition.holds()) {
            @Nullable
            Event next = queue.peek();
            if (next == null || next.atNs > untilNs) return false;
            step();
        }
        return true;
    }

    /// Something to wait for.
    public interface Condition {
        boolean holds();
    }
}
