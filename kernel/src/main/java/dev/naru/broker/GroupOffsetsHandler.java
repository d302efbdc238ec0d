package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.GroupRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import dev.naru.wire.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import dev.naru.wire.message.OffsetDeleteResponse;
import dev.naru.wire.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import dev.naru.wire.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import dev.naru.wire.message.OffsetFetchRequest;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.naru.wire.message.OffsetFetchResponse;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Commits, fetches and deletions of a group's offsets on the wire. Topics are looked up here: the
/// shard sees names of topics that exist.
final class GroupOffsetsHandler {
    /// From here on topics have ids instead of names.
    private static final short TOPIC_IDS = 10;
    /// From here on a fetch asks for several groups.
    private static final short SEVERAL_GROUPS = 8;
    /// Before this an answer has no error for the whole of a group.
    private static final short GROUP_ERROR = 2;

    private final Asking<GroupRequest> asking;
    private final TopicIds topics;

    GroupOffsetsHandler(Asking<GroupRequest> asking, TopicIds topics) {
        this.asking = asking;
        this.topics = topics;
    }

    void commit(OffsetCommitRequest q, short version, Client client, Consumer<Message> reply) {
        commit(q, version >= TOPIC_IDS,
            (message, outcome) -> asking.<OffsetCommitResponse>ask(q.groupId(), client,
                from -> new GroupRequest.CommitOffsets(message, version, from), outcome),
            topics -> reply.accept(OffsetCommitResponse.builder().topics(topics).build()));
    }

    /// How a commit is handed over: with topics that exist, by name.
    interface Committing {
        void ask(OffsetCommitRequest message, Asking.Outcome<OffsetCommitResponse> outcome);
    }

    /// Has those commits carried out whose topics exist, and answers all in the client's order.
    void commit(OffsetCommitRequest q, boolean byId, Committing committing,
        Consumer<List<OffsetCommitResponseTopic>> reply) {
        var known = new ArrayList<OffsetCommitRequestTopic>();
        var isKnown = new ArrayList<Boolean>();
        for (var topic : q.topics()) {
            var name = nameIn(topic, byId);
            isKnown.add(name.isPresent());
            name.ifPresent(found -> known.add(identified(topic, found)));
        }
        var unknown = byId
            ? ErrorCode.UNKNOWN_TOPIC_ID
            : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        Consumer<List<OffsetCommitResponseTopic>> merge = done -> {
            var answers = done.iterator();
            var all = new ArrayList<OffsetCommitResponseTopic>();
            for (int index = 0; index < q.topics().size(); index++) {
                all.add(
                    isKnown.get(index) ? answers.next() : failed(q.topics().get(index), unknown));
            }
            reply.accept(all);
        };
        if (known.isEmpty()) {
            merge.accept(List.of());
            return;
        }
        committing.ask(q.toBuilder().topics(known).build(),
            Asking.Outcome.of(OffsetCommitResponse::topics, why -> failed(known, why), merge));
    }

    /// Names and ids are both stored, whichever the client gave.
    private OffsetCommitRequestTopic identified(OffsetCommitRequestTopic topic, String name) {
        var id = topics.idOf(name).orElse(topic.topicId());
        return topic.toBuilder().name(name).topicId(id).build();
    }

    private Optional<String> nameIn(OffsetCommitRequestTopic topic, boolean byId) {
        if (byId) return topics.nameOf(topic.topicId());
        return topics.idOf(topic.name()).map(_ -> topic.name());
    }

    private static List<OffsetCommitResponseTopic> failed(List<OffsetCommitRequestTopic> asked,
        ErrorCode why) {
        var told = why == ErrorCode.UNKNOWN_SERVER_ERROR
            ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE
            : why;
        return asked.stream().map(topic -> failed(topic, told)).toList();
    }

    private static OffsetCommitResponseTopic failed(OffsetCommitRequestTopic topic, ErrorCode why) {
        return OffsetCommitResponseTopic.builder().name(topic.name()).topicId(topic.topicId())
            .partitions(topic.partitions().stream()
                .map(partition -> OffsetCommitResponsePartition.builder()
                    .partitionIndex(partition.partitionIndex()).errorCode(why.code()).build())
                .toList())
            .build();
    }

    void fetch(OffsetFetchRequest q, short version, Client client, Consumer<Message> reply) {
        if (version < SEVERAL_GROUPS) {
            fetchOne(q, version, client, reply);
            return;
        }
        var gathering = new Asking.Gathering<OffsetFetchResponseGroup>(
            groups -> reply.accept(OffsetFetchResponse.builder().groups(groups).build()));
        for (var group : q.groups()) {
            fetch(group, new How(q.requireStable(), version >= TOPIC_IDS), client,
                gathering.expect());
        }
        gathering.close();
    }

    private record How(boolean requireStable, boolean byId) {}

    private void fetch(OffsetFetchRequestGroup group, How how, Client client,
        Consumer<OffsetFetchResponseGroup> to) {
        var asked = group.topics();
        var named = how.byId && asked != null
            ? group.toBuilder().topics(named(asked)).build()
            : group;
        asking.<OffsetFetchResponseGroup>ask(group.groupId(), client,
            from -> new GroupRequest.FetchOffsets(named, how.requireStable, from),
            Asking.Outcome.of(answer -> how.byId ? withIds(group, answer) : answer,
                why -> OffsetFetchResponseGroup.builder().groupId(group.groupId())
                    .errorCode(why.code()).build(),
                to));
    }

