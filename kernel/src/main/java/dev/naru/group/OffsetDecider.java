package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import dev.naru.wire.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import dev.naru.wire.message.OffsetDeleteResponse;
import dev.naru.wire.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import dev.naru.wire.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides commits, fetches and deletions of offsets. Changes nothing. Keeps I13: who commits as a
/// member does so in the group's present generation.
final class OffsetDecider {
    private static final long NOT_COMMITTED = -1;
    /// From here on the answer to TxnOffsetCommit can say that there is no such group.
    private static final short TXN_KNOWS_NEWER_ERRORS = 6;

    private final GroupRules rules;
    private final OffsetTable offsets;

    OffsetDecider(GroupRules rules, OffsetTable offsets) {
        this.rules = rules;
        this.offsets = offsets;
    }

    Decision<GroupFact> commit(@Nullable Group known, GroupRequest.CommitOffsets q,
        boolean mayCreate, Now now) {
        var answer = OffsetCommitResponse.builder();
        var facts = commit(known, committer(q.message(), q.version(), false), q.message(), answer,
            new When(mayCreate, now));
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), answer.build())));
    }

    Decision<GroupFact> commit(@Nullable Group known, GroupRequest.CommitOffsetsInTransaction q,
        boolean mayCreate, Now now) {
        var answer = OffsetCommitResponse.builder();
        short version = q.version() >= TXN_KNOWS_NEWER_ERRORS ? Committer.KNOWS_NEWER_ERRORS : 0;
        var facts = commit(known, committer(q.message(), version, true), q.message(), answer,
            new When(mayCreate, now));
        return new Decision<>(facts, q.transaction(),
            List.of(new Effect.Reply<>(q.from(), answer.build())));
    }

    private record When(boolean mayCreate, Now now) {}

    private static Committer committer(OffsetCommitRequest message, short version,
        boolean isTransactional) {
        return new Committer(message.memberId(), message.groupInstanceId(),
            message.generationIdOrMemberEpoch(), version, isTransactional);
    }

    private List<GroupFact> commit(@Nullable Group known, Committer who,
        OffsetCommitRequest message, OffsetCommitResponse.Builder answer, When when) {
        var doubt = doubt(known, who, message, when.mayCreate());
        var facts = new ArrayList<GroupFact>();
        var topics = new ArrayList<OffsetCommitResponseTopic>();
        for (var topic : message.topics()) {
            var partitions = new ArrayList<OffsetCommitResponsePartition>();
            for (var partition : topic.partitions()) {
                var outcome = doubt == ErrorCode.NONE ? flaw(partition) : doubt;
                if (outcome == ErrorCode.NONE)
                    facts.add(committed(message, topic, partition, when.now()));
                partitions.add(OffsetCommitResponsePartition.builder()
                    .partitionIndex(partition.partitionIndex()).errorCode(outcome.code()).build());
            }
            topics.add(OffsetCommitResponseTopic.builder().name(topic.name())
                .topicId(topic.topicId()).partitions(partitions).build());
        }
        if (doubt == ErrorCode.NONE && known != null) {
            facts.addAll(known.heardFrom(message.memberId(), when.now()));
        }
        answer.topics(topics);
        return facts;
    }

    /// Whether this client may commit for this group now.
    private static ErrorCode doubt(@Nullable Group known, Committer who,
        OffsetCommitRequest message, boolean mayCreate) {
        if (message.groupId().length() > Limits.GROUP_TEXT_CHARS_MAX)
            return ErrorCode.INVALID_GROUP_ID;
        return known == null ? doubt(who, mayCreate) : doubt(known, who, message);
    }

    private static ErrorCode doubt(Group known, Committer who, OffsetCommitRequest message) {
        var doubt = known.mayCommit(who);
        if (doubt != ErrorCode.NONE) return doubt;
        for (var topic : message.topics()) {
            for (var partition : topic.partitions()) {
                doubt = known.mayCommit(who, topic.name(), topic.topicId(),
                    partition.partitionIndex());
                if (doubt != ErrorCode.NONE) return doubt;
            }
        }
        return ErrorCode.NONE;
    }

    /// There is no such group: only one from outside makes it.
    private static ErrorCode doubt(Committer who, boolean mayCreate) {
        if (who.epoch() < 0) {
            return mayCreate ? ErrorCode.NONE : ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        return who.knowsNewerErrors()
            ? ErrorCode.GROUP_ID_NOT_FOUND
            : ErrorCode.ILLEGAL_GENERATION;
    }

    private ErrorCode flaw(OffsetCommitRequestPartition partition) {
        var metadata = partition.committedMetadata();
        if (metadata == null || metadata.isEmpty()) {
            return ErrorCode.NONE;
        }
        int sizeBytes = metadata.getBytes(StandardCharsets.UTF_8).length;
        return sizeBytes > Math.min(rules.offsetMetadataMaxBytes(), Short.MAX_VALUE)
            ? ErrorCode.OFFSET_METADATA_TOO_LARGE
            : ErrorCode.NONE;
    }

    private static GroupFact committed(OffsetCommitRequest message, OffsetCommitRequestTopic topic,
        OffsetCommitRequestPartition partition, Now now) {
        var metadata = partition.committedMetadata();
        long expireMs = message.retentionTimeMs() < 0
            ? -1
            : saturated(now.wallMs(), message.retentionTimeMs());
        boolean isUsual = expireMs < 0;
        var committed = new CommittedOffset(partition.committedOffset(),
            isUsual ? partition.committedLeaderEpoch() : -1, metadata == null ? "" : metadata,
            now.wallMs(), expireMs, isUsual ? topic.topicId() : Uuid.ZERO);
        return new GroupFact.OffsetCommitted(message.groupId(), topic.name(),
            partition.partitionIndex(), committed);
    }

    private static long saturated(long left, long right) {
        return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }

    Decision<GroupFact> fetch(@Nullable Group known, GroupRequest.FetchOffsets q) {
        var group = q.message().groupId();
        var doubt = known == null
            ? ErrorCode.NONE
            : known.mayFetchOffsets(q.message().memberId(), q.message().memberEpoch());
        if (doubt != ErrorCode.NONE) {
            return Decision.reply(q.from(), OffsetFetchResponseGroup.builder().groupId(group)
                .errorCode(doubt.code()).build());
        }
        var asked = q.message().topics();
        var topics = new ArrayList<OffsetFetchResponseTopics>();
        for (var topic : asked == null ? committedTopics(group) : asked) {
            var partitions = topic.partitionIndexes().stream()
                .map(partition -> fetched(q, topic, partition)).toList();
            topics
                .add(OffsetFetchResponseTopics.builder().name(topic.name()).topicId(topic.topicId())
                    .partitions(partitions).build());
        }
        return Decision.reply(q.from(),
            OffsetFetchResponseGroup.builder().groupId(group).topics(topics).build());
    }

    private List<OffsetFetchRequestTopics> committedTopics(String group) {
        var topics = new ArrayList<OffsetFetchRequestTopics>();
        offsets.topics(group)
            .forEach((topic, partitions) -> topics.add(OffsetFetchRequestTopics.builder()
                .name(topic).partitionIndexes(new ArrayList<>(partitions)).build()));
        return topics;
    }

    private OffsetFetchResponsePartitions fetched(GroupRequest.FetchOffsets q,
        OffsetFetchRequestTopics topic, int partition) {
        var group = q.message().groupId();
        var answer = OffsetFetchResponsePartitions.builder().partitionIndex(partition)
            .committedOffset(NOT_COMMITTED).committedLeaderEpoch(-1).metadata("");
        if (q.requireStable() && offsets.isUndecided(group, topic.name(), partition)) {
            return answer.errorCode(ErrorCode.UNSTABLE_OFFSET_COMMIT.code()).build();
        }
        var committed = offsets.get(group, topic.name(), partition);
        if (committed == null || isOfAnother(committed.topicId(), topic.topicId()))
            return answer.build();
        return answer.committedOffset(committed.offset())
            .committedLeaderEpoch(committed.leaderEpoch()).metadata(committed.metadata()).build();
    }

    /// Committed for a topic of the same name that is no more.
    private static boolean isOfAnother(Uuid committed, Uuid asked) {
        return !committed.isZero() && !asked.isZero() && !committed.equals(asked);
    }

    Decision<GroupFact> delete(@Nullable Group known, GroupRequest.DeleteOffsets q) {
        var doubt = known == null ? ErrorCode.GROUP_ID_NOT_FOUND : known.mayDeleteOffsets();
        if (known == null || doubt != ErrorCode.NONE) {
            return Decision.reply(q.from(),
                OffsetDeleteResponse.builder().errorCode(doubt.code()).build());
        }
        var facts = new ArrayList<GroupFact>();
        var topics = new ArrayList<OffsetDeleteResponseTopic>();
        for (var topic : q.message().topics()) {
            boolean isWanted = known.reads(topic.name());
            var outcome = isWanted ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE;
            if (!isWanted) facts.addAll(removals(known.id(), topic));
            topics.add(OffsetDeleteResponseTopic.builder().name(topic.name())
                .partitions(topic.partitions().stream()
                    .map(partition -> OffsetDeleteResponsePartition.builder()
                        .partitionIndex(partition.partitionIndex())
                        .errorCode(outcome.code()).build())
                    .toList())
                .build());
        }
        var answer = OffsetDeleteResponse.builder().topics(topics).build();
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), answer)));
    }

    private List<GroupFact> removals(String group, OffsetDeleteRequestTopic topic) {
        var removals = new ArrayList<GroupFact>();
        for (var partition : topic.partitions()) {
            int index = partition.partitionIndex();
            if (!offsets.has(group, topic.name(), index)) continue;
            removals.add(new GroupFact.OffsetRemoved(group, topic.name(), index));
        }
        return removals;
    }
}
