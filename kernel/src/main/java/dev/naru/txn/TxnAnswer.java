package dev.naru.txn;

import dev.naru.base.ErrorCode;

/// What the coordinator says to somebody who begins or ends.
public sealed interface TxnAnswer {
    /// Done; go on as this producer.
    record Done(TxnProducer producer) implements TxnAnswer {}

    record Refused(ErrorCode why) implements TxnAnswer {}

    /// Ask again with a producer id that was never used.
    record NeedsProducerId() implements TxnAnswer {}
}
