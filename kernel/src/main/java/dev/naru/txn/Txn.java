package dev.naru.txn;

import dev.naru.base.Invariant;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// All that the log knows of a transactional id. A move gives a new value; law I14 is checked on
/// each.
///
/// @param previousProducerId the producer id before the last move
/// @param nextProducerId the id that takes over when the markers are written, -1 when the present
/// one stays
/// @param startMs when the transaction began, -1 before there was one
/// @param flow how the client ran the last move
public record Txn(TxnProducer producer, long previousProducerId, long nextProducerId, int timeoutMs,
    TxnStatus status, SortedSet<TxnPartition> partitions, long startMs, long lastUpdateMs,
    TxnFlow flow) {
    static final long NO_PRODUCER_ID = -1;

    /// A transactional id under which nobody wrote yet.
    static Txn first(TxnProducer producer, int timeoutMs, long nowMs) {
        return new Txn(producer, producer.producerId(), NO_PRODUCER_ID, timeoutMs, TxnStatus.EMPTY,
            Collections.emptySortedSet(), -1, nowMs,
            TxnFlow.CLASSIC);
    }

    /// Somebody begins under this id, as `next`.
    Txn initialized(TxnProducer next, int newTimeoutMs, long nowMs) {
        return moved(new Txn(next, producer.producerId(), NO_PRODUCER_ID, newTimeoutMs,
            TxnStatus.EMPTY, Collections.emptySortedSet(), -1, nowMs, flow));
    }

    /// Holds these partitions, too.
    Txn with(Collection<TxnPartition> added, TxnFlow by, long nowMs) {
        var all = new TreeSet<>(partitions);
        all.addAll(added);
        return moved(new Txn(producer, producer.producerId(), nextProducerId, timeoutMs,
            TxnStatus.ONGOING, Collections.unmodifiableSortedSet(all),
            status == TxnStatus.ONGOING ? startMs : nowMs, nowMs, by));
    }

    /// Decided. `after` is the producer whose markers are written; `next` the id that takes over,
    /// or -1.
    Txn prepared(boolean isCommit, TxnProducer after, long next, TxnFlow by, long nowMs) {
        return moved(new Txn(after, producer.producerId(), next, timeoutMs,
            isCommit ? TxnStatus.PREPARE_COMMIT : TxnStatus.PREPARE_ABORT, partitions,
            status == TxnStatus.ONGOING ? startMs : nowMs, nowMs, by));
    }

    /// Every marker is written.
    Txn completed(long nowMs) {
        var next = status == TxnStatus.PREPARE_COMMIT
            ? TxnStatus.COMPLETE_COMMIT
            : TxnStatus.COMPLETE_ABORT;
        return moved(new Txn(producerAfterCompletion(), producer.producerId(), NO_PRODUCER_ID,
            timeoutMs, next, Collections.emptySortedSet(), startMs, nowMs, flow));
    }

    /// Who goes on writing once a prepared transaction is complete.
    TxnProducer producerAfterCompletion() {
        return nextProducerId == NO_PRODUCER_ID
            ? producer
            : new TxnProducer(nextProducerId, (short) 0);
    }

    private Txn moved(Txn next) {
        Invariant.check(status.mayBecome(next.status), "I14: a transaction moves along legal edges",
            status.id(), next.status.id());
        return next;
    }
}
