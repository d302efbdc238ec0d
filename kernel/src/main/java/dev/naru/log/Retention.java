package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.Now;

/// Decides how many of the oldest segments may go. Nothing above the high watermark ever does.
final class Retention {
    /// How many segments go, and why.
    record Verdict(int count, String why) {}

    private static final Verdict NONE = new Verdict(0, "");

    private Retention() {}

    static Verdict judge(LogParts parts, long highWatermark, Now now) throws DiskFault {
        int may = countBelow(parts, highWatermark);
        if (may == 0) return NONE;
        var verdict = new Verdict(belowStart(parts, may), "below the log start");
        if (!parts.settings.deletes()) return verdict;
        int bySize = bySize(parts, may);
        if (bySize > verdict.count()) verdict = new Verdict(bySize, "retention.bytes");
        int byTime = byTime(parts, may, now.wallMs());
        if (byTime > verdict.count()) verdict = new Verdict(byTime, "retention.ms");
        return verdict;
    }

    /// Segments that end at or below the high watermark; the active one only if it holds something.
    private static int countBelow(LogParts parts, long highWatermark) {
        var segments = parts.segments;
        int count = 0;
        while (count < segments.size()) {
            if (segments.endOf(count, parts.logEndOffset) > highWatermark) break;
            if (count == segments.size() - 1 && segments.get(count).sizeBytes() == 0) break;
            count++;
        }
        return count;
    }

    /// Those that hold nothing but deleted records. The active one stays.
    private static int belowStart(LogParts parts, int may) {
        int count = 0;
        while (count < may && count < parts.segments.size() - 1
            && parts.segments.endOf(count, parts.logEndOffset) <= parts.logStartOffset) {
            count++;
        }
        return count;
    }

    private static int bySize(LogParts parts, int may) {
        long retentionBytes = parts.settings.retentionBytes();
        if (retentionBytes < 0) return 0;
        long surplus = parts.segments.sizeBytes() - retentionBytes;
        int count = 0;
        while (count < may && surplus - parts.segments.get(count).sizeBytes() >= 0) {
            surplus -= parts.segments.get(count).sizeBytes();
            count++;
        }
        return count;
    }

    private static int byTime(LogParts parts, int may, long wallMs) throws DiskFault {
        long retentionMs = parts.settings.retentionMs();
        if (retentionMs < 0) return 0;
        int count = 0;
        while (count < may && isExpired(parts, parts.segments.get(count), wallMs - retentionMs)) {
            count++;
        }
        return count;
    }

    /// Records without a timestamp do not expire.
    private static boolean isExpired(LogParts parts, Segment segment, long beforeMs)
        throws DiskFault {
        if (segment.knownMaxTimestamp() != Segment.UNKNOWN) {
            return segment.knownMaxTimestamp() >= 0 && segment.knownMaxTimestamp() < beforeMs;
        }
        long newest = segment.maxTimestamp(parts.indexIntervalBytes());
        return newest >= 0 && newest < beforeMs;
    }
}
