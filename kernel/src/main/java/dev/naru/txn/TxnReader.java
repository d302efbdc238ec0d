package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.message.DescribeTransactionsResponse;
import dev.naru.wire.message.DescribeTransactionsResponse.TopicData;
import dev.naru.wire.message.ListTransactionsResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Shows transactions to those who ask about them.
final class TxnReader {
    private TxnReader() {}

    static List<ListTransactionsResponse.TransactionState> list(Collection<TxnEntry> entries,
        TxnRequest.Filter filter, Now now) {
        return entries.stream().filter(entry -> passes(entry, filter, now))
            .map(entry -> ListTransactionsResponse.TransactionState.builder()
                .transactionalId(entry.id())
                .producerId(entry.txn().producer().producerId())
                .transactionState(entry.txn().status().text())
                .build())
            .toList();
    }

    private static boolean passes(TxnEntry entry, TxnRequest.Filter filter, Now now) {
        var txn = entry.txn();
        if (!filter.statuses().isEmpty() && !filter.statuses().contains(txn.status()))
            return false;
        if (!filter.producerIds().isEmpty()
            && !filter.producerIds().contains(txn.producer().producerId())) {
            return false;
        }
        if (filter.olderThanMs() >= 0 && now.wallMs() - txn.startMs() <= filter.olderThanMs())
            return false;
        return filter.name().test(entry.id());
    }

    static DescribeTransactionsResponse.TransactionState describe(String id,
        @Nullable TxnEntry known) {
        var described = DescribeTransactionsResponse.TransactionState.builder().transactionalId(id);
        if (id.isEmpty())
            return described.errorCode(ErrorCode.INVALID_REQUEST.code()).build();
        if (known == null)
            return described.errorCode(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND.code()).build();
        var txn = known.txn();
        var byTopic = new TreeMap<String, List<Integer>>();
        for (var each : txn.partitions()) {
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each.partition());
        }
        var topics = new ArrayList<TopicData>();
        byTopic.forEach((topic, indexes) -> topics
            .add(TopicData.builder().topic(topic).partitions(indexes).build()));
        return described.errorCode(ErrorCode.NONE.code())
            .producerId(txn.producer().producerId())
            .producerEpoch(txn.producer().producerEpoch())
            .transactionState(txn.status().text())
            .transactionTimeoutMs(txn.timeoutMs())
            .transactionStartTimeMs(txn.startMs())
            .topics(topics)
            .build();
    }
}
