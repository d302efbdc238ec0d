package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.wire.message.TxnOffsetCommitRequest;
import dev.naru.wire.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import dev.naru.wire.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.naru.wire.message.TxnOffsetCommitResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A group's offsets within a transaction, on the wire.
final class TransactionOffsets {
    private static final short TOPIC_IDS_SINCE_VERSION = 6;

    /// Whose transaction it is.
    record Writer(String transactionalId, ProducerIdentity identity) {}

    private TransactionOffsets() {}

    static TxnOffsetCommitRequest request(ClusterView view, Writer writer,
        TransactionalProducer.Offsets offsets, short version) {
        var topics = new TreeMap<String, List<TxnOffsetCommitRequestPartition>>();
        offsets.positions()
            .forEach((slot, position) -> topics
                .computeIfAbsent(slot.topic(), _ -> new ArrayList<>())
                .add(TxnOffsetCommitRequestPartition.builder().partitionIndex(slot.partition())
                    .committedOffset(position).committedMetadata("").build()));
        var list = new ArrayList<TxnOffsetCommitRequestTopic>();
        topics.forEach((name, partitions) -> {
            var id = version < TOPIC_IDS_SINCE_VERSION
                ? Uuid.ZERO
                : view.topic(name).map(ClusterView.TopicView::topicId).orElse(Uuid.ZERO);
            list.add(TxnOffsetCommitRequestTopic.builder().name(name).topicId(id)
                .partitions(partitions).build());
        });
        return TxnOffsetCommitRequest.builder()
            .transactionalId(writer.transactionalId())
            .groupId(offsets.groupId())
            .producerId(writer.identity().producerId())
            .producerEpoch(writer.identity().producerEpoch())
            .generationIdOrMemberEpoch(offsets.as().generation())
            .memberId(offsets.as().memberId())
            .topics(list)
            .build();
    }

    static ErrorCode worst(TxnOffsetCommitResponse answer) {
        for (var topic : answer.topics()) {
            for (var each : topic.partitions()) {
                if (each.errorCode() != 0) return ErrorCode.of(each.errorCode());
            }
        }
        return ErrorCode.NONE;
    }
}
