package dev.naru.log;

import dev.naru.base.DiskFault;

/// What could be cleaned of a log. Between the two offsets nothing was cleaned before; the end is where a
/// closed segment ends that is durable and decided.
///
/// @param isOverdue whether a record in there is older than `max.compaction.lag.ms`
public record Cleanable(long firstDirtyOffset, long endOffset, long cleanBytes, long dirtyBytes,
    boolean isOverdue) {

    /// The share that was not cleaned before.
    public double dirtyRatio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (dirtyBytes + cleanBytes);
    }

    public boolean isWorthIt(CleaningRules rules) {
        return dirtyBytes > 0 && (isOverdue || dirtyRatio() > rules.minDirtyRatio());
    }

    static Cleanable of(LogParts parts, long cleanedUpTo, long lastStableOffset, long wallMs)
        throws DiskFault {
        var rules = parts.settings.cleaning();
        long safeEnd = Math.min(lastStableOffset, parts.durability.recordedPoint());
        long firstDirty = Math.max(cleanedUpTo, parts.logStartOffset);
        long cleanBytes = 0;
        long dirtyBytes = 0;
        long endOffset = firstDirty;
        boolean isOverdue = false;
        for (int at = 0; at < parts.segments.size() - 1; at++) {
            var segment = parts.segments.get(at);
            long segmentEnd = parts.segments.endOf(at, parts.logEndOffset);
            if (segmentEnd <= firstDirty) {
                cleanBytes += segment.sizeBytes();
                continue;
            }
            if (segmentEnd > safeEnd || isTooYoung(parts, segment, wallMs)) break;
            if (dirtyBytes == 0) isOverdue = isOlder(segment, wallMs, rules.maxLagMs());
            dirtyBytes += segment.sizeBytes();
            endOffset = segmentEnd;
        }
        return new Cleanable(firstDirty, endOffset, cleanBytes, dirtyBytes, isOverdue);
    }

    private static boolean isTooYoung(LogParts parts, Segment segment, long wallMs)
        throws DiskFault {
        long minLagMs = parts.settings.cleaning().minLagMs();
        return minLagMs > 0
            && segment.maxTimestamp(parts.indexIntervalBytes()) > wallMs - minLagMs;
    }

    static boolean isOlder(Segment segment, long wallMs, long maxLagMs) throws DiskFault {
        if (maxLagMs >= wallMs) return false;
        long first = segment.firstTimestamp();
        return first >= 0 && first < wallMs - maxLagMs;
    }
}
