package dev.naru.shard;

/// What kind of batch carries a decision's logged facts.
public sealed interface BatchKind {
    Plain PLAIN = new Plain();

    /// Counts as soon as it is committed.
    record Plain() implements BatchKind {}

    /// Counts once its producer's transaction is committed, and never if that is aborted.
    record Transactional(long producerId, short producerEpoch) implements BatchKind {}
}
