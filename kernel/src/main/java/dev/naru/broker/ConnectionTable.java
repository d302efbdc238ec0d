package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
