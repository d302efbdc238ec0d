package dev.naru.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.common.TopicPartition;

/// What is shown of a group of any kind: a few facts, its offsets, its members.
record GroupPicture(String group, Map<String, Object> facts, Map<String, Long> lagByTopic,
    Sheet offsets, Sheet members) {

    long lag() {
        return lagByTopic.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, Object> object() {
        var object = new LinkedHashMap<String, Object>();
        object.put("group", group);
        object.putAll(facts);
        object.put("lag", lag());
        object.put("lagByTopic", lagByTopic);
        object.put("partitions", offsets.objects());
        object.put("members", members.objects());
        return object;
    }

    void print(Terminal terminal, boolean withMembers) {
        var line = new StringBuilder(group);
        facts.forEach((name, value) -> line.append("  ")
            .append(name.equals("state") ? "" : Sheet.spaced(name) + " ")
            .append(value.equals("") ? "-" : value));
        terminal.line(line + "  members " + members.objects().size() + "  lag " + lag());
        if (!offsets.isEmpty()) {
            terminal.line("");
            offsets.print(terminal, false);
        }
        if (lagByTopic.size() > 1) {
            terminal.line("");
            var sheet = new Sheet("topic", "lag");
            lagByTopic.forEach(sheet::row);
            sheet.print(terminal, false);
        }
        if (withMembers && !members.isEmpty()) {
            terminal.line("");
            members.print(terminal, false);
        }
        terminal.line("");
    }

    static List<GroupPicture> of(Admin admin, GroupKind kind, List<String> groups) {
        if (groups.isEmpty()) return List.of();
        return switch (kind) {
            case CONSUMER -> GroupLag.of(admin, groups).stream().map(GroupPicture::of).toList();
            case SHARE -> {
                var answers = admin.describeShareGroups(groups).describedGroups();
                yield groups.stream()
                    .map(group -> of(admin, Explain.get(answers.get(group)))).toList();
            }
            case STREAMS -> {
                var answers = admin.describeStreamsGroups(groups).describedGroups();
                yield groups.stream()
                    .map(group -> of(admin, Explain.get(answers.get(group)))).toList();
            }
        };
    }

    private static GroupPicture of(GroupLag.View view) {
        var group = view.group();
        var facts = new LinkedHashMap<String, Object>();
        facts.put("type", group.type().toString());
        facts.put("state", group.groupState().toString());
        facts.put("assignor", group.partitionAssignor());
        facts.put("coordinator", group.coordinator().id());
        group.groupEpoch().ifPresent(epoch -> facts.put("groupEpoch", epoch));
        group.targetAssignmentEpoch()
            .ifPresent(epoch -> facts.put("targetAssignmentEpoch", epoch));
        var offsets = new Sheet("topic", "partition", "committedOffset", "logEndOffset", "lag",
            "member", "host", "client");
        for (GroupLag.Line line : view.lines()) {
            offsets.row(line.partition().topic(), line.partition().partition(),
                cell(line.committed()), cell(line.logEnd()), cell(line.lag()),
                line.owner().map(MemberDescription::consumerId).orElse(""),
                line.owner().map(MemberDescription::host).orElse(""),
                line.owner().map(MemberDescription::clientId).orElse(""));
        }
        var members = new Sheet("member", "instance", "host", "client", "epoch", "assignment");
        for (MemberDescription member : group.members()) {
            members.row(member.consumerId(), member.groupInstanceId().orElse(""), member.host(),
                member.clientId(), member.memberEpoch().map(epoch -> (Object) epoch).orElse(""),
                Groups.assignment(GroupLag.held(member)));
        }
        return new GroupPicture(group.groupId(), facts, view.lagByTopic(), offsets, members);
    }

    private static GroupPicture of(Admin admin, ShareGroupDescription group) {
        var offsets = new Sheet("topic", "partition", "startOffset", "leaderEpoch", "lag");
        var lags = new TreeMap<String, Long>();
        shareOffsets(admin, group.groupId()).forEach((partition, found) -> {
            offsets.row(partition.topic(), partition.partition(), found.startOffset(),
                found.leaderEpoch().map(epoch -> (Object) epoch).orElse(""),
                found.lag().map(lag -> (Object) lag).orElse(""));
            lags.merge(partition.topic(), found.lag().orElse(0L), Long::sum);
        });
        return new GroupPicture(group.groupId(), facts(group), lags, offsets, members(group));
    }

    static Map<String, Object> facts(ShareGroupDescription group) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("type", "Share");
        facts.put("state", group.groupState().toString());
        facts.put("coordinator", group.coordinator().id());
        facts.put("groupEpoch", group.groupEpoch());
        facts.put("targetAssignmentEpoch", group.targetAssignmentEpoch());
        return facts;
    }

    static Sheet members(ShareGroupDescription group) {
        var members = new Sheet("member", "host", "client", "epoch", "assignment");
        for (ShareMemberDescription member : group.members().stream()
            .sorted(Comparator.comparing(ShareMemberDescription::consumerId)).toList()) {
            members.row(member.consumerId(), member.host(), member.clientId(),
                member.memberEpoch(), Groups.assignment(member.assignment().topicPartitions()));
        }
        return members;
    }

    /// In the order of topic and partition.
    static Map<TopicPartition, SharePartitionOffsetInfo> shareOffsets(Admin admin, String group) {
        var ordered = new TreeMap<TopicPartition, SharePartitionOffsetInfo>(Order.BY_PARTITION);
        Explain.get(admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(group)).forEach((partition, found) -> {
                if (found != null) ordered.put(partition, found);
            });
        return ordered;
    }

    private static GroupPicture of(Admin admin, StreamsGroupDescription group) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("type", "Streams");
        facts.put("state", group.groupState().toString());
        facts.put("coordinator", group.coordinator().id());
        facts.put("groupEpoch", group.groupEpoch());
        facts.put("targetAssignmentEpoch", group.targetAssignmentEpoch());
        facts.put("topologyEpoch", group.topologyEpoch());
        var offsets = new Sheet("topic", "partition", "committedOffset", "logEndOffset", "lag");
        var lags = new TreeMap<String, Long>();
        for (GroupLag.Line line : streamsLines(admin, group.groupId())) {
            offsets.row(line.partition().topic(), line.partition().partition(),
                cell(line.committed()), cell(line.logEnd()), cell(line.lag()));
            lags.merge(line.partition().topic(), line.lag().orElse(0), Long::sum);
        }
        return new GroupPicture(group.groupId(), facts, lags, offsets, members(group));
    }

    static Sheet members(StreamsGroupDescription group) {
        var members = new Sheet("member", "process", "host", "client", "epoch", "active",
            "standby", "warmup");
        for (StreamsGroupMemberDescription member : group.members().stream()
            .sorted(Comparator.comparing(StreamsGroupMemberDescription::memberId)).toList()) {
            var held = member.assignment();
            members.row(member.memberId(), member.processId(), member.clientHost(),
                member.clientId(), member.memberEpoch(), tasks(held.activeTasks()),
                tasks(held.standbyTasks()), tasks(held.warmupTasks()));
        }
        return members;
    }

    /// `0:0,1;1:0`: partitions of each subtopology.
    static String tasks(List<StreamsGroupMemberAssignment.TaskIds> tasks) {
        var texts = new ArrayList<String>();
        for (StreamsGroupMemberAssignment.TaskIds task : tasks) {
            texts.add(task.subtopologyId() + ":"
                + String.join(",", task.partitions().stream().map(String::valueOf).toList()));
        }
        return String.join(";", texts);
    }

    /// How far a streams group is in each partition that it has committed.
    static List<GroupLag.Line> streamsLines(Admin admin, String group) {
        var committed = GroupKind.STREAMS.committed(admin, group);
        var partitions = new TreeSet<>(Order.BY_PARTITION);
        partitions.addAll(committed.keySet());
        return GroupLag.lines(List.of(), committed, GroupLag.ends(admin, partitions));
    }

    private static Object cell(java.util.OptionalLong value) {
        return value.isPresent() ? (Object) value.getAsLong() : "";
    }
}
