package dev.naru.replica;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import java.util.function.LongSupplier;

/// How many bytes replicas that are not in sync may copy in a second, over all loops of a node
/// (KIP-73). What was copied is a debt, paid off as time goes by; while there is any, whoever draws
/// on the budget waits. So one answer may be larger than the rate allows, and the wait after it is
/// the longer. Owned by its loop; others only tell what they copied and look whether any is left.
public final class CopyBudget {
    /// How often a debt is looked at, and so how often those who wait should look.
    public static final long TICK_NS = 50 * Now.NS_PER_MS;
    /// A rate that bounds nothing.
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final double NS_PER_SECOND = 1_000.0 * Now.NS_PER_MS;

    private final Loop loop;
    private final Clock clock;
    private final LongSupplier bytesPerSecond;
    private volatile boolean isExhausted;
    private double debtBytes;
    private long paidNs;

    /// `bytesPerSecond` is asked each time, so that another rate counts at once.
    public CopyBudget(Loop loop, Clock clock, LongSupplier bytesPerSecond) {
        this.loop = loop;
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Whether one who draws on it has to wait; from any loop.
    public boolean isExhausted() {
        return isExhausted;
    }

    /// So many bytes were copied; from any loop.
    public void spent(long bytes) {
        if (bytes <= 0 || bytesPerSecond.getAsLong() == UNLIMITED) return;
        isExhausted = true;
        loop.execute(() -> add(bytes));
    }

    private void add(long bytes) {
        boolean isPaying = debtBytes > 0;
        settle();
        debtBytes += bytes;
        if (!isPaying) pay();
    }

    private void pay() {
        settle();
        isExhausted = debtBytes > 0;
        if (isExhausted) loop.after(TICK_NS, this::pay);
    }

    /// What was paid too much within one tick is kept, an idle time is not.
    private void settle() {
        double rate = bytesPerSecond.getAsLong();
        long nowNs = clock.monotonicNs();
        double paid = rate * (nowNs - paidNs) / NS_PER_SECOND;
        debtBytes = Math.max(-rate * TICK_NS / NS_PER_SECOND, debtBytes - paid);
        paidNs = nowNs;
    }
}
