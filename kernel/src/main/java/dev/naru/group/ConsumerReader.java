package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.ConsumerGroupDescribeResponse.Assignment;
import dev.naru.wire.message.ConsumerGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.ConsumerGroupDescribeResponse.Member;
import dev.naru.wire.message.ConsumerGroupDescribeResponse.TopicPartitions;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Shows a consumer group to those who ask about it.
final class ConsumerReader {
    private static final byte CLASSIC_MEMBER = 0;
    private static final byte CONSUMER_MEMBER = 1;

    private ConsumerReader() {}

    /// A group that is not known, or of another kind, is an error.
    static DescribedGroup missing(String id, @Nullable Group group) {
        return DescribedGroup.builder().groupId(id)
            .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
            .errorMessage(GroupReader.missing(id, group, "consumer")).build();
    }

    static DescribedGroup describe(ConsumerGroup group, String assignor, TopicsView view) {
        var members = new ArrayList<Member>();
        for (var memberId : group.memberIds()) {
            var member = group.member(memberId);
            if (member != null) members.add(described(group, member, view));
        }
        return DescribedGroup.builder().groupId(group.id()).groupState(group.stateText())
            .groupEpoch(group.groupEpoch()).assignmentEpoch(group.targetEpoch())
            .assignorName(assignor).members(members).build();
    }

    private static Member described(ConsumerGroup group, ConsumerMember member, TopicsView view) {
        var said = member.said();
        return Member.builder().memberId(member.memberId()).instanceId(member.instanceId())
            .rackId(said.rackId()).memberEpoch(member.epoch()).clientId(said.clientId())
            .clientHost(said.clientHost()).subscribedTopicNames(said.topics())
            .subscribedTopicRegex(said.pattern().isEmpty() ? null : said.pattern())
            .assignment(assignment(member.current().assigned().partitions(), view))
            .targetAssignment(assignment(group.target(member.memberId()), view))
            .memberType(member.isClassic() ? CLASSIC_MEMBER : CONSUMER_MEMBER).build();
    }

    private static Assignment assignment(Partitions partitions, TopicsView view) {
        var topics = new ArrayList<TopicPartitions>();
        partitions.byTopic().forEach((topicId, indexes) -> view.topic(topicId)
            .ifPresent(topic -> topics.add(TopicPartitions.builder().topicId(topicId)
                .topicName(topic.name()).partitions(new ArrayList<>(indexes)).build())));
        return Assignment.builder().topicPartitions(topics).build();
    }
}
