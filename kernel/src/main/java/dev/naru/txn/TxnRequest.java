package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Ask;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.DescribeTransactionsResponse;
import dev.naru.wire.message.ListTransactionsResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/// What can be asked of a shard of transactions.
public sealed interface TxnRequest extends Ask {
    /// Somebody begins under a transactional id: as a new producer, or going on as `expected`
    /// (KIP-360). `fresh` is a producer id that was never used, given when the shard asked for one.
    record Init(String id, int timeoutMs, Optional<TxnProducer> expected, OptionalLong fresh,
        ReplyTo<TxnAnswer> from) implements TxnRequest {}

    /// The transaction is to hold these partitions, too. With `mayWait` the answer that an earlier
    /// transaction is not complete comes when that changes, or after a while.
    record AddPartitions(String id, TxnProducer producer, List<TxnPartition> partitions,
        TxnFlow flow, boolean mayWait, ReplyTo<ErrorCode> from) implements TxnRequest {}

    /// Whether the transaction holds these partitions; an answer for each (KIP-890).
    record Verify(String id, TxnProducer producer, List<TxnPartition> partitions,
        ReplyTo<List<ErrorCode>> from) implements TxnRequest {}

    record End(String id, TxnProducer producer, boolean isCommit, TxnFlow flow, OptionalLong fresh,
        ReplyTo<TxnAnswer> from) implements TxnRequest {}

    /// All markers of a plan are written and committed.
    record MarkersWritten(MarkerPlan plan, ReplyTo<Boolean> from) implements TxnRequest {}

    record Describe(String id, ReplyTo<DescribeTransactionsResponse.TransactionState> from)
        implements
            TxnRequest {}

    /// Those that pass every filter; empty sets and a negative duration let everything through.
    record ListAll(Filter filter, ReplyTo<List<ListTransactionsResponse.TransactionState>> from)
        implements
            TxnRequest {}

    record Filter(Set<TxnStatus> statuses, Set<Long> producerIds, long olderThanMs,
        Predicate<String> name) {}
}
