package dev.naru.txn;

/// What a shard of transactions waits for.
sealed interface TxnTimer {
    /// The next look for transactions that have run out of time.
    record Deadlines() implements TxnTimer {}

    /// The next look for transactional ids to forget.
    record Sweep() implements TxnTimer {}

    /// The end of waiting for a transaction to be complete.
    record WaitEnds(String id) implements TxnTimer {}
}
