package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.ShareTopic;
import dev.naru.metadata.TopicImage;
import dev.naru.wire.message.AlterShareGroupOffsetsRequest;
import dev.naru.wire.message.AlterShareGroupOffsetsResponse;
import dev.naru.wire.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition;
import dev.naru.wire.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateRequest.PartitionData;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse.PartitionResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads and sets the start offsets of a group's share partitions, on behalf of an administrator.
final class ShareStartOffsets {
    private static final long UNKNOWN = -1;

    private final ShareOffsetsHandler.Rooms rooms;

    ShareStartOffsets(ShareOffsetsHandler.Rooms rooms) {
        this.rooms = rooms;
    }

    void describe(
        DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup request,
        SortedMap<Uuid, ShareTopic> initialized, Client client,
        Consumer<DescribeShareGroupOffsetsResponseGroup> done) {
        var asked = new ArrayList<ShareEnds.Place>();
        var topics = new LinkedHashMap<String, List<DescribeShareGroupOffsetsResponsePartition>>();
        var wanted = new LinkedHashMap<String, List<Integer>>();
        if (request.topics() == null) {
            initialized.values().forEach(topic -> wanted.put(topic.name(), topic.partitions()));
        } else {
            request.topics().forEach(topic -> wanted.put(topic.topicName(), topic.partitions()));
        }
        wanted.forEach((name, partitions) -> {
            var answers = topics.computeIfAbsent(name, _ -> new ArrayList<>());
            var topic = rooms.cluster().image().topic(name);
            for (int index : partitions) {
                if (topic.isPresent() && topic.get().partition(index).isPresent()) {
                    asked.add(new ShareEnds.Place(topic.get(), index));
                } else {
                    answers.add(described(index, UNKNOWN, UNKNOWN, 0,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                }
            }
        });
        summaries(request.groupId(), asked, client, summaries -> rooms.ends().find(client.loop(),
            asked, ends -> {
                for (var each : asked) {
                    topics.computeIfAbsent(each.topic().name(), _ -> new ArrayList<>())
                        .add(
                            described(each, summaries.get(each), ends.getOrDefault(each, UNKNOWN)));
                }
                done.accept(group(request.groupId(), topics));
            }));
    }

    private DescribeShareGroupOffsetsResponseGroup group(String group,
        Map<String, List<DescribeShareGroupOffsetsResponsePartition>> topics) {
        var answers = new ArrayList<DescribeShareGroupOffsetsResponseTopic>();
        topics.forEach((name, partitions) -> answers
            .add(DescribeShareGroupOffsetsResponseTopic.builder()
                .topicName(name)
                .topicId(rooms.cluster().image().topic(name).map(TopicImage::topicId)
                    .orElse(Uuid.ZERO))
                .partitions(partitions)
                .build()));
        return DescribeShareGroupOffsetsResponseGroup.builder().groupId(group).topics(answers)
            .build();
    }

    /// The lag is what is not done yet: from the start offset to the end, less what is done in
    /// between.
    private static DescribeShareGroupOffsetsResponsePartition described(ShareEnds.Place asked,
        @Nullable PartitionResult read,
        long endOffset) {
        if (read == null) {
            return described(asked.partition(), UNKNOWN, UNKNOWN, 0, ErrorCode.NONE);
        }
        var error = ErrorCode.of(read.errorCode());
        boolean isKnown = read.startOffset() >= 0 && endOffset >= 0;
        long done = Math.max(0, read.deliveryCompleteCount());
        long lag = isKnown ? Math.max(0, endOffset - read.startOffset() - done) : UNKNOWN;
        return described(asked.partition(), read.startOffset(), lag, read.leaderEpoch(), error);
    }

    private static DescribeShareGroupOffsetsResponsePartition described(int index,
        long startOffset, long lag, int leaderEpoch, ErrorCode error) {
        return DescribeShareGroupOffsetsResponsePartition.builder()
            .partitionIndex(index)
            .startOffset(startOffset)
            .leaderEpoch(leaderEpoch)
            .lag(lag)
            .errorCode(error.code())
            .errorMessage(error == ErrorCode.NONE ? null : error.text())
            .build();
    }

    private void summaries(String group, List<ShareEnds.Place> asked, Client client,
        Consumer<Map<ShareEnds.Place, PartitionResult>> done) {
        Map<Uuid, TopicImage> topics = new LinkedHashMap<>();
        var indexes = new LinkedHashMap<Uuid, List<Integer>>();
        for (var each : asked) {
            topics.put(each.topic().topicId(), each.topic());
            indexes.computeIfAbsent(each.topic().topicId(), _ -> new ArrayList<>())
                .add(each.partition());
        }
        var states = new ArrayList<ReadShareGroupStateSummaryRequest.ReadStateSummaryData>();
        indexes.forEach((topicId, of) -> states
            .add(ReadShareGroupStateSummaryRequest.ReadStateSummaryData.builder()
                .topicId(topicId)
                .partitions(of.stream()
                    .map(index -> ReadShareGroupStateSummaryRequest.PartitionData.builder()
                        .partition(index).leaderEpoch(-1).build())
                    .toList())
                .build()));
        var request = ReadShareGroupStateSummaryRequest.builder().groupId(group).topics(states)
            .build();
        rooms.persister().summarize(client.loop(), request, response -> {
            var found = new LinkedHashMap<ShareEnds.Place, PartitionResult>();
            for (var topic : response.results()) {
                var image = topics.get(topic.topicId());
                if (image == null) continue;
                for (var each : topic.partitions())
                    found.put(new ShareEnds.Place(image, each.partition()), each);
            }
            done.accept(found);
        });
    }

    /// What came of setting offsets: the share partitions that have a stored state now.
    record Outcome(AlterShareGroupOffsetsResponse response, SortedMap<Uuid, ShareTopic> set) {}

    /// Starts the states over at the offsets asked for, in a higher state epoch each.
    void set(AlterShareGroupOffsetsRequest q, Client client, Consumer<Outcome> done) {
        var asked = new ArrayList<ShareEnds.Place>();
        Map<ShareEnds.Place, Long> wanted = new LinkedHashMap<>();
        var answers = new LinkedHashMap<String, List<AlterShareGroupOffsetsResponsePartition>>();
        for (var topic : q.topics()) {
            var image = rooms.cluster().image().topic(topic.topicName());
            var of = answers.computeIfAbsent(topic.topicName(), _ -> new ArrayList<>());
            for (var each : topic.partitions()) {
                boolean isThere = image.isPresent()
                    && image.get().partition(each.partitionIndex()).isPresent();
                if (!isThere) {
                    of.add(altered(each.partitionIndex(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                } else if (each.startOffset() < 0) {
                    of.add(altered(each.partitionIndex(), ErrorCode.INVALID_REQUEST));
                } else {
                    var place = new ShareEnds.Place(image.orElseThrow(), each.partitionIndex());
                    asked.add(place);
                    wanted.put(place, each.startOffset());
                }
            }
        }
        summaries(q.groupId(), asked, client, summaries -> initialize(q.groupId(), wanted,
            summaries, client, errors -> done.accept(outcome(answers, errors))));
    }

    private void initialize(String group, Map<ShareEnds.Place, Long> wanted,
        Map<ShareEnds.Place, PartitionResult> summaries, Client client,
        Consumer<Map<ShareEnds.Place, ErrorCode>> done) {
        Map<Uuid, TopicImage> topics = new LinkedHashMap<>();
        var partitions = new LinkedHashMap<Uuid, List<PartitionData>>();
        wanted.forEach((place, offset) -> {
            var known = summaries.get(place);
            int stateEpoch = known == null ? 0 : known.stateEpoch();
            topics.put(place.topic().topicId(), place.topic());
            partitions.computeIfAbsent(place.topic().topicId(), _ -> new ArrayList<>())
                .add(PartitionData.builder()
                    .partition(place.partition())
                    .stateEpoch(stateEpoch + 1)
                    .startOffset(offset)
                    .build());
        });
        var states = new ArrayList<InitializeShareGroupStateRequest.InitializeStateData>();
        partitions.forEach((topicId, of) -> states
            .add(InitializeShareGroupStateRequest.InitializeStateData.builder()
                .topicId(topicId).partitions(of).build()));
        var request = InitializeShareGroupStateRequest.builder().groupId(group).topics(states)
            .build();
        rooms.persister().initialize(client.loop(), request, response -> {
            var errors = new LinkedHashMap<ShareEnds.Place, ErrorCode>();
            for (var topic : response.results()) {
                var image = topics.get(topic.topicId());
                if (image == null) continue;
                for (var each : topic.partitions())
                    errors.put(new ShareEnds.Place(image, each.partition()),
                        ErrorCode.of(each.errorCode()));
            }
            done.accept(errors);
        });
    }

    private Outcome outcome(Map<String, List<AlterShareGroupOffsetsResponsePartition>> answers,
        Map<ShareEnds.Place, ErrorCode> errors) {
        var set = new TreeMap<Uuid, ShareTopic>();
        errors.forEach((place, error) -> {
            answers.computeIfAbsent(place.topic().name(), _ -> new ArrayList<>())
                .add(altered(place.partition(), error));
            if (error != ErrorCode.NONE) return;
            var known = set.get(place.topic().topicId());
            var partitions = new ArrayList<>(known == null ? List.of() : known.partitions());
            partitions.add(place.partition());
            set.put(place.topic().topicId(), new ShareTopic(place.topic().name(), partitions));
        });
        var topics = new ArrayList<AlterShareGroupOffsetsResponseTopic>();
        answers.forEach((name, partitions) -> topics
            .add(AlterShareGroupOffsetsResponseTopic.builder()
                .topicName(name)
                .topicId(rooms.cluster().image().topic(name).map(TopicImage::topicId)
                    .orElse(Uuid.ZERO))
                .partitions(partitions)
                .build()));
        return new Outcome(AlterShareGroupOffsetsResponse.builder().responses(topics).build(),
            set);
    }

    private static AlterShareGroupOffsetsResponsePartition altered(int index, ErrorCode error) {
        return AlterShareGroupOffsetsResponsePartition.builder()
            .partitionIndex(index)
            .errorCode(error.code())
            .errorMessage(error == ErrorCode.NONE ? null : error.text())
            .build();
    }
}
