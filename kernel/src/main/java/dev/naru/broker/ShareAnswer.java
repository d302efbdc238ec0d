package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.wire.message.ShareAcknowledgeResponse;
import dev.naru.wire.message.ShareFetchResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the responses to ShareFetch and ShareAcknowledge out of what a round found.
final class ShareAnswer {
    private ShareAnswer() {}

    static ShareFetchResponse refused(ErrorCode why) {
        return ShareFetchResponse.builder()
            .errorCode(why.code())
            .errorMessage(why.text())
            .responses(List.of())
            .build();
    }

    private static int lockMs(ShareSession session) {
        return (int) (session.terms().current().lockNs() / Now.NS_PER_MS);
    }

    private static @Nullable String text(ErrorCode error) {
        return error == ErrorCode.NONE ? null : error.text();
    }

    /// Takes over the leases.
    static ShareFetchResponse fetched(ShareSession session, List<ShareEntry> news,
        CurrentLeaders leaders) {
        Map<Uuid, List<ShareFetchResponse.PartitionData>> byTopic = new LinkedHashMap<>();
        for (var entry : news) {
            byTopic.computeIfAbsent(entry.part().topicId(), _ -> new ArrayList<>())
                .add(fetched(entry, leaders));
        }
        var topics = new ArrayList<ShareFetchResponse.ShareFetchableTopicResponse>();
        byTopic.forEach((topicId, partitions) -> topics
            .add(ShareFetchResponse.ShareFetchableTopicResponse.builder()
                .topicId(topicId)
                .partitions(partitions)
                .build()));
        return ShareFetchResponse.builder()
            .acquisitionLockTimeoutMs(lockMs(session))
            .responses(topics)
            .nodeEndpoints(leaders.places().stream()
                .map(each -> ShareFetchResponse.NodeEndpoint.builder()
                    .nodeId(each.node().nodeId())
                    .host(each.endpoint().host())
                    .port(each.endpoint().port())
                    .rack(Texts.orNull(each.node().rack()))
                    .build())
                .toList())
            .build();
    }

    private static ShareFetchResponse.PartitionData fetched(ShareEntry entry,
        CurrentLeaders leaders) {
        var acknowledged = entry.acknowledged == null ? ErrorCode.NONE : entry.acknowledged;
        var result = entry.result;
        var builder = ShareFetchResponse.PartitionData.builder()
            .partitionIndex(entry.part().partition())
            .acknowledgeErrorCode(acknowledged.code())
            .acknowledgeErrorMessage(text(acknowledged))
            .records(List.of());
        var refusal = acknowledged == ErrorCode.NONE && result != null
            ? result.error()
            : acknowledged;
        leaders.of(entry.part().topicId(), entry.part().partition(), refusal).ifPresent(
            each -> builder.currentLeader(ShareFetchResponse.LeaderIdAndEpoch.builder()
                .leaderId(each.leader())
                .leaderEpoch(each.leaderEpoch())
                .build()));
        if (result == null) return builder.build();
        var acquired = new ArrayList<ShareFetchResponse.AcquiredRecords>(result.lent().size());
        for (var each : result.lent()) {
            acquired.add(ShareFetchResponse.AcquiredRecords.builder()
                .firstOffset(each.firstOffset())
                .lastOffset(each.lastOffset())
                .deliveryCount(each.deliveryCount())
                .build());
        }
        return builder.errorCode(result.error().code())
            .errorMessage(text(result.error()))
            .records(result.records())
            .acquiredRecords(acquired)
            .build();
    }

    static ShareAcknowledgeResponse acknowledged(ShareSession session, List<ShareEntry> news,
        CurrentLeaders leaders) {
        Map<Uuid, List<ShareAcknowledgeResponse.PartitionData>> byTopic = new LinkedHashMap<>();
        for (var entry : news) {
            var error = entry.acknowledged == null ? ErrorCode.NONE : entry.acknowledged;
            var partition = ShareAcknowledgeResponse.PartitionData.builder()
                .partitionIndex(entry.part().partition())
                .errorCode(error.code())
                .errorMessage(text(error));
            leaders.of(entry.part().topicId(), entry.part().partition(), error)
                .ifPresent(each -> partition
                    .currentLeader(ShareAcknowledgeResponse.LeaderIdAndEpoch.builder()
                        .leaderId(each.leader())
                        .leaderEpoch(each.leaderEpoch())
                        .build()));
            byTopic.computeIfAbsent(entry.part().topicId(), _ -> new ArrayList<>())
                .add(partition.build());
        }
        var topics = new ArrayList<ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse>();
        byTopic.forEach((topicId, partitions) -> topics
            .add(ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse.builder()
                .topicId(topicId)
                .partitions(partitions)
                .build()));
        return ShareAcknowledgeResponse.builder()
            .acquisitionLockTimeoutMs(lockMs(session))
            .responses(topics)
            .nodeEndpoints(leaders.places().stream()
                .map(each -> ShareAcknowledgeResponse.NodeEndpoint.builder()
                    .nodeId(each.node().nodeId())
                    .host(each.endpoint().host())
                    .port(each.endpoint().port())
                    .rack(Texts.orNull(each.node().rack()))
                    .build())
                .toList())
            .build();
    }
}
