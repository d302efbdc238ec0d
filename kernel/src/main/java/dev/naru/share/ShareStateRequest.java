package dev.naru.share;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.shard.Ask;
import dev.naru.shard.ReplyTo;
import java.util.List;
import java.util.function.Predicate;

/// What is asked of the shard that stores share partitions.
public sealed interface ShareStateRequest extends Ask {
    /// Starts the state, or starts it over in a higher state epoch. `isThere` knows which topics
    /// there are.
    record Initialize(ShareKey key, int stateEpoch, long startOffset, Predicate<Uuid> isThere,
        ReplyTo<ErrorCode> from) implements ShareStateRequest {}

    /// The state, for a leader of the partition in this epoch; earlier leaders are fenced from
    /// then.
    record Read(ShareKey key, int leaderEpoch, ReplyTo<Found> from) implements ShareStateRequest {}

    /// Lays a change over the state.
    record Write(ShareKey key, int stateEpoch, int leaderEpoch, Change change,
        ReplyTo<ErrorCode> from) implements ShareStateRequest {}

    /// Forgets the state.
    record Delete(ShareKey key, ReplyTo<ErrorCode> from) implements ShareStateRequest {}

    /// Forgets the states of topics that are not there any more.
    record DropGone(Predicate<Uuid> isThere, ReplyTo<Integer> from) implements ShareStateRequest {}

    /// Where the share partition stands, without its batches.
    record Summary(ShareKey key, int leaderEpoch, ReplyTo<Found> from)
        implements
            ShareStateRequest {}

    /// Stores all states anew, so that all that the log held before this is needed no longer.
    record StoreAll(ReplyTo<Integer> from) implements ShareStateRequest {}

    /// What is stored.
    record Found(ErrorCode error, int stateEpoch, int leaderEpoch, long startOffset, int finalCount,
        List<StateBatch> batches) {
        /// Nothing was found, for this reason.
        public static Found refused(ErrorCode why) {
            return new Found(why, 0, 0, ShareState.UNSET, -1, List.of());
        }
    }
}
