package dev.naru.broker;

import dev.naru.base.Trace;
import dev.naru.partition.PartitionId;
import java.util.List;

/// What happens in the broker room.
public sealed interface BrokerEvent extends Trace.Event {
    /// The node serves at these addresses.
    record Serving(List<String> listeners) implements BrokerEvent {}

    /// A start takes long, for this reason; it goes on.
    record StartWaits(String what) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// The controller keeps this node waiting, since another one is there under its id.
    record IdTaken(String what) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A client's connection ended because of what it did or did not do.
    record ConnectionClosed(String peer, String why) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// A handler met something nobody thought of; the connection was closed and nothing else was
    /// harmed.
    record RequestFailed(String api, String what) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// The data directory can no longer be trusted with an acknowledgement.
    record DiskFenced(String what) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.ERROR;
        }
    }

    /// Every flush takes long: others shall lead what they can.
    record DiskSlow() implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// Flushes are quick again, or there are none to judge by.
    record DiskWell() implements BrokerEvent {}

    /// Records that a share group had given up did not get to its topic for dead letters.
    record DeadLetterLost(String sharePartition, long firstOffset, long lastOffset, String why)
        implements
            BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// This node leads a partition in this epoch from now on.
    record Leads(PartitionId partition, int leaderEpoch) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// Partitions that a crash left to be checked were.
    record Recovered(int partitions) implements BrokerEvent {}

    /// A directory that belongs to no topic of this cluster; it is left alone.
    record Stray(String directory, String why) implements BrokerEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
