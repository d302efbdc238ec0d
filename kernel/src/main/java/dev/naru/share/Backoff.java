package dev.naru.share;

import dev.naru.base.Now;

/// How long a record rests before it is lent again: `initialMs` after the first delivery, `factor`
/// times as long after each further one, `maxMs` at most. With `initialMs` 0 it does not rest.
public record Backoff(long initialMs, double factor, long maxMs) {
    /// Released records are lent again at once, as Kafka does.
    public static final Backoff NONE = new Backoff(0, 1, 0);

    long delayNs(int deliveryCount) {
        if (initialMs <= 0 || deliveryCount <= 0) return 0;
        double grown = (double) initialMs * Math.pow(factor, deliveryCount - 1);
        long delayMs = (long) Math.min(grown, (double) Math.max(initialMs, maxMs));
        return delayMs * Now.NS_PER_MS;
    }
}
