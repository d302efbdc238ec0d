package dev.naru.log;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Finds records by their timestamps. Used once, by its log. Headers lead to the batch; only that batch is
/// read as a whole.
final class LogTimes {
    private final LogParts parts;
    private final Codecs codecs;

    LogTimes(LogParts parts, Codecs codecs) {
        this.parts = parts;
        this.codecs = codecs;
    }

    /// The first record, by offset, whose timestamp is `timestampMs` or later.
    Optional<TimestampOffset> firstAtOrAfter(long timestampMs) throws DiskFault {
        int interval = parts.indexIntervalBytes();
        for (int at = firstSegment(); at < parts.segments.size(); at++) {
            var segment = parts.segments.get(at);
            if (segment.maxTimestamp(interval) < timestampMs) continue;
            long from = Math.max(parts.logStartOffset,
                segment.offsetBeforeTime(timestampMs, interval));
            var scan = segment.find(from, interval);
            scan.stayIfAtBatch();
            while (scan.next()) {
                if (scan.view().maxTimestamp() < timestampMs) continue;
                var found = firstIn(segment, scan, timestampMs);
                if (found.isPresent()) return found;
            }
        }
        return Optional.empty();
    }

    /// The first record with the largest timestamp of the log.
    Optional<TimestampOffset> largest() throws DiskFault {
        int interval = parts.indexIntervalBytes();
        int best = -1;
        long bestTimestamp = -1;
        for (int at = firstSegment(); at < parts.segments.size(); at++) {
            long timestamp = parts.segments.get(at).maxTimestamp(interval);
            if (timestamp <= bestTimestamp) continue;
            best = at;
            bestTimestamp = timestamp;
        }
        if (best < 0) return Optional.empty();
        var segment = parts.segments.get(best);
        var scan = segment.find(segment.maxTimestampOffset(interval), interval);
        if (!scan.isAtBatch()) return Optional.empty();
        var found = firstIn(segment, scan, bestTimestamp);
        // The largest one may be below the log start: then it is searched for above.
        return found.isPresent() ? found : largestAboveStart();
    }

    private Optional<TimestampOffset> largestAboveStart() throws DiskFault {
        long largest = -1;
        for (int at = firstSegment(); at < parts.segments.size(); at++) {
            var scan = parts.segments.get(at).find(parts.logStartOffset,
                parts.indexIntervalBytes());
            scan.stayIfAtBatch();
            while (scan.next())
                largest = Math.max(largest, largestIn(parts.segments.get(at), scan));
        }
        return largest < 0 ? Optional.empty() : firstAtOrAfter(largest);
    }

    private int firstSegment() {
        return Math.max(0, parts.segments.floor(parts.logStartOffset));
    }

    private Optional<TimestampOffset> firstIn(Segment segment, BatchScan scan, long timestampMs)
        throws DiskFault {
        var batch = whole(segment, scan);
        if (batch.isEmpty()) return Optional.empty();
        int leaderEpoch = batch.get().leaderEpoch();
        try (var cursor = new RecordCursor(codecs)) {
            cursor.open(batch.get());
            while (cursor.next()) {
                if (cursor.offset() < parts.logStartOffset) continue;
                if (cursor.timestamp() < timestampMs) continue;
                return Optional.of(new TimestampOffset(cursor.timestamp(), cursor.offset(),
                    leaderEpoch));
            }
        } catch (Unreadable unreadable) {
            report(segment, scan, String.valueOf(unreadable.getMessage()));
        }
        return Optional.empty();
    }

    private long largestIn(Segment segment, BatchScan scan) throws DiskFault {
        if (scan.view().baseOffset() >= parts.logStartOffset) return scan.view().maxTimestamp();
        var batch = whole(segment, scan);
        if (batch.isEmpty()) return -1;
        long largest = -1;
        try (var cursor = new RecordCursor(codecs)) {
            cursor.open(batch.get());
            while (cursor.next()) {
                if (cursor.offset() < parts.logStartOffset) continue;
                largest = Math.max(largest, cursor.timestamp());
            }
        } catch (Unreadable unreadable) {
            report(segment, scan, String.valueOf(unreadable.getMessage()));
        }
        return largest;
    }

    private Optional<BatchView> whole(Segment segment, BatchScan scan) throws DiskFault {
        var bytes = ByteBuffer.allocate(scan.view().sizeBytes());
        LogFiles.readFully(segment.log(), scan.position(), bytes);
        var view = BatchView.over(bytes, 0);
        if (!bytes.hasRemaining() && view.crcMatches()) return Optional.of(view);
        report(segment, scan, "wrong checksum");
        return Optional.empty();
    }

    private void report(Segment segment, BatchScan scan, String what) {
        parts.trace.emit(new LogEvent.BadBatch(parts.directory(), segment.baseOffset(),
            scan.position(), what));
    }
}
