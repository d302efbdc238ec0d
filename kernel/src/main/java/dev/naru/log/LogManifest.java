package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.log.LogManifestEntry.SegmentNote;
import java.util.ArrayList;
import java.util.Optional;

/// What a clean stop leaves word of about one log, and the way back from it.
final class LogManifest {
    private final LogParts parts;

    LogManifest(LogParts parts) {
        this.parts = parts;
    }

    /// Empty while the log has anything unflushed.
    Optional<LogManifestEntry> entry() throws DiskFault {
        if (parts.durability.recoveryPoint() != parts.logEndOffset || !parts.durability.isIdle()) {
            return Optional.empty();
        }
        var notes = new ArrayList<SegmentNote>(parts.segments.size());
        for (var doomed : parts.doomed)
            notes.add(noteOf(doomed.segment()));
        for (int at = 0; at < parts.segments.size(); at++)
            notes.add(noteOf(parts.segments.get(at)));
        return Optional.of(new LogManifestEntry(parts.logStartOffset, parts.logEndOffset,
            parts.lastEpoch, notes));
    }

    private SegmentNote noteOf(Segment segment) throws DiskFault {
        return new SegmentNote(segment.baseOffset(), segment.sizeBytes(),
            segment.maxTimestamp(parts.indexIntervalBytes()));
    }

    /// The log is as `entry` says: nothing of it is read.
    void believe(LogManifestEntry entry) {
        parts.logStartOffset = entry.logStartOffset();
        parts.logEndOffset = entry.logEndOffset();
        parts.lastEpoch = entry.lastEpoch();
        for (var note : entry.segments()) {
            parts.segments.add(Segment.stored(parts.files, parts.trace, note.baseOffset(),
                note.sizeBytes(), note.maxTimestampMs()));
        }
        parts.doomBelowStart(parts.logStartOffset);
    }
}
