package dev.naru.log;

import dev.naru.base.Trace;

/// What a log tells the world about itself.
public sealed interface LogEvent extends Trace.Event {
    /// A log was opened after an unclean stop.
    record Recovered(String directory, long scannedFromOffset, long logEndOffset, long scannedBytes)
        implements
            LogEvent {}

    /// Bytes after the last whole batch above the recovery point were cut off.
    record TailCut(String directory, long logEndOffset, long bytesCut) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A segment above the recovery point did not continue the one before; it was deleted.
    record StraySegmentDeleted(String directory, long baseOffset, long expectedOffset)
        implements
            LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The log ends before the recovery point that was recorded: flushed bytes are missing.
    record FlushedBytesMissing(String directory, long logEndOffset, long recoveryPoint)
        implements
            LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// What should be a batch is none, at a place where the disk had promised to keep it. Nothing is deleted.
    record BadBatch(String directory, long segmentBaseOffset, int filePosition, String what)
        implements
            LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// The index of a segment was missing or wrong and was made anew from the log.
    record IndexRebuilt(String directory, long segmentBaseOffset) implements LogEvent {}

    /// The index of aborted transactions of a segment was spoilt and was made anew from the log.
    record AbortIndexRebuilt(String directory, long segmentBaseOffset, int count)
        implements
            LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A snapshot of producers could not be used; an older one and the log replace it.
    record SnapshotUnusable(String file, String what) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The epoch file could not be used; the epochs are read from the log.
    record EpochsUnusable(String file) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    record Rolled(String directory, long baseOffset) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// Old segments went; the log now starts at `logStartOffset`.
    record SegmentsDeleted(String directory, int count, long logStartOffset, String why)
        implements
            LogEvent {}

    record Truncated(String directory, long fromEndOffset, long toEndOffset) implements LogEvent {}

    /// `segments` neighbouring segments were replaced by one without what cleaning drops.
    record Compacted(String directory, long segmentBaseOffset, int segments, long bytesBefore,
        long bytesAfter) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// A pass of cleaning has ended: of `keys` keys between the two offsets the older records are gone.
    record Cleaned(String directory, long firstDirtyOffset, long endOffset, int keys)
        implements
            LogEvent {}

    /// The disk is full: what is written here is refused until there is room. Said once, not for each batch.
    record NoRoom(String what) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// No room to note progress down; the next start scans more. Nothing is lost.
    record CheckpointSkipped(String directory, String what) implements LogEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
