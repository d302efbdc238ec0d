package dev.naru.txn;

/// The way of markers to the partitions that they end a transaction in. Supplied by the broker.
public interface Markers {
    /// What was decided is committed: every marker is written, as long as it takes, then the shard
    /// hears [TxnRequest.MarkersWritten]. On the shard's loop.
    void write(MarkerPlan plan);
}
