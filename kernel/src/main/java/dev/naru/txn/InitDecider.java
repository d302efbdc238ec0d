package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.txn.TxnAnswer.Done;
import dev.naru.txn.TxnAnswer.NeedsProducerId;
import dev.naru.txn.TxnAnswer.Refused;
import org.jspecify.annotations.Nullable;

/// Decides who writes under a transactional id. Whoever begins fences everybody before: the epoch
/// rises, and a transaction that is still going on is aborted first (KIP-98, KIP-360). Changes
/// nothing.
final class InitDecider {
    private static final short NO_EPOCH = -1;

    private final Markers markers;

    InitDecider(Markers markers) {
        this.markers = markers;
    }

    Decision<TxnFact> init(@Nullable TxnEntry known, TxnRequest.Init q, TxnRules rules, Now now) {
        if (q.id().isEmpty()) return refuse(q, ErrorCode.INVALID_REQUEST);
        if (q.id().length() > Limits.TRANSACTIONAL_ID_CHARS_MAX)
            return refuse(q, ErrorCode.INVALID_REQUEST);
        if (q.timeoutMs() <= 0 || q.timeoutMs() > rules.maxTimeoutMs())
            return refuse(q, ErrorCode.INVALID_TRANSACTION_TIMEOUT);
        if (known == null) return first(q, rules, now);
        if (!isPlausible(known, q)) return refuse(q, ErrorCode.PRODUCER_FENCED);
        return switch (known.txn().status()) {
            case PREPARE_COMMIT, PREPARE_ABORT -> refuse(q, ErrorCode.CONCURRENT_TRANSACTIONS);
            case ONGOING -> abortFirst(known, q, rules, now);
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> next(known, q, now);
            case DEAD, PREPARE_EPOCH_FENCE -> refuse(q, ErrorCode.UNKNOWN_SERVER_ERROR);
        };
    }

    private static Decision<TxnFact> refuse(TxnRequest.Init q, ErrorCode why) {
        return Decision.reply(q.from(), new Refused(why));
    }

    private Decision<TxnFact> first(TxnRequest.Init q, TxnRules rules, Now now) {
        if (q.fresh().isEmpty()) return Decision.reply(q.from(), new NeedsProducerId());
        var producer = new TxnProducer(q.fresh().getAsLong(), rules.firstEpoch());
        return begin(q, Txn.first(producer, q.timeoutMs(), now.wallMs()), NO_EPOCH);
    }

    private Decision<TxnFact> begin(TxnRequest.Init q, Txn txn, short lastEpoch) {
        var draft = new TxnDraft(markers);
        draft.turn(new TxnFact.Stored(q.id(), txn));
        draft.turn(new TxnFact.LastEpochKept(q.id(), lastEpoch));
        draft.reply(q.from(), new Done(txn.producer()));
        return draft.decision();
    }

    /// Who says to go on as somebody must be the present producer, or the one before it that used
    /// up its epochs and did not hear of its new id.
    private static boolean isPlausible(TxnEntry known, TxnRequest.Init q) {
        if (q.expected().isEmpty()) return true;
        var expected = q.expected().get();
        var txn = known.txn();
        if (expected.producerId() == txn.producer().producerId()) return true;
        if (expected.equals(txn.producerAfterCompletion())) return true;
        return expected.producerId() == txn.previousProducerId() && expected.isExhausted();
    }

    /// The client is to come back once the transaction of the one before is aborted. Who goes on
    /// under an epoch that is not the present one is somebody that was fenced, and aborts nothing.
    private Decision<TxnFact> abortFirst(TxnEntry known, TxnRequest.Init q, TxnRules rules,
        Now now) {
        boolean isStranger = q.expected().isPresent()
            && !q.expected().get().equals(known.txn().producer());
        if (isStranger) return refuse(q, ErrorCode.PRODUCER_FENCED);
        var draft = new TxnDraft(markers);
        fence(draft, known, rules, now);
        draft.reply(q.from(), new Refused(ErrorCode.CONCURRENT_TRANSACTIONS));
        return draft.decision();
    }

    /// Aborts what is going on under an epoch that nobody was ever given. Under V2 it lies two
    /// above the present one: one above is what a retried end of the fenced producer would be told.
    static void fence(TxnDraft draft, TxnEntry known, TxnRules rules, Now now) {
        var txn = known.txn();
        var present = txn.producer();
        int rise = rules.serverFlow() == TxnFlow.V2 ? 2 : 1;
        short epoch = (short) Math.min(Short.MAX_VALUE, present.producerEpoch() + rise);
        var prepared = txn.prepared(false, new TxnProducer(present.producerId(), epoch),
            Txn.NO_PRODUCER_ID, rules.serverFlow(), now.wallMs());
        draft.turn(new TxnFact.LastEpochKept(known.id(), NO_EPOCH));
        draft.prepare(known.id(), prepared, now);
    }

    private Decision<TxnFact> next(TxnEntry known, TxnRequest.Init q, Now now) {
        var txn = known.txn();
        var present = txn.producer();
        boolean isPresent = q.expected().isEmpty()
            || q.expected().get().producerEpoch() == present.producerEpoch();
        if (present.isExhausted() && isPresent) return rotate(known, q, now);
        if (isPresent) {
            short epoch = (short) (present.producerEpoch() + 1);
            short last = q.expected().isEmpty() ? NO_EPOCH : present.producerEpoch();
            return begin(q, txn.initialized(new TxnProducer(present.producerId(), epoch),
                q.timeoutMs(), now.wallMs()), last);
        }
        // it asked before, and did not hear the answer
        short asked = q.expected().orElseThrow().producerEpoch();
        if (asked >= 0 && asked == known.lastEpoch())
            return begin(q, txn.initialized(present, q.timeoutMs(), now.wallMs()), asked);
        return refuse(q, ErrorCode.PRODUCER_FENCED);
    }

    /// The epochs of this producer id are used up.
    private Decision<TxnFact> rotate(TxnEntry known, TxnRequest.Init q, Now now) {
        if (q.fresh().isEmpty()) return Decision.reply(q.from(), new NeedsProducerId());
        var txn = known.txn();
        short last = q.expected().isEmpty() ? NO_EPOCH : txn.producer().producerEpoch();
        var producer = new TxnProducer(q.fresh().getAsLong(), (short) 0);
        return begin(q, txn.initialized(producer, q.timeoutMs(), now.wallMs()), last);
    }
}
