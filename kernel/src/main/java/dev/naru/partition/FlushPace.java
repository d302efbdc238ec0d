package dev.naru.partition;

import dev.naru.base.Clock;
import dev.naru.base.Now;

/// How long the flushes of one loop take. A disk counts as slow when none of its flushes was quick for some
/// seconds, or one does not end: a single slow one, or a machine that is busy for a moment, says nothing.
/// Written on the loop; asked from any thread.
public final class FlushPace {
    private static final long QUICK_NS = 150 * Now.NS_PER_MS;
    private static final long SLOW_FOR_NS = 5_000 * Now.NS_PER_MS;
    private static final int SLOW_COUNT = 3;
    /// A disk that nothing was written to for so long is given another chance.
    private static final long FORGOTTEN_NS = 30_000 * Now.NS_PER_MS;

    private final Clock clock;
    private volatile long begunNs;
    private volatile boolean isUnderWay;
    private volatile long endedNs;
    private volatile long lastQuickNs;
    private volatile int slowOnes;

    public FlushPace(Clock clock) {
        this.clock = clock;
        this.lastQuickNs = clock.monotonicNs();
    }

    void begins() {
        begunNs = clock.monotonicNs();
        isUnderWay = true;
    }

    /// Tells how long it was, in nanoseconds.
    long ends() {
        long nowNs = clock.monotonicNs();
        isUnderWay = false;
        endedNs = nowNs;
        long durationNs = nowNs - begunNs;
        if (durationNs < QUICK_NS) {
            lastQuickNs = nowNs;
            slowOnes = 0;
        } else {
            // the first after a pause: what was before it does not count against the disk
            if (slowOnes == 0) lastQuickNs = begunNs;
            slowOnes = Math.min(SLOW_COUNT, slowOnes + 1);
        }
        return durationNs;
    }

    /// Whether the disk is too slow to lead on.
    public boolean isSlow() {
        long nowNs = clock.monotonicNs();
        if (isUnderWay && nowNs - begunNs >= SLOW_FOR_NS) return true;
        return slowOnes >= SLOW_COUNT && nowNs - lastQuickNs >= SLOW_FOR_NS
            && nowNs - endedNs < FORGOTTEN_NS;
    }
}
