package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.log.EpochEnd;
import dev.naru.log.TimestampOffset;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionReader;
import dev.naru.wire.message.ListOffsetsRequest;
import dev.naru.wire.message.ListOffsetsResponse;
import dev.naru.wire.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import dev.naru.wire.message.OffsetForLeaderEpochRequest;
import dev.naru.wire.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import dev.naru.wire.message.OffsetForLeaderEpochResponse;
import dev.naru.wire.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// ListOffsets and OffsetForLeaderEpoch: where things are in a log.
final class OffsetsHandler {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private static final short OFFSET_NOT_AVAILABLE_SINCE_VERSION = 5;

    private final Cluster cluster;
    private final Partitions partitions;

    OffsetsHandler(Cluster cluster, Partitions partitions) {
        this.cluster = cluster;
        this.partitions = partitions;
    }

    void list(Call call) {
        var request = (ListOffsetsRequest) call.request();
        boolean onlyStable = request.isolationLevel() == FetchRound.READ_COMMITTED;
        var asks = new ArrayList<Scatter.Ask<ListOffsetsRequest.ListOffsetsPartition>>();
        var refused = new ArrayList<Refused>();
        for (var topic : request.topics()) {
            var image = cluster.image().topic(topic.name());
            Set<Integer> seen = new HashSet<>();
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                var refusal = refusal(call.version(), image, partition);
                if (!seen.add(index)) refusal = ErrorCode.INVALID_REQUEST;
                if (refusal == ErrorCode.NONE) {
                    asks.add(new Scatter.Ask<>(partition, image.orElseThrow(), index));
                } else {
                    refused.add(new Refused(topic.name(), index, refusal));
                }
            }
        }
        Scatter.ask(call.connection().loop(), partitions, asks,
            (lookup, asked) -> answer(lookup, asked, call.version(), onlyStable),
            answers -> call.reply(listed(asks, answers, refused)));
    }

    private record Refused(String topic, int partition, ErrorCode why) {}

    private static ErrorCode refusal(short version, Optional<TopicImage> topic,
        ListOffsetsRequest.ListOffsetsPartition partition) {
        if (topic.isEmpty()) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        int index = partition.partitionIndex();
        if (index < 0 || index >= topic.get().partitionCount()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return version < sinceVersion(partition.timestamp())
            ? ErrorCode.UNSUPPORTED_VERSION
            : ErrorCode.NONE;
    }

    /// The version of ListOffsets that first knew a timestamp's special meaning.
    private static int sinceVersion(long timestamp) {
        if (timestamp >= EARLIEST) return 1;
        if (timestamp == MAX_TIMESTAMP) return 7;
        if (timestamp == EARLIEST_LOCAL) return 8;
        if (timestamp == LATEST_TIERED) return 9;
        if (timestamp == EARLIEST_PENDING_UPLOAD) return 11;
        return Integer.MAX_VALUE;
    }

    private static ListOffsetsPartitionResponse answer(PartitionTable.Lookup lookup,
        ListOffsetsRequest.ListOffsetsPartition asked, short version, boolean onlyStable) {
        var builder = ListOffsetsPartitionResponse.builder()
            .partitionIndex(asked.partitionIndex());
        if (!(lookup instanceof PartitionTable.Lookup.Here(Partition partition))) {
            var not = (PartitionTable.Lookup.Not) lookup;
            return builder.errorCode(not.why().code()).build();
        }
        var refusal = PartitionReader.refusal(partition, asked.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) return builder.errorCode(refusal.code()).build();
        try {
            long end = onlyStable ? partition.lastStableOffset() : partition.highWatermark();
            var found = find(partition, asked.timestamp(), end);
            if (partition.isSettling() && dependsOnEnd(asked.timestamp(), found)) {
                return builder.errorCode(settling(version).code()).build();
            }
            if (found.isEmpty()) return builder.build();
            return builder.timestamp(found.get().timestampMs())
                .offset(found.get().offset())
                .leaderEpoch(found.get().leaderEpoch())
                .build();
        } catch (DiskFault fault) {
            return builder.errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code()).build();
        }
    }

    /// While a partition is settling its end is not known, nor what would be found behind it.
    private static boolean dependsOnEnd(long timestamp, Optional<TimestampOffset> found) {
        return timestamp == LATEST || timestamp == MAX_TIMESTAMP
            || (timestamp >= 0 && found.isEmpty());
    }

    private static ErrorCode settling(short version) {
        return version >= OFFSET_NOT_AVAILABLE_SINCE_VERSION
            ? ErrorCode.OFFSET_NOT_AVAILABLE
            : ErrorCode.LEADER_NOT_AVAILABLE;
    }

    /// Empty where there is no such record below `end`: offset -1 on the wire, which is not an
    /// error.
    private static Optional<TimestampOffset> find(Partition partition, long timestamp, long end)
        throws DiskFault {
        var log = partition.log();
        if (timestamp == LATEST) return Optional.of(place(partition, end));
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            return Optional.of(place(partition, log.logStartOffset()));
        }
        if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            return Optional.empty();
        }
        var found = timestamp == MAX_TIMESTAMP
            ? log.maxTimestamp(partition.shared().codecs())
            : log.firstAtOrAfter(timestamp, partition.shared().codecs());
        return found.filter(each -> each.offset() < end);
    }

    private static TimestampOffset place(Partition partition, long offset) throws DiskFault {
        return new TimestampOffset(-1, offset, partition.log().epochAt(offset));
    }

    private static ListOffsetsResponse listed(
        List<Scatter.Ask<ListOffsetsRequest.ListOffsetsPartition>> asks,
        List<ListOffsetsPartitionResponse> answers, List<Refused> refused) {
        Map<String, List<ListOffsetsPartitionResponse>> byTopic = new LinkedHashMap<>();
        for (int at = 0; at < asks.size(); at++) {
            byTopic.computeIfAbsent(asks.get(at).topic().name(), _ -> new ArrayList<>())
                .add(answers.get(at));
        }
        for (var each : refused) {
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>())
                .add(ListOffsetsPartitionResponse.builder()
                    .partitionIndex(each.partition())
                    .errorCode(each.why().code())
                    .build());
        }
        var topics = new ArrayList<ListOffsetsResponse.ListOffsetsTopicResponse>();
        byTopic.forEach((name, each) -> topics.add(ListOffsetsResponse.ListOffsetsTopicResponse
            .builder().name(name).partitions(each).build()));
        return ListOffsetsResponse.builder().topics(topics).build();
    }

    void epochEnds(Call call) {
        var request = (OffsetForLeaderEpochRequest) call.request();
        var asks = new ArrayList<Scatter.Ask<OffsetForLeaderPartition>>();
        var unknown = new ArrayList<Refused>();
        for (var topic : request.topics()) {
            var image = cluster.image().topic(topic.topic());
            for (var partition : topic.partitions()) {
                int index = partition.partition();
                if (image.isPresent() && image.get().partition(index).isPresent()) {
                    asks.add(new Scatter.Ask<>(partition, image.get(), index));
                } else {
                    unknown.add(new Refused(topic.topic(), index,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                }
            }
        }
        Scatter.ask(call.connection().loop(), partitions, asks, OffsetsHandler::epochEnd,
            answers -> call.reply(ended(asks, answers, unknown)));
    }

    private static EpochEndOffset epochEnd(
        PartitionTable.Lookup lookup,
        OffsetForLeaderPartition asked) {
        var builder = EpochEndOffset.builder()
            .partition(asked.partition());
        if (!(lookup instanceof PartitionTable.Lookup.Here(Partition partition))) {
            return builder.errorCode(((PartitionTable.Lookup.Not) lookup).why().code()).build();
        }
        var refusal = PartitionReader.refusal(partition, asked.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) return builder.errorCode(refusal.code()).build();
        try {
            EpochEnd end = partition.endOf(asked.leaderEpoch());
            return builder.leaderEpoch(end.leaderEpoch()).endOffset(end.endOffset()).build();
        } catch (DiskFault fault) {
            return builder.errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code()).build();
        }
    }

    private static OffsetForLeaderEpochResponse ended(
        List<Scatter.Ask<OffsetForLeaderPartition>> asks,
        List<EpochEndOffset> answers, List<Refused> unknown) {
        Map<String, List<EpochEndOffset>> byTopic = new LinkedHashMap<>();
        for (int at = 0; at < asks.size(); at++) {
            byTopic.computeIfAbsent(asks.get(at).topic().name(), _ -> new ArrayList<>())
                .add(answers.get(at));
        }
        for (var each : unknown) {
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>())
                .add(EpochEndOffset.builder()
                    .partition(each.partition())
                    .errorCode(each.why().code())
                    .build());
        }
        var topics = new ArrayList<OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult>();
        byTopic.forEach((name, each) -> topics.add(
            OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.builder()
                .topic(name).partitions(each).build()));
        return OffsetForLeaderEpochResponse.builder().topics(topics).build();
    }
}
