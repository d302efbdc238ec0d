/// Transactions, as a shard over one partition of `__transaction_state` in Kafka's own record
/// formats: who may write under a transactional id, what a transaction holds, how it ends. Doors:
/// TxnShard, TxnRequest, TxnAnswer, TxnFact, TxnCodec, TxnRules, MarkerPlan, Markers. Laws: I10,
/// I14.
@NullMarked
package dev.naru.txn;

import org.jspecify.annotations.NullMarked;
