package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroupMember;
import org.jspecify.annotations.Nullable;

/// Shows a classic group to those who ask about it.
final class ClassicReader {
    private ClassicReader() {}

    /// What members said and got is shown when it is settled.
    static DescribedGroup describe(ClassicGroup group) {
        var described = DescribedGroup.builder().groupId(group.id())
            .errorCode(ErrorCode.NONE.code());
        boolean isSettled = group.is(ClassicState.STABLE);
        var protocol = isSettled ? group.protocol() : null;
        return described.groupState(group.state().text()).protocolType(group.protocolType())
            .protocolData(protocol == null ? "" : protocol)
            .members(group.members().stream().map(member -> described(member, protocol, isSettled))
                .toList())
            .build();
    }

    private static DescribedGroupMember described(ClassicMember member, @Nullable String protocol,
        boolean isSettled) {
        var identity = member.identity();
        return DescribedGroupMember.builder().memberId(identity.memberId())
            .groupInstanceId(identity.instanceId()).clientId(identity.clientId())
            .clientHost(identity.clientHost())
            .memberMetadata(isSettled ? member.metadata(protocol).duplicate() : Blob.EMPTY)
            .memberAssignment(isSettled ? member.assignment().duplicate() : Blob.EMPTY).build();
    }
}
