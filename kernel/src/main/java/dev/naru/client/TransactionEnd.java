package dev.naru.client;

/// How a transaction ended for the one who ran it.
public enum TransactionEnd {
    COMMITTED,
    /// Nothing of it counts, now or later.
    ABORTED,
    /// Its commit was asked for, and nobody said what became of it.
    UNKNOWN
}
