package dev.naru.cli;

import java.util.concurrent.locks.LockSupport;

/// Holds work back to so many a second; without a rate it holds nothing back.
final class Pace {
    private static final long SECOND_NS = 1_000_000_000L;
    private final double perSecond;
    private final long startNs;

    /// A rate of zero or less is none.
    Pace(double perSecond, long startNs) {
        this.perSecond = perSecond;
        this.startNs = startNs;
    }

    /// How long the next one has to wait when `done` are done.
    long waitNs(long done, long nowNs) {
        if (perSecond <= 0) return 0;
        return Math.max(0, startNs + (long) (done / perSecond * SECOND_NS) - nowNs);
    }

    void await(long done) {
        for (long left = waitNs(done, System.nanoTime()); left > 0; left = waitNs(done,
            System.nanoTime())) {
            if (Thread.currentThread().isInterrupted()) return;
            LockSupport.parkNanos(left);
        }
    }
}
