package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroupMember;
import dev.naru.wire.message.ListGroupsResponse.ListedGroup;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows groups to those who ask about them.
final class GroupReader {
    private static final String TYPE = "classic";

    private GroupReader() {}

    /// Groups in one of the states and of one of the types; an empty filter takes all.
    static List<ListedGroup> list(Collection<Group> groups, List<String> states,
        List<String> types) {
        if (!types.isEmpty() && types.stream().noneMatch(TYPE::equalsIgnoreCase)) return List.of();
        return groups.stream()
            .filter(group -> states.isEmpty()
                || states.stream().anyMatch(group.state().text()::equalsIgnoreCase))
            .map(GroupReader::listed).toList();
    }

    private static ListedGroup listed(Group group) {
        return ListedGroup.builder().groupId(group.id()).protocolType(typeOf(group))
            .groupState(group.state().text()).groupType(TYPE).build();
    }

    /// A group that is not known is dead. What members said and got is shown when it is settled.
    static DescribedGroup describe(String id, @Nullable Group group) {
        var described = DescribedGroup.builder().groupId(id).errorCode(ErrorCode.NONE.code());
        if (group == null) return described.groupState(GroupState.DEAD.text()).build();
        boolean isSettled = group.is(GroupState.STABLE);
        var protocol = isSettled ? group.protocol() : null;
        return described.groupState(group.state().text()).protocolType(typeOf(group))
            .protocolData(protocol == null ? "" : protocol)
            .members(group.members().stream().map(member -> described(member, protocol, isSettled))
                .toList())
            .build();
    }

    private static DescribedGroupMember described(Member member, @Nullable String protocol,
        boolean isSettled) {
        var identity = member.identity();
        return DescribedGroupMember.builder().memberId(identity.memberId())
            .groupInstanceId(identity.instanceId()).clientId(identity.clientId())
            .clientHost(identity.clientHost())
            .memberMetadata(isSettled ? member.metadata(protocol).duplicate() : Blob.EMPTY)
            .memberAssignment(isSettled ? member.assignment().duplicate() : Blob.EMPTY).build();
    }

    private static String typeOf(Group group) {
        var type = group.protocolType();
        return type == null ? "" : type;
    }
}
