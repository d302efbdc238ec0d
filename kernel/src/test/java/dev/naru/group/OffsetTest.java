package dev.naru.group;

import static dev.naru.group.Yard.GROUP;
import static dev.naru.group.Yard.V9;
import static dev.naru.group.Yard.committing;
import static dev.naru.group.Yard.error;
import static dev.naru.group.Yard.joining;
import static dev.naru.group.Yard.leaving;
import static dev.naru.group.Yard.subscribed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import dev.naru.shard.BatchKind;
import dev.naru.shard.Heard;
import dev.naru.shard.Origin;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import dev.naru.wire.message.OffsetDeleteResponse;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OffsetTest {
    private static final short V2 = 2;
    private static final short V8 = 8;

    private final Yard yard = new Yard();

    private static OffsetCommitRequest as(JoinGroupResponse member) {
        return committing("t", 0, 5).memberId(member.memberId())
            .generationIdOrMemberEpoch(member.generationId()).build();
    }

    private OffsetFetchResponsePartitions fetched(Uuid topicId, boolean requireStable) {
        var message = OffsetFetchRequestGroup.builder().groupId(GROUP)
            .topics(List.of(OffsetFetchRequestTopics.builder().name("t").topicId(topicId)
                .partitionIndexes(List.of(0)).build()))
            .build();
        return yard.fetch(message, requireStable).topics().getFirst().partitions().getFirst();
    }

    @Test void what_is_committed_is_fetched_with_its_metadata_and_epoch() {
        var partition = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(42)
            .committedLeaderEpoch(7).committedMetadata("héllo").build();
        assertEquals(ErrorCode.NONE, yard.commit(committing("t", partition).build(), V9));
        yard.reload();
        var fetched = fetched(Uuid.ZERO, true);
        assertEquals(42, fetched.committedOffset());
        assertEquals(7, fetched.committedLeaderEpoch());
        assertEquals("héllo", fetched.metadata());
    }

    @Test void no_metadata_is_empty_metadata() {
        var partition = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(1)
            .committedMetadata(null).build();
        yard.commit(committing("t", partition).build(), V9);
        assertEquals("", fetched(Uuid.ZERO, true).metadata());
    }

    @Test void a_commit_is_not_seen_before_it_is_safe() {
        yard.log.hold();
        var commit = yard.commitLater(committing("t", 0, 5).build(), V9);
        assertTrue(commit.isWaiting());
        yard.log.advance();
        assertEquals(5, yard.fetch("t", 0));
    }

    @Test void what_was_never_committed_is_minus_one_and_no_error() {
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(0, fetched(Uuid.ZERO, true).errorCode());
        assertEquals("", fetched(Uuid.ZERO, true).metadata());
    }

    @Test void all_topics_are_fetched_when_none_is_named() {
        yard.commit("b", 1, 5);
        yard.commit("a", 2, 6);
        yard.commit("a", 0, 7);
        var all = yard.fetch(OffsetFetchRequestGroup.builder().groupId(GROUP).topics(null).build(),
            false);
        assertEquals(List.of("a", "b"), all.topics().stream().map(topic -> topic.name()).toList());
        assertEquals(List.of(7L, 6L),
            all.topics().getFirst().partitions().stream().map(p -> p.committedOffset()).toList());
    }

    @Test void metadata_is_bounded_by_the_setting() {
        int most = GroupRules.DEFAULT.offsetMetadataMaxBytes();
        assertEquals(ErrorCode.NONE, yard.commit(withMetadata("m".repeat(most)), V9));
        assertEquals(ErrorCode.OFFSET_METADATA_TOO_LARGE,
            yard.commit(withMetadata("m".repeat(most + 1)), V9));
        assertEquals(ErrorCode.OFFSET_METADATA_TOO_LARGE,
            yard.commit(withMetadata("é".repeat(most / 2 + 1)), V9));
    }

    private static OffsetCommitRequest withMetadata(String metadata) {
        return committing("t", OffsetCommitRequestPartition.builder().partitionIndex(0)
            .committedOffset(1).committedMetadata(metadata).build()).build();
    }

    @Test void too_much_metadata_spoils_its_own_partition_only() {
        var good = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(1)
            .committedMetadata("").build();
        var bad = good.toBuilder().partitionIndex(1).committedMetadata("m".repeat(5000)).build();
        var topic = OffsetCommitRequestTopic.builder().name("t").partitions(List.of(bad, good))
            .build();
        yard.commitLater(committing("t", 0, 1).topics(List.of(topic)).build(), V9).answer();
        assertEquals(1, yard.fetch("t", 0));
        assertEquals(-1, yard.fetch("t", 1));
    }

    @Test void a_commit_with_a_generation_needs_a_group() {
        var message = committing("t", 0, 1).generationIdOrMemberEpoch(3).memberId("m").build();
        assertEquals(ErrorCode.ILLEGAL_GENERATION, yard.commit(message, V8));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, yard.commit(message, V9));
    }

    @Test void a_group_id_of_a_commit_must_fit_a_stored_string() {
        var longest = "g".repeat(Limits.GROUP_TEXT_CHARS_MAX);
        assertEquals(ErrorCode.NONE,
            yard.commit(committing("t", 0, 1).groupId(longest).build(), V9));
        assertEquals(ErrorCode.INVALID_GROUP_ID,
            yard.commit(committing("t", 0, 1).groupId(longest + "g").build(), V9));
    }

    @Test void a_member_commits_in_its_generation() {
        var member = yard.stableGroupOfOne();
        assertEquals(ErrorCode.NONE, yard.commit(as(member), V9));
        assertEquals(ErrorCode.ILLEGAL_GENERATION,
            yard.commit(as(member).toBuilder().generationIdOrMemberEpoch(2).build(), V9));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID,
            yard.commit(as(member).toBuilder().memberId("stranger").build(), V9));
    }

    @Test void a_group_with_members_takes_no_commit_from_outside() {
        yard.stableGroupOfOne();
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, yard.commit("t", 0, 5));
    }

    @Test void a_group_without_members_takes_a_commit_from_outside() {
        var member = yard.stableGroupOfOne();
        yard.leave(leaving(member.memberId()));
        assertEquals(ErrorCode.NONE, yard.commit("t", 0, 5));
    }

    @Test void a_fenced_instance_commits_nothing() {
        var join = Yard.joiningAs("i", "", "range");
        var member = yard.stableGroupOfOne(join, Yard.V5);
        yard.join(join, Yard.V5);
        assertEquals(ErrorCode.FENCED_INSTANCE_ID,
            yard.commit(as(member).toBuilder().groupInstanceId("i").build(), V9));
    }

    @Test void members_commit_while_they_rejoin_but_not_before_their_assignment() {
        var member = yard.stableGroupOfOne();
        var newcomer = yard.join("", "range");
        assertEquals("PreparingRebalance", yard.state());
        assertEquals(ErrorCode.NONE, yard.commit(as(member), V9));
        yard.join(member.memberId(), "range").answer();
        assertEquals("CompletingRebalance", yard.state());
        assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, yard.commit(as(newcomer.answer()), V9));
    }

    @Test void a_commit_keeps_the_session_alive() {
        var member = yard.stableGroupOfOne();
        for (int i = 0; i < 5; i++) {
            yard.loop.passMs(9000);
            assertEquals(ErrorCode.NONE, yard.commit(as(member), V9));
        }
        assertEquals("Stable", yard.state());
    }

    @Test void an_offset_of_a_topic_that_was_made_anew_is_not_the_new_ones() {
        yard.topics.add("t", 1);
        var id = yard.topics.id("t");
        var topic = OffsetCommitRequestTopic.builder().name("t").topicId(id)
            .partitions(committing("t", 0, 5).build().topics().getFirst().partitions()).build();
        yard.commitLater(committing("t", 0, 5).topics(List.of(topic)).build(), (short) 10).answer();
        yard.reload();
        assertEquals(5, fetched(id, true).committedOffset());
        assertEquals(5, fetched(Uuid.ZERO, true).committedOffset());
        assertEquals(-1, fetched(Yard.id(2), true).committedOffset());
    }

    @Test void an_offset_in_an_open_transaction_is_unstable_until_it_ends() {
        yard.commit("t", 0, 5);
        var kind = new BatchKind.Transactional(9, (short) 1);
        var committed = new CommittedOffset(8, -1, "", 0, -1, Uuid.ZERO);
        yard.shard().apply(new GroupFact.OffsetCommitted(GROUP, "t", 0, committed),
            Origin.replayed(kind));
        var unstable = fetched(Uuid.ZERO, true);
        assertEquals(ErrorCode.UNSTABLE_OFFSET_COMMIT, error(unstable.errorCode()));
        assertEquals(-1, unstable.committedOffset());
        assertEquals(5, fetched(Uuid.ZERO, false).committedOffset());
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(8, fetched(Uuid.ZERO, true).committedOffset());
    }

    @Test void an_aborted_transaction_commits_no_offset_and_leaves_no_group() {
        var kind = new BatchKind.Transactional(9, (short) 1);
        var committed = new CommittedOffset(8, -1, "", 0, -1, Uuid.ZERO);
        yard.shard().apply(new GroupFact.OffsetCommitted(GROUP, "t", 0, committed),
            Origin.replayed(kind));
        assertEquals("Empty", yard.state());
        yard.shard().applyMarker(9, (short) 1, false);
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals("Dead", yard.state());
    }

    @Test void a_plain_commit_after_a_transactional_one_stays() {
        var kind = new BatchKind.Transactional(9, (short) 1);
        var committed = new CommittedOffset(8, -1, "", 0, -1, Uuid.ZERO);
        yard.shard().apply(new GroupFact.OffsetCommitted(GROUP, "t", 0, committed),
            Origin.replayed(kind));
        yard.commit("t", 0, 11);
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(11, yard.fetch("t", 0));
    }

    private void commitInTransaction(String topic, long producerId) {
        var committed = new CommittedOffset(8, -1, "", 0, -1, Uuid.ZERO);
        yard.shard().apply(new GroupFact.OffsetCommitted(GROUP, topic, 0, committed),
            Origin.replayed(new BatchKind.Transactional(producerId, (short) 1)));
    }

    @Test void an_offset_of_a_deleted_topic_does_not_come_with_the_transaction() {
        commitInTransaction("t", 9);
        commitInTransaction("u", 9);
        yard.host.submit(new GroupRequest.TopicsDeleted(List.of("t"), new Heard<>()));
        assertEquals(0, fetched(Uuid.ZERO, true).errorCode());
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(8, yard.fetch("u", 0));
    }

    @Test void a_deleted_offset_does_not_come_with_the_transaction() {
        commitInTransaction("t", 9);
        assertEquals(ErrorCode.NONE, first(deleteOffsets(GROUP, "t")));
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals("Dead", yard.state());
    }

    @Test void a_deleted_group_does_not_come_back_with_the_transaction() {
        commitInTransaction("t", 9);
        commitInTransaction("u", 10);
        assertEquals(ErrorCode.NONE, yard.delete(GROUP));
        assertEquals("Dead", yard.state());
        yard.shard().applyMarker(9, (short) 1, true);
        yard.shard().applyMarker(10, (short) 1, true);
        assertEquals("Dead", yard.state());
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void what_is_committed_after_a_removal_comes_with_its_transaction() {
        commitInTransaction("t", 9);
        assertEquals(ErrorCode.NONE, first(deleteOffsets(GROUP, "t")));
        commitInTransaction("t", 10);
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(-1, yard.fetch("t", 0));
        yard.shard().applyMarker(10, (short) 1, true);
        assertEquals(8, yard.fetch("t", 0));
    }

    private OffsetDeleteResponse deleteOffsets(String group, String topic) {
        var heard = new Heard<OffsetDeleteResponse>();
        var partitions = List.of(OffsetDeleteRequestPartition.builder().partitionIndex(0).build());
        yard.host.submit(new GroupRequest.DeleteOffsets(OffsetDeleteRequest.builder().groupId(group)
            .topics(List.of(OffsetDeleteRequestTopic.builder().name(topic).partitions(partitions)
                .build()))
            .build(), heard));
        return heard.answer();
    }

    private static ErrorCode first(OffsetDeleteResponse answer) {
        return error(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    @Test void offsets_are_deleted_for_good() {
        yard.commit("t", 0, 5);
        yard.commit("u", 0, 6);
        assertEquals(ErrorCode.NONE, first(deleteOffsets(GROUP, "t")));
        yard.reload();
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(6, yard.fetch("u", 0));
    }

    @Test void offsets_of_an_unknown_group_cannot_be_deleted() {
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, error(deleteOffsets("none", "t").errorCode()));
    }

    @Test void offsets_of_topics_that_members_read_are_not_deleted() {
        var join = joining("").protocols(List.of(subscribed("range", "t"))).build();
        var member = yard.stableGroupOfOne(join, Yard.V3);
        yard.commit(as(member), V9);
        assertEquals(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, first(deleteOffsets(GROUP, "t")));
        assertEquals(ErrorCode.NONE, first(deleteOffsets(GROUP, "u")));
        assertEquals(5, yard.fetch("t", 0));
    }

    @Test void offsets_of_members_that_are_no_consumers_are_not_deleted() {
        yard.stableGroupOfOne(joining("", "x").protocolType("connect").build(), Yard.V3);
        assertEquals(ErrorCode.NON_EMPTY_GROUP, error(deleteOffsets(GROUP, "t").errorCode()));
    }

    @Test void members_whose_subscription_is_unreadable_may_read_anything() {
        yard.stableGroupOfOne();
        assertEquals(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, first(deleteOffsets(GROUP, "t")));
    }

    @Test void a_group_without_members_is_deleted_with_its_offsets() {
        var member = yard.stableGroupOfOne();
        yard.commit(as(member), V9);
        assertEquals(ErrorCode.NON_EMPTY_GROUP, yard.delete(GROUP));
        yard.leave(leaving(member.memberId()));
        assertEquals(ErrorCode.NONE, yard.delete(GROUP));
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, yard.delete(GROUP));
        yard.reload();
        assertEquals("Dead", yard.state());
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(1, yard.stableGroupOfOne().generationId());
    }

    @Test void the_offsets_of_deleted_topics_go_too() {
        yard.commit("t", 0, 5);
        yard.commit("u", 0, 6);
        yard.host.submit(new GroupRequest.TopicsDeleted(List.of("t"), new Heard<>()));
        yard.reload();
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(6, yard.fetch("u", 0));
    }

    private void commitFor(Uuid topicId, String topic) {
        var message = committing(topic, 0, 5).build();
        var topics = message.topics().stream().map(it -> it.toBuilder().topicId(topicId).build())
            .toList();
        assertEquals(ErrorCode.NONE, yard.commit(message.toBuilder().topics(topics).build(), V9));
    }

    @Test void the_offsets_of_topics_that_went_while_the_shard_was_not_there_go_too() {
        yard.topics.add("t", 1).add("u", 1);
        commitFor(yard.topics.id("t"), "t");
        commitFor(yard.topics.id("u"), "u");
        yard.topics.remove("t");
        yard.reload();
        assertEquals(-1, yard.fetch("t", 0));
        assertEquals(5, yard.fetch("u", 0));
        yard.topics.add("t", 1);
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void the_offsets_of_topics_that_went_while_the_shard_was_loading_go_too() {
        yard.topics.add("t", 1);
        commitFor(yard.topics.id("t"), "t");
        yard.log.lose();
        yard.log.holdReplay();
        yard.host.load();
        yard.topics.remove("t");
        var heard = new Heard<Boolean>();
        yard.host.submit(new GroupRequest.TopicsDeleted(List.of("t"), heard));
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, heard.refusal());
        yard.log.finishReplay();
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void a_commit_that_was_decided_after_its_topic_went_does_not_stay() {
        yard.topics.add("t", 1);
        var id = yard.topics.id("t");
        yard.topics.remove("t");
        commitFor(id, "t");
        assertEquals(5, yard.fetch("t", 0));
        yard.loop.passMs(GroupRules.DEFAULT.offsetsRetentionCheckIntervalMs());
        assertEquals(-1, yard.fetch("t", 0));
    }

    @Test void what_a_transaction_commits_for_the_next_topic_of_a_name_stays() {
        yard.topics.add("t", 1);
        commitFor(yard.topics.id("t"), "t");
        yard.topics.remove("t");
        yard.topics.add("t", 1);
        var committed = new CommittedOffset(8, -1, "", 0, -1, yard.topics.id("t"));
        yard.shard().apply(new GroupFact.OffsetCommitted(GROUP, "t", 0, committed),
            Origin.replayed(new BatchKind.Transactional(9, (short) 1)));
        yard.loop.passMs(GroupRules.DEFAULT.offsetsRetentionCheckIntervalMs());
        yard.shard().applyMarker(9, (short) 1, true);
        assertEquals(8, yard.fetch("t", 0));
    }

    @Test void an_old_client_may_say_how_long_its_offset_is_kept() {
        yard.commit(committing("t", 0, 5).retentionTimeMs(1_000_000).build(), V2);
        yard.reload();
        yard.loop.passMs(600_000);
        assertEquals(5, yard.fetch("t", 0));
        yard.loop.passMs(600_000);
        assertEquals(-1, yard.fetch("t", 0));
    }
}
