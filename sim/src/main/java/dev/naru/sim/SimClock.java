package dev.naru.sim;

import dev.naru.base.Clock;

/// A host's clock: its wall time runs a little fast or slow and may jump; its monotonic time begins
/// anywhere and never goes back.
public final class SimClock implements Clock {
    private static final long EPOCH_MS = 1_790_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;

    private final World world;
    private final long monotonicStartNs;
    private long driftPpm;
    private long jumpMs;

    SimClock(World world, SimEntropy chance) {
        this.world = world;
        this.monotonicStartNs = chance.below(Integer.MAX_VALUE) * 1_000L;
    }

    /// Runs this many millionths too fast.
    public void driftPpm(long ppm) {
        driftPpm = ppm;
    }

    /// Wall time jumps, forward or back.
    public void jump(long byMs) {
        jumpMs += byMs;
    }

    @Override public long monotonicNs() {
        return monotonicStartNs + world.nowNs();
    }

    @Override public long wallMs() {
        long passedMs = world.nowNs() / NS_PER_MS;
        return EPOCH_MS + passedMs + passedMs * driftPpm / 1_000_000L + jumpMs;
    }
}
