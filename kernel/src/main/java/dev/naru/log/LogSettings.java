package dev.naru.log;

import dev.naru.base.Invariant;

/// What the settings of a topic mean to its log. Sizes in bytes, times in milliseconds; -1 for a retention
/// means "keep all".
///
/// @param segmentBytes a segment is closed before it would grow past this; no batch may be larger
/// @param segmentMs a segment is closed when it has been open for this long, by the time of its records
/// @param segmentJitterMs up to this much is taken off `segmentMs`, differently for each segment
/// @param indexBytes an index that has reached this size closes its segment
/// @param indexIntervalBytes one index entry for about this many bytes
/// @param retentionBytes old segments go while the log stays at least this large without them
/// @param retentionMs segments go whose newest record is older than this
/// @param deletes whether retention by time and size applies (`cleanup.policy` contains `delete`)
/// @param compacts whether only the newest record of a key is kept (`cleanup.policy` contains `compact`)
/// @param cleaning what the cleaner does in a compacted log
/// @param producerExpirationMs a producer that wrote nothing for this long is forgotten
public record LogSettings(int segmentBytes, long segmentMs, long segmentJitterMs, int indexBytes,
    int indexIntervalBytes, long retentionBytes, long retentionMs, boolean deletes,
    boolean compacts, CleaningRules cleaning, long producerExpirationMs) {
    private static final int GIB = 1024 * 1024 * 1024;
    private static final long DAY_MS = 24L * 60 * 60 * 1000;

    public LogSettings {
        Invariant.check(segmentBytes > 0, "segment.bytes is positive");
        Invariant.check(segmentMs > 0, "segment.ms is positive");
        Invariant.check(segmentJitterMs >= 0, "segment.jitter.ms is not negative");
        Invariant.check(indexBytes >= SparseIndex.ENTRY_BYTES_MAX,
            "segment.index.bytes fits an entry");
        Invariant.check(indexIntervalBytes >= 0, "index.interval.bytes is not negative");
        Invariant.check(retentionBytes >= -1, "retention.bytes is -1 or more");
        Invariant.check(retentionMs >= -1, "retention.ms is -1 or more");
        Invariant.check(producerExpirationMs > 0, "producer.id.expiration.ms is positive");
    }

    /// What a topic has whose creator says nothing.
    public static LogSettings standard() {
        return new LogSettings(GIB, 7 * DAY_MS, 0, 10 * 1024 * 1024, 4096, -1, 7 * DAY_MS, true,
            false, CleaningRules.standard(), DAY_MS);
    }

    public LogSettings withSegmentBytes(int bytes) {
        return new LogSettings(bytes, segmentMs, segmentJitterMs, indexBytes, indexIntervalBytes,
            retentionBytes, retentionMs, deletes, compacts, cleaning,
            producerExpirationMs);
    }

    public LogSettings withSegmentMs(long ms, long jitterMs) {
        return new LogSettings(segmentBytes, ms, jitterMs, indexBytes, indexIntervalBytes,
            retentionBytes, retentionMs, deletes, compacts, cleaning,
            producerExpirationMs);
    }

    public LogSettings withIndex(int bytes, int intervalBytes) {
        return new LogSettings(segmentBytes, segmentMs, segmentJitterMs, bytes, intervalBytes,
            retentionBytes, retentionMs, deletes, compacts, cleaning,
            producerExpirationMs);
    }

    public LogSettings withRetention(long bytes, long ms) {
        return new LogSettings(segmentBytes, segmentMs, segmentJitterMs, indexBytes,
            indexIntervalBytes, bytes, ms, deletes, compacts, cleaning,
            producerExpirationMs);
    }

    public LogSettings withCleanup(boolean isDeleted, boolean isCompacted,
        CleaningRules rules) {
        return new LogSettings(segmentBytes, segmentMs, segmentJitterMs, indexBytes,
            indexIntervalBytes, retentionBytes, retentionMs, isDeleted, isCompacted, rules,
            producerExpirationMs);
    }

    /// How old a segment may become: no older than its records may stay without being cleaned.
    long segmentAgeMsMax() {
        return compacts ? Math.min(segmentMs, cleaning.maxLagMs()) : segmentMs;
    }

    public LogSettings withProducerExpirationMs(long ms) {
        return new LogSettings(segmentBytes, segmentMs, segmentJitterMs, indexBytes,
            indexIntervalBytes, retentionBytes, retentionMs, deletes, compacts, cleaning,
            ms);
    }
}
