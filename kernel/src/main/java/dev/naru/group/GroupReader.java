package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.ListGroupsResponse.ListedGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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

    /// Every group, and whatever has offsets without being one.
    static List<GroupStanding> survey(Map<String, Group> groups, OffsetTable offsets) {
        var ids = new TreeSet<>(groups.keySet());
        ids.addAll(offsets.groups());
        var standings = new ArrayList<GroupStanding>(ids.size());
        for (var id : ids) {
            var places = offsets.of(id).stream().map(each -> new GroupStanding.Place(each.topic(),
                each.partition(), each.kept().committed().offset())).toList();
            var group = groups.get(id);
            standings.add(group == null
                ? new GroupStanding(id, GroupKind.CLASSIC.text(), ClassicState.EMPTY.text(), 0,
                    places)
                : new GroupStanding(id, group.kind().text(), group.stateText(), group.size(),
                    places));
        }
        return standings;
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
