package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.group.GroupRequest;
import dev.naru.shard.BatchKind;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnProducer;
import dev.naru.wire.Message;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import dev.naru.wire.message.TxnOffsetCommitRequest;
import dev.naru.wire.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.naru.wire.message.TxnOffsetCommitResponse;
import dev.naru.wire.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import dev.naru.wire.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.List;
import java.util.function.Consumer;

/// TxnOffsetCommit: a group's offsets that count once a transaction is committed (KIP-98, KIP-447).
/// They pass the gate of the group's partition like any write of a transaction.
final class TxnOffsetsHandler {
    /// From here on the commit itself adds the group's offsets to the transaction.
    private static final short V2 = 5;
    private static final short TOPIC_IDS = 6;

    /// Where the group's partition is.
    record Rooms(Cluster cluster, Partitions partitions) {}

    private final List<TxnGate> gates;
    private final Coordinators<GroupRequest> groups;
    private final Asking<GroupRequest> asking;
    private final GroupOffsetsHandler offsets;
    private final Rooms rooms;

    TxnOffsetsHandler(List<TxnGate> gates, Coordinators<GroupRequest> groups, TopicIds topics,
        Rooms rooms) {
        this.gates = List.copyOf(gates);
        this.groups = groups;
        this.asking = new Asking<>(groups);
        this.offsets = new GroupOffsetsHandler(asking, topics);
        this.rooms = rooms;
    }

    void commit(TxnOffsetCommitRequest q, short version, Client client, Consumer<Message> reply) {
        offsets.commit(plain(q), version >= TOPIC_IDS,
            (message, outcome) -> pass(q, version, message, new Way(client, outcome)),
            topics -> reply.accept(TxnOffsetCommitResponse.builder()
                .topics(topics.stream().map(TxnOffsetsHandler::answered).toList()).build()));
    }

    private static OffsetCommitRequest plain(TxnOffsetCommitRequest q) {
        return OffsetCommitRequest.builder().groupId(q.groupId())
            .generationIdOrMemberEpoch(q.generationIdOrMemberEpoch()).memberId(q.memberId())
            .groupInstanceId(q.groupInstanceId()).retentionTimeMs(-1)
            .topics(q.topics().stream().map(TxnOffsetsHandler::plain).toList()).build();
    }

    private static OffsetCommitRequestTopic plain(TxnOffsetCommitRequestTopic topic) {
        return OffsetCommitRequestTopic.builder().name(topic.name()).topicId(topic.topicId())
            .partitions(topic.partitions().stream()
                .map(partition -> OffsetCommitRequestPartition.builder()
                    .partitionIndex(partition.partitionIndex())
                    .committedOffset(partition.committedOffset())
                    .committedLeaderEpoch(partition.committedLeaderEpoch())
                    .committedMetadata(partition.committedMetadata()).build())
                .toList())
            .build();
    }

    private static TxnOffsetCommitResponseTopic answered(OffsetCommitResponseTopic topic) {
        return TxnOffsetCommitResponseTopic.builder().name(topic.name()).topicId(topic.topicId())
            .partitions(topic.partitions().stream()
                .map(partition -> TxnOffsetCommitResponsePartition.builder()
                    .partitionIndex(partition.partitionIndex()).errorCode(partition.errorCode())
                    .build())
                .toList())
            .build();
    }

    /// Who asks, and where the outcome goes, on its loop.
    private record Way(Client client, Asking.Outcome<OffsetCommitResponse> outcome) {
        void refuse(ErrorCode why) {
            Partitions.on(client.loop(), () -> outcome.refused(why));
        }
    }

    private void pass(TxnOffsetCommitRequest q, short version, OffsetCommitRequest message,
        Way way) {
        switch (groups.find(q.groupId())) {
            case Coordinators.NotHere<GroupRequest>(ErrorCode why) -> way.refuse(why);
            case Coordinators.Host<GroupRequest> host ->
                Partitions.on(host.loop(), () -> pass(host, q, version, message, way));
        }
    }

    /// On the loop of the group's partition.
    private void pass(Coordinators.Host<GroupRequest> host, TxnOffsetCommitRequest q, short version,
        OffsetCommitRequest message, Way way) {
        var at = TxnsHandler.offsetsPartition(rooms.cluster(), q.groupId());
        var topic = at.flatMap(each -> rooms.cluster().image().topic(each.topic()));
        if (at.isEmpty() || topic.isEmpty()) {
            way.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            return;
        }
        int loopIndex = rooms.partitions().loopIndexOf(at.get().topic(), at.get().partition());
        if (!(rooms.partitions().table(loopIndex).find(topic.get(),
            at.get().partition()) instanceof PartitionTable.Lookup.Here here)) {
            way.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            return;
        }
        var flow = version >= V2 ? TxnFlow.V2 : TxnFlow.CLASSIC;
        var writer = new TxnGate.Writer(q.transactionalId(),
            new TxnProducer(q.producerId(), q.producerEpoch()), flow);
        gates.get(loopIndex).pass(here.partition(), writer, new TxnGate.Entry() {
            @Override public void admitted() {
                var transaction = new BatchKind.Transactional(q.producerId(), q.producerEpoch());
                asking.<OffsetCommitResponse>ask(host, way.client(),
                    from -> new GroupRequest.CommitOffsetsInTransaction(message, version,
                        transaction, from),
                    way.outcome());
            }

            @Override public void refused(ErrorCode why) {
                way.refuse(TxnErrors.ofOffsets(why, version));
            }
        });
    }
}
