package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.wire.message.DescribeLogDirsRequest;
import dev.naru.wire.message.DescribeLogDirsResponse;
import dev.naru.wire.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// DescribeLogDirs: how much each partition holds, and the room there is.
final class LogDirsHandler {
    private final Cluster cluster;
    private final Partitions partitions;
    private final Disk disk;

    LogDirsHandler(Cluster cluster, Partitions partitions, Disk disk) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.disk = disk;
    }

    void handle(Call call) {
        var request = (DescribeLogDirsRequest) call.request();
        var asks = new ArrayList<Scatter.Ask<Integer>>();
        if (request.topics() == null) {
            for (var topic : cluster.image().topics())
                addAll(topic, asks);
        } else {
            for (var wanted : request.topics()) {
                cluster.image().topic(wanted.topic())
                    .ifPresent(topic -> add(topic, wanted.partitions(), asks));
            }
        }
        Scatter.ask(call.connection().loop(), partitions, asks, LogDirsHandler::describe,
            answers -> call.reply(response(asks, answers)));
    }

    private static void addAll(TopicImage topic, List<Scatter.Ask<Integer>> asks) {
        for (int index = 0; index < topic.partitionCount(); index++) {
            asks.add(new Scatter.Ask<>(index, topic, index));
        }
    }

    private static void add(TopicImage topic, List<Integer> indexes,
        List<Scatter.Ask<Integer>> asks) {
        for (int index : indexes) {
            if (topic.partition(index).isPresent())
                asks.add(new Scatter.Ask<>(index, topic, index));
        }
    }

    private static DescribeLogDirsPartition describe(
        PartitionTable.Lookup lookup, int index) {
        long sizeBytes = lookup instanceof PartitionTable.Lookup.Here(Partition partition)
            ? partition.log().sizeBytes()
            : 0;
        return DescribeLogDirsPartition.builder()
            .partitionIndex(index)
            .partitionSize(sizeBytes)
            .build();
    }

    private DescribeLogDirsResponse response(List<Scatter.Ask<Integer>> asks,
        List<DescribeLogDirsPartition> answers) {
        Map<String, List<DescribeLogDirsPartition>> byTopic = new LinkedHashMap<>();
        for (int at = 0; at < asks.size(); at++) {
            byTopic.computeIfAbsent(asks.get(at).topic().name(), _ -> new ArrayList<>())
                .add(answers.get(at));
        }
        var topics = new ArrayList<DescribeLogDirsResponse.DescribeLogDirsTopic>();
        byTopic.forEach((name, each) -> topics.add(DescribeLogDirsResponse.DescribeLogDirsTopic
            .builder().name(name).partitions(each).build()));
        var result = DescribeLogDirsResponse.DescribeLogDirsResult.builder()
            .logDir(cluster.settings().dataDirectory())
            .topics(topics)
            .totalBytes(disk.totalBytes())
            .usableBytes(disk.usableBytes())
            .build();
        return DescribeLogDirsResponse.builder().results(List.of(result)).build();
    }
}
