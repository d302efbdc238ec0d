package dev.naru.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;

/// kafka-streams-groups.
final class KafkaStreamsGroups implements Command {
    private static final String FAILED = "Error: Executing streams group command failed due to ";

    @Override public Flags flags() {
        return Flags.of("kafka-streams-groups",
            "Lists and describes streams groups, deletes them, moves their offsets.")
            .on("--list", "Lists streams groups.").on("--describe", "Shows offsets of groups.")
            .on("--delete", "Deletes groups.")
            .on("--reset-offsets", "Moves the offsets of inactive groups.")
            .on("--delete-offsets", "Deletes committed offsets.")
            .texts("--group", "group", "A group; may be repeated.")
            .on("--all-groups", "All streams groups.")
            .texts("--topic,--input-topic", "topic[:0,1]",
                "A topic that the group reads, or some of its partitions; may be repeated.")
            .on("--all-topics,--all-input-topics", "All topics that the group reads.")
            .on("--delete-all-internal-topics", "With --delete, or --reset-offsets --execute:"
                + " deletes changelogs and repartition topics too.")
            .texts("--delete-internal-topic", "topic",
                "With --reset-offsets --execute: deletes this internal topic; may be repeated.")
            .on("--offsets", "With --describe: offsets and lag (the default).")
            .on("--members", "With --describe: the members and their tasks.")
            .on("--topology", "With --describe: the graph of the application.")
            .maybe("--state", "states", "With --describe: the state; with --list: show, or choose"
                + " by, state.")
            .on("--verbose", "More columns.").kafkaMoves().kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return FAILED;
    }

    @Override public int run(Given given, Terminal terminal) {
        var work = new KafkaGroupWork(GroupKind.STREAMS, given, terminal);
        String action = work.action();
        Link link = Link.ofKafka(given);
        given.number("--timeout").ifPresent(link::patienceMs);
        try (Admin admin = link.admin()) {
            return switch (action) {
                case "--list" -> work.list(admin);
                case "--describe" -> describe(admin, work.groups(admin), given, terminal);
                case "--delete" -> {
                    var groups = work.groups(admin);
                    var internal = internal(admin, groups, given);
                    int code = work.delete(admin, groups);
                    yield code != 0 ? code : deleteTopics(admin, internal, terminal);
                }
                case "--reset-offsets" -> {
                    var groups = work.groups(admin);
                    var internal = internal(admin, groups, given);
                    int code = new KafkaGroupReset(GroupKind.STREAMS, given, terminal)
                        .run(admin, groups);
                    boolean goesOn = code == 0 && given.has("--execute");
                    yield goesOn ? deleteTopics(admin, internal, terminal) : code;
                }
                default -> work.deleteOffsets(admin);
            };
        }
    }

    /// Which internal topics go with the groups, read while the groups are still there.
    private static List<String> internal(Admin admin, List<String> groups, Given given) {
        var named = given.texts("--delete-internal-topic");
        if (!given.has("--delete-all-internal-topics") && named.isEmpty()) return List.of();
        var known = new ArrayList<String>();
        groups.forEach(group -> known.addAll(StreamsTopics.of(admin, group).internal()));
        for (String topic : named) {
            if (known.contains(topic)) continue;
            throw Failed.because("'" + topic + "' is no internal topic of these groups");
        }
        return named.isEmpty() ? List.copyOf(known) : named;
    }

    private static int deleteTopics(Admin admin, List<String> topics, Terminal terminal) {
        if (topics.isEmpty()) return 0;
        var answers = admin.deleteTopics(topics).topicNameValues();
        int code = 0;
        for (String topic : topics) {
            String why = KafkaGroupWork.refusal(answers.get(topic));
            if (why.isEmpty()) {
                terminal.line("Deleted internal topic " + topic + ".");
                continue;
            }
            terminal.complain("Error: internal topic " + topic + " was not deleted: " + why);
            code = Failed.FAILED;
        }
        return code;
    }

    private static int describe(Admin admin, List<String> groups, Given given,
        Terminal terminal) {
        int code = 0;
        boolean isGraph = given.has("--topology");
        var answers = admin.describeStreamsGroups(groups,
            new DescribeStreamsGroupsOptions().includeTopologyDescription(isGraph))
            .describedGroups();
        for (String group : groups) {
            try {
                var described = Explain.get(answers.get(group));
                if (isGraph) code = Math.max(code, graph(described, terminal));
                else
                    describe(admin, described, given, terminal);
            } catch (KafkaException e) {
                terminal.complain(FAILED + Explain.line(e));
                code = Failed.FAILED;
            }
        }
        return code;
    }

    private static int graph(StreamsGroupDescription group, Terminal terminal) {
        var graph = group.topologyDescription();
        if (graph.isEmpty()) {
            terminal.complain("Error: No topology description is stored for streams group '"
                + group.groupId() + "'.");
            return Failed.FAILED;
        }
        terminal.out().print(StreamsTopologyText.of(graph.get()));
        return 0;
    }

