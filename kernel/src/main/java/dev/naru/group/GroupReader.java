package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.ListGroupsResponse.ListedGroup;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows groups of every kind to those who ask about them.
final class GroupReader {
    private GroupReader() {}

    /// Groups in one of the states and of one of the kinds; an empty filter takes all.
    static List<ListedGroup> list(Collection<Group> groups, List<String> states,
        List<String> types) {
        return groups.stream().filter(group -> passes(states, group.stateText()))
            .filter(group -> passes(types, group.kind().text())).map(GroupReader::listed).toList();
    }

    private static boolean passes(List<String> filter, String text) {
        return filter.isEmpty() || filter.stream().anyMatch(text::equalsIgnoreCase);
    }

    private static ListedGroup listed(Group group) {
        return ListedGroup.builder().groupId(group.id()).protocolType(group.protocolType())
            .groupState(group.stateText()).groupType(group.kind().text()).build();
    }

    /// What DescribeGroups tells: a group that is not known, or not classic, is dead.
    static DescribedGroup describeClassic(String id, @Nullable Group group) {
        if (group instanceof ClassicGroup classic) return ClassicReader.describe(classic);
        return DescribedGroup.builder().groupId(id).errorCode(ErrorCode.NONE.code())
            .groupState(ClassicState.DEAD.text()).errorMessage(missing(id, group, "classic"))
            .build();
    }

    /// Why there is no group of the kind that was asked for.
    static String missing(String id, @Nullable Group group, String kind) {
        return group == null
            ? "Group " + id + " not found."
            : "Group " + id + " is not a " + kind + " group.";
    }
}
