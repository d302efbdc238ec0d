package dev.naru.replica;

import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.partition.PartitionId;

/// What replication tells.
public sealed interface ReplicaEvent extends Trace.Event {
    /// A replica goes back to where its log and the leader's are the same.
    record Parted(PartitionId partition, int leaderId, long logEndOffset,
        long cutAt) implements ReplicaEvent {}

    /// A replica begins anew: the leader does not have what would come next any more, or has records
    /// from before where the replica, which has none, begins.
    record Restarted(PartitionId partition, int leaderId, long logEndOffset,
        long leaderStart) implements ReplicaEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A leader did not give a replica what it asked for; it asks again later.
    record Refused(PartitionId partition, int leaderId, ErrorCode why) implements ReplicaEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// What a leader sent is not sound: nothing of it was taken.
    record Corrupt(PartitionId partition, int leaderId,
        long logEndOffset) implements ReplicaEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// A leader cannot be reached; it is tried again.
    record LeaderLost(int leaderId, int partitions, String why) implements ReplicaEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
