package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Appended;
import dev.naru.record.BatchLayout;
import dev.naru.wire.message.ProduceRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Produce: finds the partitions, lets each loop append its part, answers when the acknowledgements
/// asked for are there. One message per (request, loop).
final class ProduceHandler {
    private static final int ZSTD = 4;
    private static final short ZSTD_SINCE_VERSION = 7;
    private static final short TOPIC_IDS_SINCE_VERSION = 13;

    private final Cluster cluster;
    private final Partitions partitions;
    private final List<TxnGate> gates;
    private final Clock clock;

    /// `gates` by loop: the way of transactional batches into partitions.
    ProduceHandler(Cluster cluster, Partitions partitions, List<TxnGate> gates, Clock clock) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.gates = List.copyOf(gates);
        this.clock = clock;
    }

    void handle(Call call) {
        var request = (ProduceRequest) call.request();
        var round = new ProduceRound(call, request, clock, cluster);
        var parts = new ProduceRound.@Nullable Part[partitions.loopCount()];
        var image = cluster.image();
        for (var topicData : request.topicData()) {
            var topic = topic(image, topicData, call.version());
            for (var data : topicData.partitionData()) {
                var slot = round.add(topicData, data.index());
                var refusal = refusal(request, call.version(), topic, data);
                if (refusal != ErrorCode.NONE) {
                    slot.refuse(new Appended.Refused(refusal, "", List.of()));
                    continue;
                }
                place(round, parts, slot, topic.orElseThrow(), data);
            }
        }
        var used = new ArrayList<ProduceRound.Part>(parts.length);
        for (var part : parts)
            if (part != null) used.add(part);
        round.start(used);
    }

    private void place(ProduceRound round, ProduceRound.@Nullable Part[] parts,
        ProduceRound.Slot slot, TopicImage topic, ProduceRequest.PartitionProduceData data) {
        int loopIndex = partitions.loopIndexOf(topic.name(), data.index());
        var part = parts[loopIndex];
        if (part == null) {
            part = round.new Part(partitions.table(loopIndex), gates.get(loopIndex));
            parts[loopIndex] = part;
        }
        var records = data.records();
        part.add(slot, topic, records == null ? ByteBuffer.allocate(0) : records);
    }

    private static Optional<TopicImage> topic(ClusterImage image,
        ProduceRequest.TopicProduceData data, short version) {
        return version >= TOPIC_IDS_SINCE_VERSION
            ? image.topic(data.topicId())
            : image.topic(data.name());
    }

    private static ErrorCode refusal(ProduceRequest request, short version,
        Optional<TopicImage> topic, ProduceRequest.PartitionProduceData data) {
        if (request.acks() < -1 || request.acks() > 1) return ErrorCode.INVALID_REQUIRED_ACKS;
        boolean isTransactional = (attributes(data.records()) & BatchLayout.TRANSACTIONAL_BIT) != 0;
        if (isTransactional && request.transactionalId() == null) {
            return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        }
        if (topic.isEmpty()) {
            return version >= TOPIC_IDS_SINCE_VERSION
                ? ErrorCode.UNKNOWN_TOPIC_ID
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (data.index() < 0 || data.index() >= topic.get().partitionCount()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (topic.get().isInternal()) return ErrorCode.INVALID_TOPIC_EXCEPTION;
        if (version < ZSTD_SINCE_VERSION && codecId(data.records()) == ZSTD) {
            return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        }
        return ErrorCode.NONE;
    }

    private static int codecId(@Nullable ByteBuffer records) {
        return attributes(records) & BatchLayout.CODEC_MASK;
    }

    private static int attributes(@Nullable ByteBuffer records) {
        if (records == null || records.remaining() < BatchLayout.RECORDS) return 0;
        return records.getShort(records.position() + BatchLayout.ATTRIBUTES);
    }
}