    /// Those topics whose id is known, under their names.
    private List<OffsetFetchRequestTopics> named(List<OffsetFetchRequestTopics> asked) {
        var named = new ArrayList<OffsetFetchRequestTopics>();
        for (var topic : asked) {
            topics.nameOf(topic.topicId())
                .ifPresent(name -> named.add(topic.toBuilder().name(name).build()));
        }
        return named;
    }

    /// An answer by topic id: what was asked for under an unknown id is an error; when everything
    /// was asked for, topics that no longer exist are left out.
    private OffsetFetchResponseGroup withIds(OffsetFetchRequestGroup q,
        OffsetFetchResponseGroup answer) {
        if (answer.errorCode() != 0) return answer;
        var asked = q.topics();
        var found = new ArrayList<OffsetFetchResponseTopics>();
        for (var topic : answer.topics()) {
            var id = topic.topicId().isZero()
                ? topics.idOf(topic.name()).orElse(Uuid.ZERO)
                : topic.topicId();
            if (!id.isZero()) found.add(topic.toBuilder().topicId(id).build());
        }
        if (asked != null) {
            var answered = found.stream().map(OffsetFetchResponseTopics::topicId).toList();
            asked.stream().filter(topic -> !answered.contains(topic.topicId()))
                .forEach(topic -> found.add(unknown(topic)));
        }
        return answer.toBuilder().topics(found).build();
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics topic) {
        return OffsetFetchResponseTopics.builder().topicId(topic.topicId())
            .partitions(topic.partitionIndexes().stream()
                .map(partition -> OffsetFetchResponsePartitions.builder().partitionIndex(partition)
                    .committedOffset(-1).committedLeaderEpoch(-1).metadata("")
                    .errorCode(ErrorCode.UNKNOWN_TOPIC_ID.code()).build())
                .toList())
            .build();
    }

    /// The older form, for one group.
    private void fetchOne(OffsetFetchRequest q, short version, Client client,
        Consumer<Message> reply) {
        var asked = q.topics();
        var topics = asked == null
            ? null
            : asked.stream()
                .map(topic -> OffsetFetchRequestTopics.builder().name(topic.name())
                    .partitionIndexes(topic.partitionIndexes()).build())
                .toList();
        var group = OffsetFetchRequestGroup.builder().groupId(q.groupId()).topics(topics).build();
        fetch(group, new How(q.requireStable(), false), client,
            answer -> reply.accept(flat(q, answer, version)));
    }

    private static OffsetFetchResponse flat(OffsetFetchRequest q, OffsetFetchResponseGroup answer,
        short version) {
        var flat = OffsetFetchResponse.builder().errorCode(answer.errorCode());
        if (answer.errorCode() != 0 && version < GROUP_ERROR) {
            return flat.topics(failed(q, answer.errorCode())).build();
        }
        return flat.topics(answer.topics().stream().map(GroupOffsetsHandler::flat).toList())
            .build();
    }

    private static OffsetFetchResponseTopic flat(OffsetFetchResponseTopics topic) {
        return OffsetFetchResponseTopic.builder().name(topic.name())
            .partitions(topic.partitions().stream()
                .map(partition -> OffsetFetchResponsePartition.builder()
                    .partitionIndex(partition.partitionIndex())
                    .committedOffset(partition.committedOffset())
                    .committedLeaderEpoch(partition.committedLeaderEpoch())
                    .metadata(partition.metadata()).errorCode(partition.errorCode()).build())
                .toList())
            .build();
    }

    private static List<OffsetFetchResponseTopic> failed(OffsetFetchRequest q, short errorCode) {
        var asked = q.topics();
        if (asked == null) return List.of();
        return asked.stream()
            .map(topic -> OffsetFetchResponseTopic.builder().name(topic.name())
                .partitions(topic.partitionIndexes().stream()
                    .map(partition -> OffsetFetchResponsePartition.builder()
                        .partitionIndex(partition).committedOffset(-1).metadata("")
                        .errorCode(errorCode).build())
                    .toList())
                .build())
            .toList();
    }

    void delete(OffsetDeleteRequest q, Client client, Consumer<Message> reply) {
        var known = q.topics().stream().filter(this::exists).toList();
        var message = q.toBuilder().topics(known).build();
        asking.<OffsetDeleteResponse>ask(q.groupId(), client,
            from -> new GroupRequest.DeleteOffsets(message, from),
            Asking.Outcome.of(answer -> withUnknown(q, answer),
                why -> OffsetDeleteResponse.builder().errorCode(why.code()).build(),
                reply::accept));
    }

    private boolean exists(OffsetDeleteRequestTopic topic) {
        return topics.idOf(topic.name()).isPresent();
    }

    private static OffsetDeleteResponse withUnknown(OffsetDeleteRequest q,
        OffsetDeleteResponse answer) {
        if (answer.errorCode() != 0) return answer;
        var all = new ArrayList<>(answer.topics());
        var answered = answer.topics().stream().map(OffsetDeleteResponseTopic::name).toList();
        q.topics().stream().filter(topic -> !answered.contains(topic.name()))
            .forEach(topic -> all.add(unknown(topic)));
        return answer.toBuilder().topics(all).build();
    }

    private static OffsetDeleteResponseTopic unknown(OffsetDeleteRequestTopic topic) {
        short why = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code();
        return OffsetDeleteResponseTopic.builder().name(topic.name())
            .partitions(topic.partitions().stream()
                .map(partition -> OffsetDeleteResponsePartition.builder()
                    .partitionIndex(partition.partitionIndex()).errorCode(why).build())
                .toList())
            .build();
    }
}
