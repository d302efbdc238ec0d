package dev.naru.metadata;

import dev.naru.base.Limits;
import java.util.PriorityQueue;

/// Tasks that wait for this node's image to reach an index. Owned by the control loop.
final class AppliedQueue {
    private record Later(long index, long number, Runnable task) implements Comparable<Later> {
        @Override public int compareTo(Later other) {
            return index != other.index
                ? Long.compare(index, other.index)
                : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Later> waiting = new PriorityQueue<>();
    private long added;

    /// False when too many wait already.
    boolean add(long index, Runnable task) {
        if (waiting.size() >= Limits.CONTROLLER_REQUESTS_WAITING_MAX) return false;
        waiting.add(new Later(index, added++, task));
        return true;
    }

    /// Runs what waited for `index` or less, the lowest first.
    void reached(long index) {
        while (!waiting.isEmpty() && waiting.peek().index() <= index)
            waiting.remove().task().run();
    }
}
