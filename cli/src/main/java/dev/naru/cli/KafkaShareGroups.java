package dev.naru.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// kafka-share-groups.
final class KafkaShareGroups implements Command {
    private static final String FAILED = "Error: Executing share group command failed due to ";

    @Override public Flags flags() {
        return Flags.of("kafka-share-groups",
            "Lists and describes share groups, deletes them, moves their offsets.")
            .on("--list", "Lists share groups.").on("--describe", "Shows offsets of groups.")
            .on("--delete", "Deletes groups.")
            .on("--reset-offsets", "Moves where inactive groups begin.")
            .on("--delete-offsets", "Makes a group forget topics.")
            .texts("--group", "group", "A group; may be repeated.")
            .on("--all-groups", "All share groups.")
            .texts("--topic", "topic[:0,1]", "A topic, or some of its partitions; may be repeated.")
            .on("--all-topics", "All topics that the group has read.")
            .on("--offsets", "With --describe: offsets and lag (the default).")
            .on("--members", "With --describe: the members.")
            .maybe("--state", "states", "With --describe: the state; with --list: show, or choose"
                + " by, state.")
            .on("--verbose", "More columns.").kafkaMoves().kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return FAILED;
    }

    @Override public int run(Given given, Terminal terminal) {
        var work = new KafkaGroupWork(GroupKind.SHARE, given, terminal);
        String action = work.action();
        Link link = Link.ofKafka(given);
        given.number("--timeout").ifPresent(link::patienceMs);
        try (Admin admin = link.admin()) {
            return switch (action) {
                case "--list" -> work.list(admin);
                case "--describe" -> describe(admin, work.groups(admin), given, terminal);
                case "--delete" -> work.delete(admin, work.groups(admin));
                case "--reset-offsets" -> new KafkaGroupReset(GroupKind.SHARE, given, terminal)
                    .run(admin, work.groups(admin));
                default -> work.deleteOffsets(admin);
            };
        }
    }

    private static int describe(Admin admin, List<String> groups, Given given,
        Terminal terminal) {
        int code = 0;
        var answers = admin.describeShareGroups(groups).describedGroups();
        for (String group : groups) {
            try {
                describe(admin, Explain.get(answers.get(group)), given, terminal);
            } catch (KafkaException e) {
                terminal.complain(FAILED + Explain.line(e));
                code = Failed.FAILED;
            }
        }
        return code;
    }

    private static void describe(Admin admin, ShareGroupDescription group, Given given,
        Terminal terminal) {
        String name = "Share group '" + group.groupId() + "'";
        if (group.groupState() == GroupState.DEAD) {
            terminal.complain("\nError: " + name + " does not exist.");
            return;
        }
        boolean verbose = given.has("--verbose");
        if (given.has("--members") || given.has("--state")) {
            if (group.groupState() == GroupState.EMPTY) {
                terminal.complain("\n" + name + " has no active members.");
            }
            if (given.has("--state")) terminal.out().print("\n" + state(group, verbose));
            else if (!group.members().isEmpty())
                terminal.out().print("\n" + members(group, verbose));
            return;
        }
        var offsets = GroupPicture.shareOffsets(admin, group.groupId());
        if (offsets.isEmpty()) terminal.line("\n" + name + " has no offset information.");
        else
            terminal.out().print("\n" + offsets(group.groupId(), offsets, verbose));
    }

    static String offsets(String group, Map<TopicPartition, SharePartitionOffsetInfo> offsets,
        boolean verbose) {
        var grid = new Grid().column("GROUP", 15).column("TOPIC", 15).column("PARTITION", 10);
        if (verbose) grid.column("LEADER-EPOCH", 13);
        grid.column("START-OFFSET", 13).column("LAG", 0);
        offsets.forEach((partition, found) -> {
            var cells = new ArrayList<Object>(
                List.of(group, partition.topic(), partition.partition()));
            if (verbose) cells.add(found.leaderEpoch().map(Object::toString).orElse("-"));
            cells.add(found.startOffset());
            cells.add(found.lag().map(Object::toString).orElse("-"));
            grid.row(cells);
        });
        return grid.text();
    }

    static String state(ShareGroupDescription group, boolean verbose) {
        var grid = new Grid().column("GROUP", 15).column("COORDINATOR (ID)", 25).column("STATE",
            15);
        if (verbose) grid.column("GROUP-EPOCH", 12).column("ASSIGNMENT-EPOCH", 17);
        grid.column("#MEMBERS", 0);
        var at = group.coordinator();
        var cells = new ArrayList<Object>(List.of(group.groupId(),
            at.host() + ":" + at.port() + "  (" + at.idString() + ")", group.groupState()));
        if (verbose) {
            cells.add(group.groupEpoch());
            cells.add(group.targetAssignmentEpoch());
        }
        cells.add(group.members().size());
        return grid.row(cells).text();
    }

    static String members(ShareGroupDescription group, boolean verbose) {
        var grid = new Grid().column("GROUP", 15).column("CONSUMER-ID", 15).column("HOST", 15)
            .column("CLIENT-ID", 15).column("#PARTITIONS", 12);
        if (verbose) grid.column("MEMBER-EPOCH", 13);
        grid.column("ASSIGNMENT", 0);
        for (ShareMemberDescription member : group.members().stream()
            .sorted(Comparator.comparing(ShareMemberDescription::consumerId)).toList()) {
            var held = member.assignment().topicPartitions();
            var cells = new ArrayList<Object>(List.of(group.groupId(), member.consumerId(),
                member.host(), member.clientId(), held.size()));
            if (verbose) cells.add(member.memberEpoch());
            cells.add(Groups.assignment(held));
            grid.row(cells);
        }
        return grid.text();
    }
}
