package dev.naru.replica;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import java.util.function.LongSupplier;

/// How many bytes replicas that are not in sync may copy in a second, over all loops of a node
/// (KIP-73). What was copied is a debt, paid off as time goes by; while there is any, whoever draws
/// on the budget waits. So one answer may be larger than the rate allows, and the wait after it is
/// the longer. What is paid while nobody copies is kept up to [#SAVED_NS]: whoever looks again only
/// now and then, and has answers on their way, still copies all that the rate allows. Debts are
/// added on one loop; whether any is left is seen from all.
public final class CopyBudget {
    /// How often those who wait should look.
    public static final long TICK_NS = 50 * Now.NS_PER_MS;
    /// So long an idle time is saved up: some ticks, and the way of an answer to the disk.
    public static final long SAVED_NS = 250 * Now.NS_PER_MS;
    /// A rate that bounds nothing.
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final double NS_PER_SECOND = 1_000.0 * Now.NS_PER_MS;

    private final Loop loop;
    private final Clock clock;
    private final LongSupplier bytesPerSecond;
    private volatile Debt debt;
    /// More was copied than is left, and the loop has not added it yet.
    private volatile boolean isOverdrawn;

    /// What was owed at a time; below 0 it is saved up.
    private record Debt(double bytes, long atNs) {
        Debt paidBy(long nowNs, double bytesPerSecond) {
            double paid = bytesPerSecond * Math.max(0, nowNs - atNs) / NS_PER_SECOND;
            double savedMax = bytesPerSecond * SAVED_NS / NS_PER_SECOND;
            return new Debt(Math.max(-savedMax, bytes - paid), Math.max(nowNs, atNs));
        }
    }

    /// `bytesPerSecond` is asked each time, so that another rate counts at once, for what is owed, too.
    public CopyBudget(Loop loop, Clock clock, LongSupplier bytesPerSecond) {
        this.loop = loop;
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.debt = new Debt(0, clock.monotonicNs());
    }

    /// Whether one who draws on it has to wait; from any loop.
    public boolean isExhausted() {
        return isOverdrawn || now().bytes() > 0;
    }

    /// So many bytes were copied; from any loop.
    public void spent(long bytes) {
        if (bytes <= 0 || bytesPerSecond.getAsLong() == UNLIMITED) return;
        if (now().bytes() + bytes > 0) isOverdrawn = true;
        loop.execute(() -> add(bytes));
    }

    private void add(long bytes) {
        var owed = now();
        debt = new Debt(owed.bytes() + bytes, owed.atNs());
        isOverdrawn = false;
    }

    private Debt now() {
        return debt.paidBy(clock.monotonicNs(), (double) bytesPerSecond.getAsLong());
    }
}
