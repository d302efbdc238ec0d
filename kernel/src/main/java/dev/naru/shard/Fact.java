package dev.naru.shard;

/// Something that is so, once it has been applied. A room makes its own sealed set of facts, each
/// of them either [Logged] or [Volatile].
public interface Fact {
    /// Appended to the shard's log, then applied; applied again whenever the log is replayed.
    interface Logged extends Fact {}

    /// Applied, never appended: it dies with the shard (a parked join, a deadline).
    interface Volatile extends Fact {}
}
