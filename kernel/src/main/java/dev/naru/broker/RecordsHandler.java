package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.log.ProducerState;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionReader;
import dev.naru.wire.message.DeleteRecordsRequest;
import dev.naru.wire.message.DeleteRecordsResponse;
import dev.naru.wire.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import dev.naru.wire.message.DescribeProducersRequest;
import dev.naru.wire.message.DescribeProducersResponse;
import dev.naru.wire.message.DescribeProducersResponse.PartitionResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// DeleteRecords and DescribeProducers.
final class RecordsHandler {
    /// In place of an offset: delete what compaction may drop.
    private static final long COMPACT_NOW = -2;

    private final Cluster cluster;
    private final Partitions partitions;
    private final Clock clock;
    private final Consumer<Checkpoints.Written> checkpoint;

    /// `checkpoint` makes the log starts durable, if there is room, and says whether they are.
    RecordsHandler(Cluster cluster, Partitions partitions, Clock clock,
        Consumer<Checkpoints.Written> checkpoint) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.clock = clock;
        this.checkpoint = checkpoint;
    }

    void delete(Call call) {
        var request = (DeleteRecordsRequest) call.request();
        var asks = new ArrayList<Scatter.Ask<DeleteRecordsRequest.DeleteRecordsPartition>>();
        var compactions = new ArrayList<Scatter.Ask<Integer>>();
        Map<String, List<DeleteRecordsPartitionResult>> byTopic = new LinkedHashMap<>();
        for (var topic : request.topics()) {
            var results = byTopic.computeIfAbsent(topic.name(), _ -> new ArrayList<>());
            var image = cluster.image().topic(topic.name());
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                boolean compacts = partition.offset() == COMPACT_NOW;
                if (image.isEmpty() || image.get().partition(index).isEmpty()) {
                    results.add(deleted(index, -1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                } else if (compacts) {
                    compactions.add(new Scatter.Ask<>(index, image.get(), index));
                } else if (image.get().isInternal()) {
                    results.add(deleted(index, -1, ErrorCode.INVALID_TOPIC_EXCEPTION));
                } else {
                    asks.add(new Scatter.Ask<>(partition, image.get(), index));
                }
            }
        }
        var home = call.connection().loop();
        Runnable delete = () -> Scatter.ask(home, partitions, asks, RecordsHandler::delete,
            answers -> {
                for (int at = 0; at < asks.size(); at++) {
                    byTopic.computeIfAbsent(asks.get(at).topic().name(), _ -> new ArrayList<>())
                        .add(answers.get(at));
                }
                // what was deleted stays deleted, whatever happens next, and whoever leads then
                checkpoint.accept(isDurable -> {
                    if (isDurable) {
                        new DeletedEverywhere(home, clock, partitions, asks, answers)
                            .await(request.timeoutMs(), late -> call.reply(deleted(byTopic, late)));
                    } else {
                        call.reply(notDurable(byTopic));
                    }
                });
            });
        if (compactions.isEmpty()) {
            delete.run();
            return;
        }
        new CompactNow(home, partitions, checkpoint, compactions, results -> {
            for (int at = 0; at < compactions.size(); at++) {
                var ask = compactions.get(at);
                byTopic.computeIfAbsent(ask.topic().name(), _ -> new ArrayList<>())
                    .add(deleted(ask.partition(), results.get(at).logStartOffset(),
                        results.get(at).error()));
            }
            delete.run();
        }).start(request.timeoutMs());
    }

    /// There is no room to write down where the logs start now: what was deleted may come back.
    private static DeleteRecordsResponse notDurable(
        Map<String, List<DeleteRecordsPartitionResult>> byTopic) {
        byTopic.values().forEach(results -> results.replaceAll(each -> each.errorCode() != 0
            ? each
            : deleted(each.partitionIndex(), -1, ErrorCode.KAFKA_STORAGE_ERROR)));
        return deleted(byTopic);
    }

    private static DeleteRecordsPartitionResult delete(
        PartitionTable.Lookup lookup, DeleteRecordsRequest.DeleteRecordsPartition asked) {
        return switch (lookup) {
            case PartitionTable.Lookup.Not not -> deleted(asked.partitionIndex(), -1, not.why());
            case PartitionTable.Lookup.Here(Partition partition) -> {
                var error = PartitionReader.refusal(partition, -1);
                if (error == ErrorCode.NONE)
                    error = partition.upkeep().deleteRecordsBefore(asked.offset());
                long lowWatermark = error == ErrorCode.NONE ? partition.log().logStartOffset() : -1;
                yield deleted(asked.partitionIndex(), lowWatermark, error);
            }
        };
    }

    private static DeleteRecordsPartitionResult deleted(int partition,
        long lowWatermark, ErrorCode error) {
        return DeleteRecordsPartitionResult.builder()
            .partitionIndex(partition)
            .lowWatermark(lowWatermark)
            .errorCode(error.code())
            .build();
    }

    private static DeleteRecordsResponse deleted(
        Map<String, List<DeleteRecordsPartitionResult>> byTopic,
        Set<DeleteRecordsPartitionResult> late) {
        byTopic.values().forEach(results -> results.replaceAll(each -> late.contains(each)
            ? deleted(each.partitionIndex(), -1, ErrorCode.REQUEST_TIMED_OUT)
            : each));
        return deleted(byTopic);
    }

    private static DeleteRecordsResponse deleted(
        Map<String, List<DeleteRecordsPartitionResult>> byTopic) {
        var topics = new ArrayList<DeleteRecordsResponse.DeleteRecordsTopicResult>();
        byTopic.forEach((name, results) -> topics.add(DeleteRecordsResponse.DeleteRecordsTopicResult
            .builder().name(name).partitions(results).build()));
        return DeleteRecordsResponse.builder().topics(topics).build();
    }

    void describeProducers(Call call) {
        var request = (DescribeProducersRequest) call.request();
        var asks = new ArrayList<Scatter.Ask<Integer>>();
        Map<String, List<PartitionResponse>> byTopic = new LinkedHashMap<>();
        for (var topic : request.topics()) {
            var results = byTopic.computeIfAbsent(topic.name(), _ -> new ArrayList<>());
            var image = cluster.image().topic(topic.name());
            for (int index : topic.partitionIndexes()) {
                if (image.isPresent() && image.get().partition(index).isPresent()) {
                    asks.add(new Scatter.Ask<>(index, image.get(), index));
                } else {
                    results.add(unknown(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                }
            }
        }
        Scatter.ask(call.connection().loop(), partitions, asks, RecordsHandler::producers,
            answers -> {
                for (int at = 0; at < asks.size(); at++) {
                    byTopic.computeIfAbsent(asks.get(at).topic().name(), _ -> new ArrayList<>())
                        .add(answers.get(at));
                }
                call.reply(described(byTopic));
            });
    }

    private static PartitionResponse unknown(int partition,
        ErrorCode why) {
        return PartitionResponse.builder()
            .partitionIndex(partition)
            .errorCode(why.code())
            .build();
    }

    private static PartitionResponse producers(
        PartitionTable.Lookup lookup, int index) {
        if (!(lookup instanceof PartitionTable.Lookup.Here(Partition partition))) {
            return unknown(index, ((PartitionTable.Lookup.Not) lookup).why());
        }
        List<ProducerState> producers;
        try {
            producers = partition.log().producers();
        } catch (DiskFault fault) {
            return unknown(index, ErrorCode.KAFKA_STORAGE_ERROR);
        }
        var active = new ArrayList<DescribeProducersResponse.ProducerState>();
        for (var producer : producers) {
            active.add(DescribeProducersResponse.ProducerState.builder()
                .producerId(producer.producerId())
                .producerEpoch(producer.producerEpoch())
                .lastSequence(producer.lastSequence())
                .lastTimestamp(producer.lastTimestampMs())
                .coordinatorEpoch(producer.coordinatorEpoch())
                .currentTxnStartOffset(producer.openTransactionOffset())
                .build());
        }
        return PartitionResponse.builder()
            .partitionIndex(index)
            .activeProducers(active)
            .build();
    }

    private static DescribeProducersResponse described(
        Map<String, List<PartitionResponse>> byTopic) {
        var topics = new ArrayList<DescribeProducersResponse.TopicResponse>();
        byTopic.forEach((name, results) -> topics.add(DescribeProducersResponse.TopicResponse
            .builder().name(name).partitions(results).build()));
        return DescribeProducersResponse.builder().topics(topics).build();
    }
}
