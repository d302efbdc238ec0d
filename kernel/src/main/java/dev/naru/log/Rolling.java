package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.Now;
import dev.naru.record.BatchView;

/// Decides when the active segment has had its time. Pure, but for a look at the segment's first record.
final class Rolling {
    private Rolling() {}

    /// Whether `batch` has to begin a new segment; `activeSinceMs` counts where records have no times.
    static boolean isDue(LogParts parts, BatchView batch, long activeSinceMs, Now now)
        throws DiskFault {
        var active = parts.segments.active();
        if (active.sizeBytes() == 0) return false;
        if (active.sizeBytes() > parts.settings.segmentBytes() - batch.sizeBytes()) return true;
        if (active.isIndexFull(parts.settings.indexBytes())) return true;
        if (batch.lastOffset() - active.baseOffset() > Integer.MAX_VALUE) return true;
        long first = active.firstTimestamp();
        boolean hasTimes = first >= 0 && batch.maxTimestamp() >= 0;
        long ageMs = hasTimes ? batch.maxTimestamp() - first : now.wallMs() - activeSinceMs;
        return ageMs > parts.settings.segmentAgeMsMax() - jitterMs(parts, active.baseOffset());
    }

    /// Spread over partitions and segments, so that they do not all roll at once.
    private static long jitterMs(LogParts parts, long baseOffset) {
        long most = Math.min(parts.settings.segmentJitterMs(),
            parts.settings.segmentAgeMsMax() - 1);
        if (most == 0) return 0;
        return Math.floorMod(parts.directory().hashCode() * 31L + baseOffset, most);
    }

    /// Whether the first record of the active segment of a compacted log is older than it may be without
    /// being cleaned.
    static boolean isOverdue(LogParts parts, Now now) throws DiskFault {
        if (!parts.settings.compacts() || parts.segments.isEmpty()) return false;
        var active = parts.segments.active();
        return active.sizeBytes() > 0
            && Cleanable.isOlder(active, now.wallMs(), parts.settings.cleaning().maxLagMs());
    }
}
