package dev.naru.shard;

import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;

/// What happens to shards. `shard` is the name its host was given, such as `__consumer_offsets-7`.
public sealed interface ShardEvent extends Trace.Event {
    /// Replayed and open for requests.
    record Loaded(String shard, long records, long endOffset) implements ShardEvent {
        @Override public Trace.Level level() {
            return Trace.Level.DEBUG;
        }
    }

    /// The log holds a record that was passed over.
    record PassedOver(String shard, String why) implements ShardEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A decision was not carried out because the log refused it.
    record Refused(String shard, ErrorCode why) implements ShardEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// Closed; requests are refused until it is loaded again.
    record Dropped(String shard, ErrorCode why) implements ShardEvent {}
}
