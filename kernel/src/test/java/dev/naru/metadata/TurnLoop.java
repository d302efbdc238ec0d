package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;

/// A loop that a test turns: tasks in the order they came, then the earliest timer. Its timers' clock can
/// be read.
final class TurnLoop implements Loop, Clock {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Later> timers = new PriorityQueue<>();
    private long nowNs;
    private long timersMade;
    private boolean isTurning;

    @Override public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override public Timer after(long delayNs, Runnable task) {
        var later = new Later(nowNs + delayNs, timersMade++, task);
        timers.add(later);
        return () -> timers.remove(later);
    }

    @Override public boolean inLoop() {
        return isTurning;
    }

    /// Runs until nothing is left but timers.
    void turn() {
        isTurning = true;
        try {
            while (!tasks.isEmpty())
                tasks.removeFirst().run();
        } finally {
            isTurning = false;
        }
    }

    /// Runs a task on the loop, and all that follows.
    void run(Runnable task) {
        execute(task);
        turn();
    }

    /// Lets the earliest timer ring.
    void ring() {
        var next = timers.remove();
        nowNs = Math.max(nowNs, next.atNs);
        run(next.task);
    }

    /// Lets time pass, and all timers ring that fall due.
    void pass(long delayNs) {
        long untilNs = nowNs + delayNs;
        while (!timers.isEmpty() && timers.peek().atNs <= untilNs)
            ring();
        nowNs = untilNs;
        turn();
    }

    /// Time passes and nothing runs: the machine is busy with something else.
    void stall(long delayNs) {
        nowNs += delayNs;
    }

    @Override public long monotonicNs() {
        return nowNs;
    }

    @Override public long wallMs() {
        return 0;
    }

    int timersSet() {
        return timers.size();
    }

    private record Later(long atNs, long number, Runnable task) implements Comparable<Later> {
        @Override public int compareTo(Later other) {
            return atNs != other.atNs
                ? Long.compare(atNs, other.atNs)
                : Long.compare(number, other.number);
        }
    }
}