    private static void describe(Admin admin, StreamsGroupDescription group, Given given,
        Terminal terminal) {
        String name = "Streams group '" + group.groupId() + "'";
        if (group.groupState() == GroupState.DEAD) {
            terminal.complain("\nError: " + name + " does not exist.");
            return;
        }
        if (group.groupState() == GroupState.EMPTY) {
            terminal.complain("\n" + name + " has no active members.");
        }
        boolean verbose = given.has("--verbose");
        if (given.has("--state")) {
            terminal.out().print("\n" + state(group, verbose));
            return;
        }
        if (given.has("--members")) {
            if (!group.members().isEmpty()) terminal.out().print("\n" + members(group, verbose));
            return;
        }
        var lines = GroupPicture.streamsLines(admin, group.groupId());
        if (!lines.isEmpty()) {
            terminal.out().print("\n" + offsets(group.groupId(), lines, verbose));
        }
    }

    static String offsets(String group, List<GroupLag.Line> lines, boolean verbose) {
        var grid = new Grid().column("GROUP", 15).column("TOPIC", 15).column("PARTITION", 10);
        if (verbose) {
            grid.column("CURRENT-OFFSET", 15).column("LEADER-EPOCH", 15).column("LOG-END-OFFSET",
                15);
        }
        grid.column("OFFSET-LAG", verbose ? 15 : 0);
        for (GroupLag.Line line : lines) {
            var cells = new ArrayList<Object>(
                List.of(group, line.partition().topic(), line.partition().partition()));
            if (verbose) {
                cells.add(KafkaGroupTables.cell(line.committed()));
                cells.add(KafkaGroupTables.cell(line.leaderEpoch()));
                cells.add(KafkaGroupTables.cell(line.logEnd()));
            }
            cells.add(KafkaGroupTables.cell(line.lag()));
            grid.row(cells);
        }
        return grid.text();
    }

    static String state(StreamsGroupDescription group, boolean verbose) {
        var at = group.coordinator();
        var grid = new Grid().column("GROUP", 15).column("COORDINATOR (ID)", 25)
            .column("STATE", verbose ? 15 : 25);
        if (verbose) grid.column("GROUP-EPOCH", 15).column("TARGET-ASSIGNMENT-EPOCH", 25);
        grid.column("#MEMBERS", 0);
        var cells = new ArrayList<Object>(List.of(group.groupId(),
            at.host() + ":" + at.port() + "  (" + at.idString() + ")", group.groupState()));
        if (verbose) {
            cells.add(group.groupEpoch());
            cells.add(group.targetAssignmentEpoch());
        }
        cells.add(group.members().size());
        return grid.row(cells).text();
    }

    static String members(StreamsGroupDescription group, boolean verbose) {
        var grid = new Grid().column("GROUP", 15);
        if (verbose) grid.column("TARGET-ASSIGNMENT-EPOCH", 25).column("TOPOLOGY-EPOCH", 15);
        grid.column("MEMBER", 15);
        if (verbose) grid.column("MEMBER-PROTOCOL", 15).column("MEMBER-EPOCH", 15);
        grid.column("PROCESS", 15).column("CLIENT-ID", 15).column("ASSIGNMENTS", 0);
        for (StreamsGroupMemberDescription member : group.members().stream()
            .sorted(Comparator.comparing(StreamsGroupMemberDescription::memberId)).toList()) {
            var cells = new ArrayList<Object>(List.of(group.groupId()));
            if (verbose) {
                cells.add(group.targetAssignmentEpoch());
                cells.add(group.topologyEpoch());
            }
            cells.add(member.memberId());
            if (verbose) {
                cells.add(member.isClassic() ? "classic" : "streams");
                cells.add(member.memberEpoch());
            }
            cells.add(member.processId());
            cells.add(member.clientId());
            String held = tasks("", member.assignment());
            cells.add(verbose ? held + tasks("TARGET-", member.targetAssignment()) : held);
            grid.row(cells);
        }
        return grid.text();
    }

    /// `ACTIVE: 0:[0,1]; STANDBY: 1:[0]; `, without the kinds of tasks that a member has none of.
    private static String tasks(String prefix, StreamsGroupMemberAssignment assignment) {
        Map<String, List<StreamsGroupMemberAssignment.TaskIds>> kinds = new LinkedHashMap<>();
        kinds.put("ACTIVE", assignment.activeTasks());
        kinds.put("STANDBY", assignment.standbyTasks());
        kinds.put("WARMUP", assignment.warmupTasks());
        var text = new StringBuilder();
        kinds.forEach((name, tasks) -> {
            if (tasks.isEmpty()) return;
            text.append(prefix).append(name).append(": ");
            for (var task : tasks) {
                text.append(task.subtopologyId()).append(":[")
                    .append(String.join(",", task.partitions().stream().map(String::valueOf)
                        .toList()))
                    .append("]; ");
            }
        });
        return text.toString();
    }
}
