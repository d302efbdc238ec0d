package dev.naru.share;

import dev.naru.shard.Fact;
import java.util.List;

/// What is so about the stored state of share partitions.
public sealed interface ShareStateFact extends Fact {
    ShareKey key();

    /// The whole state, as it is now (Kafka's ShareSnapshot).
    record Snapshot(ShareKey key, ShareState state) implements ShareStateFact, Fact.Logged {}

    /// What changed (Kafka's ShareUpdate). `startOffset` -1 leaves the start where it is.
    record Update(ShareKey key, int snapshotEpoch, int leaderEpoch, long startOffset,
        int finalCount, List<StateBatch> batches) implements ShareStateFact, Fact.Logged {}

    /// Nothing is known any more.
    record Removed(ShareKey key) implements ShareStateFact, Fact.Logged {}
}
