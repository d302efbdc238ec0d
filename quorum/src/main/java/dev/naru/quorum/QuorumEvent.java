package dev.naru.quorum;

import dev.naru.base.Trace;

/// What happens in this room.
public sealed interface QuorumEvent extends Trace.Event {
    /// The state up to an index is in one file.
    record SnapshotWritten(long index, long sizeBytes) implements QuorumEvent {}

    /// A snapshot could not be written; the log goes on without it.
    record SnapshotPutOff(String reason) implements QuorumEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The disk is full: this node has no part in the quorum, and knows of no change, until there is
    /// room again.
    record NoRoom(String directory, String reason) implements QuorumEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// There is room again: this node goes on in the quorum with what it had written.
    record RoomAgain(String directory) implements QuorumEvent {}

    /// The last write of the log was not finished when the machine stopped; it was never acknowledged.
    record TornTailCut(String file, long position, long sizeBytes) implements QuorumEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The quorum was not left cleanly; nothing is lost.
    record CloseFailed(String reason) implements QuorumEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
