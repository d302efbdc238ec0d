package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides which partitions a transaction holds. Changes nothing.
final class PartitionsDecider {
    private final Markers markers;

    PartitionsDecider(Markers markers) {
        this.markers = markers;
    }

    Decision<TxnFact> add(@Nullable TxnEntry known, TxnRequest.AddPartitions q, TxnRules rules,
        Now now) {
        if (q.id().isEmpty()) return Decision.reply(q.from(), ErrorCode.INVALID_REQUEST);
        if (known == null)
            return Decision.reply(q.from(), ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        var doubt = doubt(known.txn(), q.producer());
        boolean waits = doubt == ErrorCode.CONCURRENT_TRANSACTIONS && q.mayWait()
            && known.waiters().size() < Limits.TRANSACTION_WAITERS_MAX;
        if (waits) return await(known, q, rules);
        if (doubt != ErrorCode.NONE) return Decision.reply(q.from(), doubt);
        var txn = known.txn();
        boolean isGoingOn = txn.status() == TxnStatus.ONGOING;
        if (isGoingOn && txn.partitions().containsAll(q.partitions()))
            return Decision.reply(q.from(), ErrorCode.NONE);
        if (txn.partitions().size() + q.partitions().size() > Limits.TRANSACTION_PARTITIONS_MAX)
            return Decision.reply(q.from(), ErrorCode.INVALID_TXN_STATE);
        var draft = new TxnDraft(markers);
        draft.turn(
            new TxnFact.Stored(q.id(), txn.with(q.partitions(), q.flow(), now.wallMs())));
        if (!isGoingOn) {
            draft.turn(new TxnFact.DeadlineSet(q.id(),
                now.monotonicNs() + txn.timeoutMs() * Now.NS_PER_MS));
        }
        draft.reply(q.from(), ErrorCode.NONE);
        return draft.decision();
    }

    private Decision<TxnFact> await(TxnEntry known, TxnRequest.AddPartitions q, TxnRules rules) {
        var draft = new TxnDraft(markers);
        draft.turn(new TxnFact.WaiterParked(q.id(), q.from()));
        if (known.waiters().isEmpty())
            draft.start(new TxnTimer.WaitEnds(q.id()), rules.waitMs());
        return draft.decision();
    }

    /// Whether this producer may write in a transaction now.
    private static ErrorCode doubt(Txn txn, TxnProducer producer) {
        var present = txn.producerAfterCompletion();
        if (present.producerId() != producer.producerId())
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        boolean isFenced = present.producerEpoch() != producer.producerEpoch()
            || producer.isFence();
        if (isFenced) return ErrorCode.PRODUCER_FENCED;
        return txn.status().isPrepared() ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE;
    }

    static Decision<TxnFact> verify(@Nullable TxnEntry known, TxnRequest.Verify q) {
        List<ErrorCode> answers = q.partitions().stream()
            .map(partition -> held(known, q, partition)).toList();
        return Decision.reply(q.from(), answers);
    }

    private static ErrorCode held(@Nullable TxnEntry known, TxnRequest.Verify q,
        TxnPartition partition) {
        if (q.id().isEmpty()) return ErrorCode.INVALID_REQUEST;
        if (known == null) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        var doubt = doubt(known.txn(), q.producer());
        if (doubt != ErrorCode.NONE) return doubt;
        return known.txn().partitions().contains(partition)
            ? ErrorCode.NONE
            : ErrorCode.TRANSACTION_ABORTABLE;
    }
}
