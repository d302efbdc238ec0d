package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.log.AbortedTransaction;
import dev.naru.wire.message.FetchResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the response of a fetch out of what its entries found.
final class FetchAnswer {
    private FetchAnswer() {}

    /// With `isFull` every entry is told, else only those with news (KIP-227). Takes over the
    /// leases.
    /// With `onlyStable` the aborted transactions go along, for the reader to leave them out. Those
    /// whom a refusal does not tell who leads instead (KIP-951) come without `leaders`.
    static FetchResponse of(FetchSession session, Collection<FetchEntry> entries, boolean isFull,
        boolean onlyStable, Optional<CurrentLeaders> leaders) {
        Map<FetchEntry.Key, List<FetchResponse.PartitionData>> byTopic = new LinkedHashMap<>();
        for (var entry : entries) {
            if (isFull || entry.isNews()) {
                var key = entry.key();
                var topic = new FetchEntry.Key(key.topicId(), key.topic(), 0);
                byTopic.computeIfAbsent(topic, _ -> new ArrayList<>())
                    .add(partition(entry, onlyStable, leaders));
                entry.told();
            }
            if (entry.resultBytes() > 0 || entry.error() != ErrorCode.NONE) {
                session.readyAgain(entry);
            }
            entry.taken();
        }
        var topics = new ArrayList<FetchResponse.FetchableTopicResponse>();
        for (var topic : byTopic.entrySet()) {
            topics.add(FetchResponse.FetchableTopicResponse.builder()
                .topic(topic.getKey().topic())
                .topicId(topic.getKey().topicId())
                .partitions(topic.getValue())
                .build());
        }
        return FetchResponse.builder().sessionId(session.id()).responses(topics)
            .nodeEndpoints(leaders.map(FetchAnswer::endpoints).orElse(List.of())).build();
    }

    private static List<FetchResponse.NodeEndpoint> endpoints(CurrentLeaders leaders) {
        return leaders.places().stream()
            .map(each -> FetchResponse.NodeEndpoint.builder()
                .nodeId(each.node().nodeId())
                .host(each.endpoint().host())
                .port(each.endpoint().port())
                .rack(Texts.orNull(each.node().rack()))
                .build())
            .toList();
    }

    private static FetchResponse.PartitionData partition(FetchEntry entry,
        boolean onlyStable, Optional<CurrentLeaders> leaders) {
        var builder = FetchResponse.PartitionData.builder()
            .partitionIndex(entry.key().partition())
            .errorCode(entry.error().code())
            .highWatermark(-1)
            .preferredReadReplica(entry.nearerNode())
            .records(List.of());
        if (onlyStable) builder.abortedTransactions(List.of());
        var topic = entry.topic();
        if (topic != null) {
            leaders.flatMap(
                all -> all.of(topic.topicId(), entry.key().partition(), entry.error()))
                .ifPresent(each -> builder.currentLeader(FetchResponse.LeaderIdAndEpoch.builder()
                    .leaderId(each.leader())
                    .leaderEpoch(each.leaderEpoch())
                    .build()));
        }
        var result = entry.result();
        if (result == null) return builder.build();
        if (!result.aborted().isEmpty()) builder.abortedTransactions(aborted(result.aborted()));
        builder.highWatermark(result.ends().highWatermark())
            .lastStableOffset(result.ends().lastStableOffset())
            .logStartOffset(result.ends().logStartOffset())
            .records(result.records());
        if (result.diverging().isPresent()) {
            var parted = result.diverging().get();
            builder.divergingEpoch(FetchResponse.EpochEndOffset.builder()
                .epoch(parted.epoch())
                .endOffset(parted.endOffset())
                .build());
        }
        return builder.build();
    }

    private static List<FetchResponse.AbortedTransaction> aborted(
        List<AbortedTransaction> transactions) {
        var list = new ArrayList<FetchResponse.AbortedTransaction>(transactions.size());
        for (var each : transactions) {
            list.add(FetchResponse.AbortedTransaction.builder()
                .producerId(each.producerId())
                .firstOffset(each.firstOffset())
                .build());
        }
        return list;
    }
}
