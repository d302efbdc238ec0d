package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Fact;
import dev.naru.shard.ReplyTo;

/// What happens in a shard of transactions. The logged ones are Kafka's records of
/// `__transaction_state`.
public sealed interface TxnFact extends Fact {
    record Stored(String id, Txn txn) implements TxnFact, Fact.Logged {}

    /// A tombstone: the transactional id is forgotten.
    record Removed(String id) implements TxnFact, Fact.Logged {}

    /// What dies with the shard.
    sealed interface Passing extends TxnFact, Fact.Volatile {}

    /// The epoch that the producer had before its last one, so that it may ask again; -1 when who
    /// asks under it is fenced. Kafka's records have no place for it.
    record LastEpochKept(String id, short lastEpoch) implements Passing {}

    /// When the transaction that is going on runs out of time.
    record DeadlineSet(String id, long deadlineNs) implements Passing {}

    /// Somebody waits for the transaction to be complete.
    record WaiterParked(String id, ReplyTo<ErrorCode> waiter) implements Passing {}

    /// Those who waited are told.
    record WaitersTold(String id) implements Passing {}

    /// Forgotten ids were looked for.
    record Swept(long monotonicNs, long wallMs) implements Passing {}
}
