package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.StreamsGroupDescribeResponse;
import dev.naru.wire.message.StreamsGroupDescribeResponse.Assignment;
import dev.naru.wire.message.StreamsGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.StreamsGroupDescribeResponse.Member;
import dev.naru.wire.message.StreamsGroupDescribeResponse.TaskIds;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows a streams group to those who ask about it.
final class StreamsReader {
    private StreamsReader() {}

    /// A group that is not known, or of another kind, is an error.
    static DescribedGroup missing(String id, @Nullable Group group) {
        return DescribedGroup.builder().groupId(id)
            .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
            .errorMessage(GroupReader.missing(id, group, "streams")).topology(null).build();
    }

    static DescribedGroup describe(StreamsGroup group, boolean isFull) {
        var members = new ArrayList<Member>();
        for (var memberId : group.memberIds()) {
            var member = group.member(memberId);
            if (member != null) members.add(described(group, member));
        }
        var topology = group.topology();
        var description = isFull ? StreamsDescriptions.current(group) : null;
        return DescribedGroup.builder().groupId(group.id()).groupState(group.stateText())
            .groupEpoch(group.groupEpoch()).assignmentEpoch(group.targetEpoch())
            .topology(topology == null ? null : StreamsTopologies.described(topology))
            .topologyDescription(description)
            .topologyDescriptionStatus(StreamsDescriptions.status(isFull, description))
            .assignorName(TaskAssignor.NAME).members(members).build();
    }

    private static Member described(StreamsGroup group, StreamsMember member) {
        var said = member.said();
        var endpoint = said.endpoint();
        return Member.builder().memberId(member.memberId()).memberEpoch(member.epoch())
            .instanceId(member.instanceId()).rackId(said.rackId()).clientId(said.clientId())
            .clientHost(said.clientHost()).topologyEpoch(said.topologyEpoch())
            .processId(said.processId())
            .userEndpoint(endpoint == null
                ? null
                : StreamsGroupDescribeResponse.Endpoint.builder().host(endpoint.host())
                    .port(endpoint.port()).build())
            .clientTags(said.tags().stream().map(tag -> StreamsGroupDescribeResponse.KeyValue
                .builder().key(tag.key()).value(tag.value()).build()).toList())
            .taskOffsets(offsets(group.offsets(member.memberId()).reached()))
            .taskEndOffsets(offsets(group.offsets(member.memberId()).ends()))
            .assignment(assignment(member.current().assigned()))
            .targetAssignment(assignment(group.target(member.memberId()))).build();
    }

    private static List<StreamsGroupDescribeResponse.TaskOffset> offsets(
        List<StreamsGroupHeartbeatRequest.TaskOffset> said) {
        return said.stream().map(each -> StreamsGroupDescribeResponse.TaskOffset.builder()
            .subtopologyId(each.subtopologyId()).partition(each.partition())
            .offset(each.offset()).build()).toList();
    }

    private static Assignment assignment(Tasks tasks) {
        return Assignment.builder().activeTasks(ids(tasks, Tasks.Role.ACTIVE))
            .standbyTasks(ids(tasks, Tasks.Role.STANDBY))
            .warmupTasks(ids(tasks, Tasks.Role.WARMUP)).build();
    }

    private static List<TaskIds> ids(Tasks tasks, Tasks.Role role) {
        var ids = new ArrayList<TaskIds>();
        tasks.in(role).forEach((subtopology, partitions) -> ids.add(TaskIds.builder()
            .subtopologyId(subtopology).partitions(new ArrayList<>(partitions)).build()));
        return ids;
    }
}
