package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.wire.message.ShareGroupDescribeResponse.Assignment;
import dev.naru.wire.message.ShareGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.ShareGroupDescribeResponse.Member;
import dev.naru.wire.message.ShareGroupDescribeResponse.TopicPartitions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Shows share groups to those who ask.
final class ShareReader {
    /// The name that Kafka gives to its only assignor for share groups.
    private static final String ASSIGNOR = "simple";

    private ShareReader() {}

    static DescribedGroup describe(String id, @Nullable Group found, TopicsView topics) {
        if (!(found instanceof ShareGroup group)) {
            return DescribedGroup.builder().groupId(id)
                .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
                .errorMessage(GroupReader.missing(id, found, "share")).groupState("Dead")
                .build();
        }
        return DescribedGroup.builder().groupId(id).groupState(group.stateText())
            .groupEpoch(group.epoch()).assignmentEpoch(group.targetEpoch())
            .assignorName(ASSIGNOR)
            .members(group.members().stream().map(member -> member(member, topics)).toList())
            .build();
    }

    private static Member member(ShareMember member, TopicsView topics) {
        return Member.builder().memberId(member.id()).rackId(member.terms().rackId())
            .memberEpoch(member.memberEpoch()).clientId(member.terms().clientId())
            .clientHost(member.terms().clientHost())
            .subscribedTopicNames(member.terms().topics())
            .assignment(assignment(member.partitions(), topics)).build();
    }

    private static Assignment assignment(SortedMap<Uuid, List<Integer>> partitions,
        TopicsView topics) {
        var all = new ArrayList<TopicPartitions>();
        partitions.forEach((topicId, of) -> topics.topic(topicId).ifPresent(topic -> all.add(
            TopicPartitions.builder().topicId(topicId).topicName(topic.name()).partitions(of)
                .build())));
        return Assignment.builder().topicPartitions(all).build();
    }

    static ShareRequest.Seen look(@Nullable Group found) {
        if (found instanceof ShareGroup group) {
            return new ShareRequest.Seen(ErrorCode.NONE, group.isEmpty(), group.initialized());
        }
        return new ShareRequest.Seen(ErrorCode.GROUP_ID_NOT_FOUND, true,
            Collections.unmodifiableSortedMap(new TreeMap<>()));
    }
}
