package dev.naru.group;

import dev.naru.wire.message.StreamsGroupDescribeResponse;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupTopologyValue;
import dev.naru.wire.message.StreamsGroupTopologyValue.CopartitionGroup;
import dev.naru.wire.message.StreamsGroupTopologyValue.Subtopology;
import dev.naru.wire.message.StreamsGroupTopologyValue.TopicConfig;
import dev.naru.wire.message.StreamsGroupTopologyValue.TopicInfo;
import java.util.List;

/// The same topology in the words of a request, of a record, of an answer.
final class StreamsTopologies {
    private StreamsTopologies() {}

    static StreamsGroupTopologyValue stored(StreamsGroupHeartbeatRequest.Topology topology) {
        return StreamsGroupTopologyValue.builder().epoch(topology.epoch())
            .subtopologies(topology.subtopologies().stream().map(StreamsTopologies::stored)
                .toList())
            .build();
    }

    private static Subtopology stored(StreamsGroupHeartbeatRequest.Subtopology part) {
        return Subtopology.builder().subtopologyId(part.subtopologyId())
            .sourceTopics(part.sourceTopics()).sourceTopicRegex(part.sourceTopicRegex())
            .repartitionSinkTopics(part.repartitionSinkTopics())
            .stateChangelogTopics(stored(part.stateChangelogTopics()))
            .repartitionSourceTopics(stored(part.repartitionSourceTopics()))
            .copartitionGroups(part.copartitionGroups().stream()
                .map(together -> CopartitionGroup.builder().sourceTopics(together.sourceTopics())
                    .sourceTopicRegex(together.sourceTopicRegex())
                    .repartitionSourceTopics(together.repartitionSourceTopics()).build())
                .toList())
            .build();
    }

    private static List<TopicInfo> stored(List<StreamsGroupHeartbeatRequest.TopicInfo> topics) {
        return topics.stream()
            .map(topic -> TopicInfo.builder().name(topic.name()).partitions(topic.partitions())
                .replicationFactor(topic.replicationFactor())
                .topicConfigs(topic.topicConfigs().stream()
                    .map(config -> TopicConfig.builder().key(config.key()).value(config.value())
                        .build())
                    .toList())
                .build())
            .toList();
    }

    static StreamsGroupDescribeResponse.Topology described(StreamsGroupTopologyValue topology) {
        return StreamsGroupDescribeResponse.Topology.builder().epoch(topology.epoch())
            .subtopologies(topology.subtopologies().stream()
                .map(StreamsTopologies::described).toList())
            .build();
    }

    private static StreamsGroupDescribeResponse.Subtopology described(Subtopology part) {
        return StreamsGroupDescribeResponse.Subtopology.builder()
            .subtopologyId(part.subtopologyId()).sourceTopics(part.sourceTopics())
            .repartitionSinkTopics(part.repartitionSinkTopics())
            .stateChangelogTopics(described(part.stateChangelogTopics()))
            .repartitionSourceTopics(described(part.repartitionSourceTopics())).build();
    }

    private static List<StreamsGroupDescribeResponse.TopicInfo> described(
        List<TopicInfo> topics) {
        return topics.stream()
            .map(topic -> StreamsGroupDescribeResponse.TopicInfo.builder().name(topic.name())
                .partitions(topic.partitions()).replicationFactor(topic.replicationFactor())
                .topicConfigs(topic.topicConfigs().stream()
                    .map(config -> StreamsGroupDescribeResponse.KeyValue.builder()
                        .key(config.key()).value(config.value()).build())
                    .toList())
                .build())
            .toList();
    }
}
