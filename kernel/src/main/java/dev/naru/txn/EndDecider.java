package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.txn.TxnAnswer.Done;
import dev.naru.txn.TxnAnswer.NeedsProducerId;
import dev.naru.txn.TxnAnswer.Refused;
import org.jspecify.annotations.Nullable;

/// Decides how transactions end. Changes nothing. Law I14.
///
/// What V2 makes of an end when nothing is going on (KIP-890); *again* means that the epoch is the
/// one before the present one, so that this was asked and done before:
///
/// | status | abort | abort again | commit | commit again |
/// | --- | --- | --- | --- | --- |
/// | EMPTY | done, epoch rises | PRODUCER_FENCED | INVALID_TXN_STATE | PRODUCER_FENCED |
/// | COMPLETE_ABORT | done, epoch rises | done | INVALID_TXN_STATE | INVALID_TXN_STATE |
/// | COMPLETE_COMMIT | done, epoch rises | INVALID_TXN_STATE | INVALID_TXN_STATE | done |
final class EndDecider {
    private final Markers markers;

    EndDecider(Markers markers) {
        this.markers = markers;
    }

    Decision<TxnFact> end(@Nullable TxnEntry known, TxnRequest.End q, Now now) {
        if (q.id().isEmpty()) return refuse(q, ErrorCode.INVALID_REQUEST);
        if (known == null) return refuse(q, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        return switch (q.flow()) {
            case CLASSIC -> endClassic(known, q, now);
            case V2 -> endV2(known, q, now);
        };
    }

    private static Decision<TxnFact> refuse(TxnRequest.End q, ErrorCode why) {
        return Decision.reply(q.from(), new Refused(why));
    }

    private Decision<TxnFact> endClassic(TxnEntry known, TxnRequest.End q, Now now) {
        var txn = known.txn();
        if (txn.producer().producerId() != q.producer().producerId())
            return refuse(q, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        if (txn.producer().producerEpoch() != q.producer().producerEpoch())
            return refuse(q, ErrorCode.PRODUCER_FENCED);
        return switch (txn.status()) {
            case ONGOING -> {
                var draft = new TxnDraft(markers);
                draft.prepare(q.id(), txn.prepared(q.isCommit(), txn.producer(),
                    Txn.NO_PRODUCER_ID, TxnFlow.CLASSIC, now.wallMs()), now);
                draft.reply(q.from(), new Done(txn.producer()));
                yield draft.decision();
            }
            case COMPLETE_COMMIT, COMPLETE_ABORT -> isSame(txn, q)
                ? Decision.reply(q.from(), new Done(txn.producer()))
                : refuse(q, ErrorCode.INVALID_TXN_STATE);
            case PREPARE_COMMIT, PREPARE_ABORT -> refuse(q, isSame(txn, q)
                ? ErrorCode.CONCURRENT_TRANSACTIONS
                : ErrorCode.INVALID_TXN_STATE);
            case EMPTY, DEAD, PREPARE_EPOCH_FENCE -> refuse(q, ErrorCode.INVALID_TXN_STATE);
        };
    }

    /// Whether a transaction that has ended ended as is asked for.
    private static boolean isSame(Txn txn, TxnRequest.End q) {
        return switch (txn.status()) {
            case PREPARE_COMMIT, COMPLETE_COMMIT -> q.isCommit();
            case PREPARE_ABORT, COMPLETE_ABORT -> !q.isCommit();
            case EMPTY, ONGOING, DEAD, PREPARE_EPOCH_FENCE -> false;
        };
    }

    private Decision<TxnFact> endV2(TxnEntry known, TxnRequest.End q, Now now) {
        var txn = known.txn();
        boolean isAgain = isAgain(txn, q.producer());
        boolean isPresent = txn.producerAfterCompletion().equals(q.producer())
            && !q.producer().isFence();
        boolean isOtherId = txn.producer().producerId() != q.producer().producerId();
        if (isOtherId && !isAgain && !isPresent)
            return refuse(q, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        return switch (txn.status()) {
            case ONGOING ->
                isPresent ? prepare(known, q, now) : refuse(q, ErrorCode.PRODUCER_FENCED);
            case EMPTY -> !isPresent
                ? refuse(q, ErrorCode.PRODUCER_FENCED)
                : abortNothing(known, q, now);
            case PREPARE_COMMIT, PREPARE_ABORT -> {
                // the next transaction ends before the last one is complete
                if (isPresent) yield refuse(q, ErrorCode.CONCURRENT_TRANSACTIONS);
                if (!isAgain) yield refuse(q, ErrorCode.PRODUCER_FENCED);
                yield refuse(q, isSame(txn, q)
                    ? ErrorCode.CONCURRENT_TRANSACTIONS
                    : ErrorCode.INVALID_TXN_STATE);
            }
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                if (isPresent) yield abortNothing(known, q, now);
                if (!isAgain) yield refuse(q, ErrorCode.PRODUCER_FENCED);
                yield isSame(txn, q)
                    ? Decision.reply(q.from(), new Done(txn.producer()))
                    : refuse(q, ErrorCode.INVALID_TXN_STATE);
            }
            case DEAD, PREPARE_EPOCH_FENCE -> refuse(q, ErrorCode.INVALID_TXN_STATE);
        };
    }

    /// Whether this is who wrote before the present epoch began: one below it, or the last epoch of
    /// the producer id before.
    private static boolean isAgain(Txn txn, TxnProducer asking) {
        var present = txn.producer();
        if (asking.producerId() == present.producerId()
            && asking.producerEpoch() + 1 == present.producerEpoch()) {
            // above the last epoch: ended with a fresh id to go on, or fenced
            return !present.isFence() || txn.nextProducerId() != Txn.NO_PRODUCER_ID;
        }
        return asking.producerId() == txn.previousProducerId()
            && asking.producerId() != present.producerId()
            && asking.producerEpoch() == TxnProducer.EPOCH_MAX && present.producerEpoch() == 0;
    }

    /// There is nothing to commit; an abort makes sure that nothing late counts.
    private Decision<TxnFact> abortNothing(TxnEntry known, TxnRequest.End q, Now now) {
        return q.isCommit() ? refuse(q, ErrorCode.INVALID_TXN_STATE) : prepare(known, q, now);
    }

    /// The epoch rises with the end, so that nothing late can get into the next transaction. The
    /// last epoch of a producer id leads to the first of a fresh one.
    private Decision<TxnFact> prepare(TxnEntry known, TxnRequest.End q, Now now) {
        var txn = known.txn();
        var present = txn.producer();
        if (present.isExhausted() && q.fresh().isEmpty())
            return Decision.reply(q.from(), new NeedsProducerId());
        long next = present.isExhausted() ? q.fresh().getAsLong() : Txn.NO_PRODUCER_ID;
        short epoch = (short) Math.min(Short.MAX_VALUE, present.producerEpoch() + 1);
        var prepared = txn.prepared(q.isCommit(), new TxnProducer(present.producerId(), epoch),
            next, TxnFlow.V2, now.wallMs());
        var draft = new TxnDraft(markers);
        draft.turn(new TxnFact.LastEpochKept(q.id(), present.producerEpoch()));
        draft.prepare(q.id(), prepared, now);
        draft.reply(q.from(), new Done(prepared.producerAfterCompletion()));
        return draft.decision();
    }

    /// Every marker is written: complete, and those who waited for it are told. What was decided
    /// meanwhile by somebody else needs nothing.
    Decision<TxnFact> complete(@Nullable TxnEntry known, TxnRequest.MarkersWritten q, Now now) {
        if (known == null || !q.plan().isOf(known.txn())) return Decision.reply(q.from(), false);
        var draft = new TxnDraft(markers);
        draft.turn(new TxnFact.Stored(known.id(), known.txn().completed(now.wallMs())));
        tellWaiters(draft, known);
        draft.reply(q.from(), true);
        return draft.decision();
    }

    static void tellWaiters(TxnDraft draft, TxnEntry known) {
        if (known.waiters().isEmpty()) return;
        for (var waiter : known.waiters())
            draft.reply(waiter, ErrorCode.CONCURRENT_TRANSACTIONS);
        draft.turn(new TxnFact.WaitersTold(known.id()));
        draft.stop(new TxnTimer.WaitEnds(known.id()));
    }
}
