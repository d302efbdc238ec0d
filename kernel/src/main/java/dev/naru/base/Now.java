package dev.naru.base;

/// The time that one turn of a loop sees: monotonic nanoseconds for deadlines, wall milliseconds for
/// what is stored.
public record Now(long monotonicNs, long wallMs) {
    public static final long NS_PER_MS = 1_000_000L;

    /// The deadline `delayMs` from now, in monotonic nanoseconds; saturates instead of overflowing.
    public long afterMs(long delayMs) {
        long delayNs = delayMs > Long.MAX_VALUE / NS_PER_MS ? Long.MAX_VALUE : delayMs * NS_PER_MS;
        long deadlineNs = monotonicNs + delayNs;
        return deadlineNs < monotonicNs && delayNs > 0 ? Long.MAX_VALUE : deadlineNs;
    }
}
