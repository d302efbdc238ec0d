package dev.naru.io;

import dev.naru.base.Clock;

/// The machine's clocks.
public final class RealClock implements Clock {
    @Override public long monotonicNs() {
        return System.nanoTime();
    }

    @Override public long wallMs() {
        return System.currentTimeMillis();
    }
}
