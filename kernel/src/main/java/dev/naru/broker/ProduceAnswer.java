package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterImage;
import dev.naru.partition.Appended;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the response of a produce out of what became of its batches.
final class ProduceAnswer {
    private final CurrentLeaders leaders;
    private final boolean tellsLeaders;

    /// With `tellsLeaders` whoever asked the wrong node hears who leads (KIP-951).
    ProduceAnswer(ClusterImage image, String listener, boolean tellsLeaders) {
        this.leaders = new CurrentLeaders(image, listener);
        this.tellsLeaders = tellsLeaders;
    }

    ProduceResponse of(List<ProduceRound.Slot> slots) {
        var topics = new ArrayList<ProduceResponse.TopicProduceResponse>();
        var partitions = new ArrayList<ProduceResponse.PartitionProduceResponse>();
        ProduceRequest.TopicProduceData current = null;
        for (var slot : slots) {
            if (current == null || !isSame(slot.topic, current)) {
                partitions = new ArrayList<>();
                current = slot.topic;
                topics.add(ProduceResponse.TopicProduceResponse.builder()
                    .name(current.name())
                    .topicId(current.topicId())
                    .partitionResponses(partitions)
                    .build());
            }
            partitions.add(partition(slot));
        }
        return ProduceResponse.builder().responses(topics).nodeEndpoints(endpoints()).build();
    }

    private List<ProduceResponse.NodeEndpoint> endpoints() {
        return leaders.places().stream()
            .map(each -> ProduceResponse.NodeEndpoint.builder()
                .nodeId(each.node().nodeId())
                .host(each.endpoint().host())
                .port(each.endpoint().port())
                .rack(Texts.orNull(each.node().rack()))
                .build())
            .toList();
    }

    private static boolean isSame(ProduceRequest.TopicProduceData one,
        ProduceRequest.TopicProduceData other) {
        return one.name().equals(other.name()) && one.topicId().equals(other.topicId());
    }

    private ProduceResponse.PartitionProduceResponse partition(ProduceRound.Slot slot) {
        var builder = ProduceResponse.PartitionProduceResponse.builder().index(slot.index);
        if (tellsLeaders && slot.outcome instanceof Appended.Refused refused)
            leaderOf(slot, refused.why()).ifPresent(builder::currentLeader);
        return switch (slot.outcome) {
            case Appended.Written written -> builder.baseOffset(written.firstOffset())
                .logAppendTimeMs(written.logAppendTimeMs())
                .logStartOffset(slot.logStartOffset)
                .build();
            case Appended.Refused refused -> builder.errorCode(refused.why().code())
                .baseOffset(-1)
                .errorMessage(refused.message().isEmpty() ? null : refused.message())
                .recordErrors(recordErrors(refused))
                .build();
            case null -> builder.errorCode(ErrorCode.UNKNOWN_SERVER_ERROR.code()).build();
        };
    }

    private Optional<ProduceResponse.LeaderIdAndEpoch> leaderOf(ProduceRound.Slot slot,
        ErrorCode why) {
        var found = slot.topic.topicId().isZero()
            ? leaders.of(slot.topic.name(), slot.index, why)
            : leaders.of(slot.topic.topicId(), slot.index, why);
        return found.map(each -> ProduceResponse.LeaderIdAndEpoch.builder()
            .leaderId(each.leader())
            .leaderEpoch(each.leaderEpoch())
            .build());
    }

    private static List<ProduceResponse.BatchIndexAndErrorMessage> recordErrors(
        Appended.Refused refused) {
        var errors = new ArrayList<ProduceResponse.BatchIndexAndErrorMessage>();
        for (int index : refused.recordIndexes()) {
            errors.add(ProduceResponse.BatchIndexAndErrorMessage.builder()
                .batchIndex(index)
                .batchIndexErrorMessage(refused.message())
                .build());
        }
        return errors;
    }
}
