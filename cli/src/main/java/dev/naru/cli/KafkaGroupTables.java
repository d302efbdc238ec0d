package dev.naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;

/// The tables of `kafka-consumer-groups --describe`: offsets, members or state.
final class KafkaGroupTables {
    private static final String NONE = "-";
    private final Given given;
    private final Terminal terminal;

    KafkaGroupTables(Given given, Terminal terminal) {
        this.given = given;
        this.terminal = terminal;
    }

    int describe(Admin admin, List<String> groups) {
        int code = 0;
        for (String group : groups) {
            try {
                describe(admin, group);
            } catch (KafkaException e) {
                terminal.complain("Error: Executing consumer group command failed due to "
                    + Explain.line(e));
                code = Failed.FAILED;
            }
        }
        return code;
    }

    private void describe(Admin admin, String group) {
        if (given.has("--members") || given.has("--state")) {
            var found = GroupLag.describe(admin, List.of(group)).get(group);
            if (found == null) return;
            terminal.out().print("\n" + (given.has("--members") ? members(found) : state(found)));
            complain(found);
            return;
        }
        GroupLag.View view = GroupLag.of(admin, List.of(group)).getFirst();
        if (!view.lines().isEmpty()) terminal.out().print("\n" + offsets(view));
        complain(view.group());
    }

    private void complain(ConsumerGroupDescription group) {
        String name = "Consumer group '" + group.groupId() + "'";
        switch (group.groupState()) {
            case DEAD -> terminal.complain("\nError: " + name + " does not exist.");
            case EMPTY -> terminal.complain("\n" + name + " has no active members.");
            case PREPARING_REBALANCE, COMPLETING_REBALANCE, ASSIGNING, RECONCILING -> terminal
                .complain("\nWarning: " + name + " is rebalancing.");
            default -> terminal.out().flush();
        }
    }

    String offsets(GroupLag.View view) {
        var grid = new Grid().column("GROUP", 15).column("TOPIC", 15).column("PARTITION", 10);
        if (given.has("--verbose")) grid.column("LEADER-EPOCH", 15);
        grid.column("CURRENT-OFFSET", 15).column("LOG-END-OFFSET", 15).column("LAG", 15)
            .column("CONSUMER-ID", 15).column("HOST", 15).column("CLIENT-ID", 0);
        for (GroupLag.Line line : view.lines()) {
            var cells = new ArrayList<Object>(List.of(view.group().groupId(),
                line.partition().topic(), line.partition().partition()));
            if (given.has("--verbose")) cells.add(cell(line.leaderEpoch()));
            cells.add(cell(line.committed()));
            cells.add(cell(line.logEnd()));
            cells.add(cell(line.lag()));
            cells.add(line.owner().map(MemberDescription::consumerId).orElse(NONE));
            cells.add(line.owner().map(MemberDescription::host).orElse(NONE));
            cells.add(line.owner().map(MemberDescription::clientId).orElse(NONE));
            grid.row(cells);
        }
        return grid.text();
    }

    private String members(ConsumerGroupDescription group) {
        boolean withInstance = group.members().stream()
            .anyMatch(member -> member.groupInstanceId().isPresent());
        var grid = new Grid().column("GROUP", 15).column("CONSUMER-ID", 15);
        if (withInstance) grid.column("GROUP-INSTANCE-ID", 17);
        grid.column("HOST", 15).column("CLIENT-ID", 15).column("#PARTITIONS", 15);
        if (given.has("--verbose")) {
            grid.column("CURRENT-EPOCH", 15).column("CURRENT-ASSIGNMENT", 20)
                .column("TARGET-EPOCH", 15).column("TARGET-ASSIGNMENT", 20);
        } else {
            grid.column("", 0); // Kafka's line ends with a blank
        }
        for (MemberDescription member : group.members()) {
            var cells = new ArrayList<Object>(List.of(group.groupId(), member.consumerId()));
            if (withInstance) cells.add(member.groupInstanceId().orElse(""));
            cells.add(member.host());
            cells.add(member.clientId());
            cells.add(GroupLag.held(member).size());
            if (given.has("--verbose")) verbose(group, member, cells);
            else
                cells.add("");
            grid.row(cells);
        }
        return grid.text();
    }

    private static void verbose(ConsumerGroupDescription group, MemberDescription member,
        List<Object> cells) {
        cells.add(member.memberEpoch().map(Object::toString).orElse(NONE));
        cells.add(assignment(member.assignment()));
        cells.add(group.targetAssignmentEpoch().map(Object::toString).orElse(NONE));
        cells.add(member.targetAssignment().map(KafkaGroupTables::assignment).orElse(NONE));
    }

    private static String assignment(MemberAssignment assignment) {
        return assignment.topicPartitions().isEmpty()
            ? NONE
            : Groups.assignment(assignment.topicPartitions());
    }

    String state(ConsumerGroupDescription group) {
        var grid = new Grid().column("GROUP", 15).column("COORDINATOR (ID)", 25)
            .column("ASSIGNMENT-STRATEGY", 20).column("STATE", 20);
        if (given.has("--verbose")) {
            grid.column("GROUP-EPOCH", 15).column("TARGET-ASSIGNMENT-EPOCH", 25);
        }
        grid.column("#MEMBERS", 0);
        var at = group.coordinator();
        String assignor = group.partitionAssignor();
        var cells = new ArrayList<Object>(List.of(group.groupId(),
            at.host() + ":" + at.port() + "  (" + at.idString() + ")",
            assignor == null || assignor.isEmpty() ? NONE : assignor, group.groupState()));
        if (given.has("--verbose")) {
            cells.add(group.groupEpoch().map(Object::toString).orElse(NONE));
            cells.add(group.targetAssignmentEpoch().map(Object::toString).orElse(NONE));
        }
        cells.add(group.members().size());
        return grid.row(cells).text();
    }

    static Object cell(OptionalLong value) {
        return value.isPresent() ? (Object) value.getAsLong() : NONE;
    }

    static Object cell(OptionalInt value) {
        return value.isPresent() ? (Object) value.getAsInt() : NONE;
    }
}
