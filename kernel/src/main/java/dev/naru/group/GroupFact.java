package dev.naru.group;

import dev.naru.shard.Fact;

/// What happens in a group shard. The logged facts are Kafka's records of `__consumer_offsets`.
public sealed interface GroupFact extends Fact {
    record OffsetCommitted(String group, String topic, int partition, CommittedOffset committed)
        implements
            GroupFact,
            Fact.Logged {}

    /// A tombstone for one offset.
    record OffsetRemoved(String group, String topic, int partition)
        implements
            GroupFact,
            Fact.Logged {}

    /// Expired offsets were looked for.
    record Swept(long monotonicNs, long wallMs) implements GroupFact, Fact.Volatile {}

    /// The group starts anew as one of this kind. What the log knew of it before has been removed
    /// by the same decision.
    record KindChosen(String group, GroupKind kind) implements GroupFact, Fact.Volatile {}

    /// What concerns one group of one kind. Each kind has its own set.
    sealed interface OfGroup extends GroupFact permits ClassicFact, ConsumerFact, StreamsFact,
        ShareFact {
        String group();

        GroupKind kind();

        /// It only takes away, and means nothing to a group of another kind: a log that has been
        /// compacted keeps the tombstones of what a group was long ago.
        default boolean isRemoval() {
            return false;
        }
    }
}
