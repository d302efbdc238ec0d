package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.List;

/// One transactional id in its shard: what the log knows, and what dies with the shard. Owned by
/// the shard's loop.
final class TxnEntry {
    private static final short NONE = -1;

    private final String id;
    private final List<ReplyTo<ErrorCode>> waiters = new ArrayList<>(0);
    private Txn txn;
    private short lastEpoch = NONE;
    private long deadlineNs;

    TxnEntry(String id, Txn txn) {
        this.id = id;
        this.txn = txn;
    }

    String id() {
        return id;
    }

    Txn txn() {
        return txn;
    }

    void store(Txn next) {
        txn = next;
    }

    /// The epoch that the producer had before, -1 when nobody may ask under it.
    short lastEpoch() {
        return lastEpoch;
    }

    void lastEpoch(short epoch) {
        lastEpoch = epoch;
    }

    /// When the transaction runs out of time; counts while it is going on.
    long deadlineNs() {
        return deadlineNs;
    }

    void deadlineNs(long atNs) {
        deadlineNs = atNs;
    }

    List<ReplyTo<ErrorCode>> waiters() {
        return waiters;
    }
}
