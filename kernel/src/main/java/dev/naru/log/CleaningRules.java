package dev.naru.log;

import dev.naru.base.Invariant;

/// What a topic asks of the cleaner of its logs.
///
/// @param deleteRetentionMs how long a tombstone, and the end of a transaction of which nothing is left,
/// stay for readers to see once they have been cleaned
/// @param minDirtyRatio a log is cleaned when more than this share of it has not been
/// @param minLagMs records younger than this are left alone
/// @param maxLagMs a log with older records that were never cleaned is cleaned whatever its share
public record CleaningRules(long deleteRetentionMs, double minDirtyRatio, long minLagMs,
    long maxLagMs) {
    private static final long DAY_MS = 24L * 60 * 60 * 1000;
    private static final double HALF = 0.5;

    public CleaningRules {
        Invariant.check(deleteRetentionMs >= 0, "delete.retention.ms is not negative");
        Invariant.check(minLagMs >= 0, "min.compaction.lag.ms is not negative");
        Invariant.check(maxLagMs > 0, "max.compaction.lag.ms is positive");
    }

    /// What a topic has whose creator says nothing.
    public static CleaningRules standard() {
        return new CleaningRules(DAY_MS, HALF, 0, Long.MAX_VALUE);
    }
}
