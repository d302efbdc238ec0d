package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;

/// `naru group list`, `describe` and `delete`.
final class Groups {
    private Groups() {}

    static final class ListAll implements Command {
        @Override public Flags flags() {
            return Flags.of("naru group list", "Lists consumer groups.")
                .on("--lag,-l", "Shows how many records each has still to read.")
                .on("--names,-q", "Writes only the names, one on each line.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                List<GroupListing> groups = GroupLag.list(admin);
                if (given.has("--names") && !given.json()) {
                    groups.forEach(group -> terminal.line(group.groupId()));
                    return 0;
                }
                sheet(admin, groups, given.has("--lag")).print(terminal, given.json());
                return 0;
            }
        }

        private static Sheet sheet(Admin admin, List<GroupListing> groups, boolean withLag) {
            var lags = new LinkedHashMap<String, Long>();
            if (withLag) {
                GroupLag.of(admin, groups.stream().map(GroupListing::groupId).toList())
                    .forEach(view -> lags.put(view.group().groupId(), view.lag()));
            }
            var sheet = withLag
                ? new Sheet("group", "type", "state", "lag")
                : new Sheet("group", "type", "state");
            for (GroupListing group : groups) {
                String type = group.type().map(Object::toString).orElse("");
                String state = group.groupState().map(Object::toString).orElse("");
                if (withLag)
                    sheet.row(group.groupId(), type, state, lags.getOrDefault(group.groupId(), 0L));
                else
                    sheet.row(group.groupId(), type, state);
            }
            return sheet;
        }
    }

    static final class Describe implements Command {
        @Override public Flags flags() {
            return Flags.of("naru group describe", "Shows members, committed offsets and lag.")
                .words("GROUP...", "0..*", "The groups; all of them if none is named.")
                .on("--members,-m", "Shows the members too.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                List<String> names = given.words().isEmpty()
                    ? GroupLag.list(admin).stream().map(GroupListing::groupId).toList()
                    : given.words();
                var objects = new ArrayList<Map<String, Object>>();
                for (GroupLag.View view : GroupLag.of(admin, names)) {
                    if (given.json()) objects.add(object(view));
                    else
                        print(terminal, view, given.has("--members"));
                }
                if (given.json()) terminal.line(Json.pretty(objects));
                return 0;
            }
        }

        private static void print(Terminal terminal, GroupLag.View view, boolean withMembers) {
            var group = view.group();
            terminal.line(group.groupId() + "  " + group.groupState() + "  members "
                + group.members().size() + "  assignor "
                + (group.partitionAssignor().isEmpty() ? "-" : group.partitionAssignor())
                + "  coordinator " + group.coordinator().id() + "  lag " + view.lag());
            if (!view.lines().isEmpty()) {
                terminal.line("");
                offsets(view).print(terminal, false);
            }
            if (view.lagByTopic().size() > 1) {
                terminal.line("");
                var sheet = new Sheet("topic", "lag");
                view.lagByTopic().forEach(sheet::row);
                sheet.print(terminal, false);
            }
            if (withMembers && !group.members().isEmpty()) {
                terminal.line("");
                members(view).print(terminal, false);
            }
            terminal.line("");
        }

        private static Sheet offsets(GroupLag.View view) {
            var sheet = new Sheet("topic", "partition", "committedOffset", "logEndOffset", "lag",
                "member", "host", "client");
            for (GroupLag.Line line : view.lines()) {
                sheet.row(line.partition().topic(), line.partition().partition(),
                    cell(line.committed()), cell(line.logEnd()), cell(line.lag()),
                    line.owner().map(MemberDescription::consumerId).orElse(""),
                    line.owner().map(MemberDescription::host).orElse(""),
                    line.owner().map(MemberDescription::clientId).orElse(""));
            }
            return sheet;
        }

        private static Sheet members(GroupLag.View view) {
            var sheet = new Sheet("member", "instance", "host", "client", "assignment");
            for (MemberDescription member : view.group().members()) {
                sheet.row(member.consumerId(), member.groupInstanceId().orElse(""), member.host(),
                    member.clientId(), assignment(GroupLag.held(member)));
            }
            return sheet;
        }

        private static Map<String, Object> object(GroupLag.View view) {
            var group = view.group();
            var object = new LinkedHashMap<String, Object>();
            object.put("group", group.groupId());
            object.put("type", group.type().toString());
            object.put("state", group.groupState().toString());
            object.put("assignor", group.partitionAssignor());
            object.put("coordinator", group.coordinator().id());
            object.put("lag", view.lag());
            object.put("lagByTopic", view.lagByTopic());
            object.put("partitions", offsets(view).objects());
            object.put("members", members(view).objects());
            return object;
        }

        private static Object cell(java.util.OptionalLong value) {
            return value.isPresent() ? (Object) value.getAsLong() : "";
        }
    }

    static final class Delete implements Command {
        @Override public Flags flags() {
            return Flags.of("naru group delete", "Deletes groups that have no members.")
                .words("GROUP...", "1..*", "The groups' names.")
                .texts("--topic,-t", "topic[:0,1]", "Deletes only the offsets for these.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                if (!given.texts("--topic").isEmpty()) return offsets(admin, given, terminal);
                var answers = admin.deleteConsumerGroups(given.words()).deletedGroups();
                var outcome = new Outcome("deleted");
                given.words().forEach(group -> outcome.add(group, answers.get(group)));
                return outcome.print(terminal, given.json(), "naru group delete");
            }
        }

        private static int offsets(Admin admin, Given given, Terminal terminal) {
            var outcome = new Outcome("offset deleted");
            for (String group : given.words()) {
                var named = new GroupMove(admin, group).partitions(given.texts("--topic"));
                var answer = admin.deleteConsumerGroupOffsets(group, Set.copyOf(named));
                named.forEach(partition -> outcome.add(group + " " + partition,
                    answer.partitionResult(partition)));
            }
            return outcome.print(terminal, given.json(), "naru group delete");
        }
    }

    /// `topic:0,1,other:3`: partitions grouped by topic.
    static String assignment(Set<TopicPartition> partitions) {
        var sorted = new TreeSet<>(Order.BY_PARTITION);
        sorted.addAll(partitions);
        var byTopic = new LinkedHashMap<String, List<String>>();
        for (TopicPartition partition : sorted) {
            byTopic.computeIfAbsent(partition.topic(), key -> new ArrayList<>())
                .add(Integer.toString(partition.partition()));
        }
        var texts = new ArrayList<String>();
        byTopic.forEach((topic, numbers) -> texts.add(topic + ":" + String.join(",", numbers)));
        return String.join(";", texts);
    }
}
