package dev.naru.metadata;

import dev.naru.base.Trace;

/// What happens in this room.
public sealed interface MetadataEvent extends Trace.Event {
    /// This node decides.
    record Leading(int controllerEpoch, long acceptedIndex) implements MetadataEvent {}

    /// Another node decides.
    record Following(long acceptedIndex) implements MetadataEvent {}

    /// A batch was not based on the last accepted one: every node skips it (I15).
    record BatchSkipped(long index, long basedOn, long acceptedIndex) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A proposal is not in the log.
    record ProposalRefused(String reason) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A proposal may or may not be in the log.
    record ProposalUnknown(String reason) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The end of the log was written when the machine stopped; none of it had been promised.
    record TornTailCut(String file, long filePosition, long bytesCut) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The log was loaded.
    record Loaded(long lastIndex, long snapshotIndex, long logBytes) implements MetadataEvent {}

    record SnapshotWritten(long index, long sizeBytes) implements MetadataEvent {}

    /// There was no room for a snapshot; the log keeps growing meanwhile.
    record SnapshotPutOff(String reason) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// Replicas move without anybody having asked for it.
    record MoveBegun(String why) implements MetadataEvent {}

    /// A move of the cluster's own has lost its reason, or was told to stop.
    record MoveTakenBack(String topic, int partition) implements MetadataEvent {}

    /// The metadata of this node is of no use any more.
    record Failed(String reason) implements MetadataEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }
}
