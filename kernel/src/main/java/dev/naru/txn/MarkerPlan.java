package dev.naru.txn;

import java.util.List;

/// The markers that end a transaction: one for each partition it holds. `producer` is as it is
/// prepared: in V2 its epoch is above that of every batch in the transaction.
public record MarkerPlan(String id, TxnProducer producer, boolean isCommit, TxnFlow flow,
    List<TxnPartition> partitions) {
    static MarkerPlan of(String id, Txn prepared) {
        return new MarkerPlan(id, prepared.producer(),
            prepared.status() == TxnStatus.PREPARE_COMMIT, prepared.flow(),
            List.copyOf(prepared.partitions()));
    }

    /// Whether this is the plan of what is prepared now.
    boolean isOf(Txn txn) {
        var status = isCommit ? TxnStatus.PREPARE_COMMIT : TxnStatus.PREPARE_ABORT;
        return txn.status() == status && txn.producer().equals(producer);
    }
}
