package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.measure.Traffic;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The connections of one loop: their shared memory, and the sweep that closes idle ones. Owned by
/// the loop.
final class ConnectionTable {
    /// How long the body of a large request may take to arrive once it was let in.
    static final long BODY_DEADLINE_NS = 30_000_000_000L;
    private static final long SWEEP_NS = 10_000_000_000L;

    private final Loop loop;
    private final Clock clock;
    private final Trace trace;
    private final RequestMemory memory;
    private final long idleMaxNs;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final RequestMeasures requests = new RequestMeasures();
    private final Traffic traffic = new Traffic();
    private long opened;
    private boolean isStopped;
    private boolean isServing;
    private volatile int count;

    /// `idleMaxNs` below zero keeps idle connections for ever.
    ConnectionTable(Loop loop, Clock clock, Trace trace, RequestMemory memory, long idleMaxNs) {
        this.loop = loop;
        this.clock = clock;
        this.trace = trace;
        this.memory = memory;
        this.idleMaxNs = idleMaxNs;
    }

    /// Requests that came before start now.
    void serve() {
        isServing = true;
        for (var each : List.copyOf(connections))
            each.answered();
        loop.after(SWEEP_NS, this::sweep);
    }

    boolean isServing() {
        return isServing;
    }

    Loop loop() {
        return loop;
    }

    private void sweep() {
        if (isStopped) return;
        if (idleMaxNs >= 0) {
            long beforeNs = clock.monotonicNs() - idleMaxNs;
            for (var each : List.copyOf(connections)) {
                if (each.isIdleSince(beforeNs)) each.close("idle");
            }
        }
        loop.after(SWEEP_NS, this::sweep);
    }

    void opened(Connection connection) {
        connections.add(connection);
        opened++;
        count = connections.size();
    }

    void closed(Connection connection) {
        connections.remove(connection);
        count = connections.size();
    }

    void closeAll(String why) {
        isStopped = true;
        for (var each : List.copyOf(connections))
            each.close(why);
    }

    /// How many there are; any loop may ask.
    int count() {
        return count;
    }

    /// How many there were since the start. On the loop.
    long openedEver() {
        return opened;
    }

    /// How many there are by the listener that they came in by. On the loop.
    SortedMap<String, Integer> countsByListener() {
        var counts = new TreeMap<String, Integer>();
        for (var each : connections)
            counts.merge(each.door().listener(), 1, Integer::sum);
        return counts;
    }

    /// How long requests took here. On the loop.
    RequestMeasures requests() {
        return requests;
    }

    /// What fetches that came in here have read, by topic. On the loop.
    Traffic traffic() {
        return traffic;
    }

    Clock clock() {
        return clock;
    }

    Trace trace() {
        return trace;
    }

    RequestMemory memory() {
        return memory;
    }
}
