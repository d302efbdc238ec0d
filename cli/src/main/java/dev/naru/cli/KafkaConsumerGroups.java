package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// kafka-consumer-groups.
final class KafkaConsumerGroups implements Command {
    private static final List<String> ACTIONS = List.of("--list", "--describe", "--delete",
        "--reset-offsets", "--delete-offsets");

    @Override public Flags flags() {
        return Flags.of("kafka-consumer-groups",
            "Lists and describes consumer groups, deletes them, moves their offsets.")
            .on("--list", "Lists groups.").on("--describe", "Shows offsets and lag of groups.")
            .on("--delete", "Deletes groups.")
            .on("--reset-offsets", "Moves the committed offsets of inactive groups.")
            .on("--delete-offsets", "Deletes committed offsets.")
            .texts("--group", "group", "A group; may be repeated.")
            .on("--all-groups", "All groups.")
            .texts("--topic", "topic[:0,1]", "A topic, or some of its partitions; may be repeated.")
            .on("--all-topics", "All topics that the group has committed.")
            .on("--offsets", "With --describe: offsets and lag (the default).")
            .on("--members", "With --describe: the members.")
            .maybe("--state", "states", "With --describe: the state; with --list: show, or choose"
                + " by, state.")
            .maybe("--type", "types", "With --list: show, or choose by, type.")
            .on("--verbose", "More columns.")
            .on("--to-earliest", "Moves to the oldest record.")
            .on("--to-latest", "Moves to the end.")
            .on("--to-current", "Stays; for --export.")
            .text("--to-datetime", "time", "Moves to a time: YYYY-MM-DDThh:mm:ss.sss.")
            .text("--by-duration", "duration", "Moves to a time so long ago: P1DT2H.")
            .text("--to-offset", "n", "Moves to an offset.")
            .text("--shift-by", "n", "Moves by so many records; may be negative.")
            .text("--from-file", "file",
                "Moves as a CSV file says: [group,]topic,partition,offset.")
            .on("--dry-run", "Only shows the plan.").on("--execute", "Does it.")
            .on("--export", "Writes the plan as CSV.")
            .text("--timeout", "ms", "How long to wait for the brokers.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error: Executing consumer group command failed due to ";
    }

    @Override public int run(Given given, Terminal terminal) {
        List<String> actions = ACTIONS.stream().filter(given::has).toList();
        if (actions.size() != 1) {
            throw Failed.usage("give exactly one of " + String.join(", ", ACTIONS));
        }
        String action = actions.getFirst();
        boolean named = given.has("--group") || given.has("--all-groups");
        if (!named && !action.equals("--list")) {
            throw Failed.usage(action + " needs --group or --all-groups");
        }
        Link link = Link.ofKafka(given);
        given.number("--timeout").ifPresent(link::patienceMs);
        try (Admin admin = link.admin()) {
            return switch (action) {
                case "--list" -> list(admin, given, terminal);
                case "--describe" -> new KafkaGroupTables(given, terminal)
                    .describe(admin, groups(admin, given));
                case "--delete" -> delete(admin, groups(admin, given), terminal);
                case "--reset-offsets" -> new KafkaGroupReset(given, terminal)
                    .run(admin, groups(admin, given));
                default -> deleteOffsets(admin, given, terminal);
            };
        }
    }

    static List<String> groups(Admin admin, Given given) {
        if (!given.has("--all-groups")) return given.texts("--group").stream().distinct().toList();
        return GroupLag.list(admin).stream().map(GroupListing::groupId).toList();
    }

    private static int list(Admin admin, Given given, Terminal terminal) {
        boolean withState = given.has("--state");
        boolean withType = given.has("--type");
        var states = words(given.text("--state", ""));
        var types = words(given.text("--type", ""));
        var groups = GroupLag.list(admin).stream()
            .filter(
                group -> states.isEmpty() || states.contains(state(group).toLowerCase(Locale.ROOT)))
            .filter(
                group -> types.isEmpty() || types.contains(type(group).toLowerCase(Locale.ROOT)))
            .toList();
        if (!withState && !withType) {
            groups.forEach(group -> terminal.line(group.groupId()));
            return 0;
        }
        var grid = new Grid().column("GROUP", withState && withType ? 25 : 32);
        if (withType) grid.column("TYPE", 20);
        if (withState) grid.column("STATE", 20);
        for (GroupListing group : groups) {
            var cells = new ArrayList<Object>(List.of(group.groupId()));
            if (withType) cells.add(type(group));
            if (withState) cells.add(state(group));
            grid.row(cells);
        }
        terminal.out().print(grid.text());
        return 0;
    }

    private static List<String> words(String list) {
        if (list.isBlank()) return List.of();
        return List.of(list.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*"));
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse("Unknown");
    }

    private static String type(GroupListing group) {
        return group.type().map(Object::toString).orElse("Unknown");
    }

    private static int delete(Admin admin, List<String> groups, Terminal terminal) {
        var answers = admin.deleteConsumerGroups(groups).deletedGroups();
        var deleted = new ArrayList<String>();
        Map<String, String> refused = new LinkedHashMap<>();
        for (String group : groups) {
            try {
                var answer = answers.get(group);
                if (answer == null) continue;
                Explain.get(answer);
                deleted.add("'" + group + "'");
            } catch (KafkaException e) {
                refused.put(group, Explain.line(e));
            }
        }
        if (refused.isEmpty()) {
            terminal.line("Deletion of requested consumer groups (" + String.join(", ", deleted)
                + ") was successful.");
            return 0;
        }
        terminal.complain("Error: Deletion of some consumer groups failed:");
        refused.forEach((group, why) -> terminal.complain("* Group '" + group
            + "' could not be deleted due to: " + why));
        if (!deleted.isEmpty()) {
            terminal.line("These consumer groups were deleted: " + String.join(", ", deleted));
        }
        return Failed.FAILED;
    }

    private static int deleteOffsets(Admin admin, Given given, Terminal terminal) {
        if (given.texts("--group").size() != 1) {
            throw Failed.usage("--delete-offsets needs exactly one --group");
        }
        if (given.texts("--topic").isEmpty()) throw Failed.usage("--delete-offsets needs --topic");
        String group = given.texts("--group").getFirst();
        var partitions = new GroupMove(admin, group).partitions(given.texts("--topic"));
        var answer = admin.deleteConsumerGroupOffsets(group, Set.copyOf(partitions));
        var grid = new Grid().column("TOPIC", 15).column("PARTITION", 10).column("STATUS", 15);
        int code = 0;
        for (TopicPartition partition : partitions) {
            String status = "Successful";
            try {
                Explain.get(answer.partitionResult(partition));
            } catch (KafkaException e) {
                status = "Error: " + Explain.line(e);
                code = Failed.FAILED;
            }
            grid.row(partition.topic(), partition.partition(), status);
        }
        if (code == 0) {
            terminal.line("Request succeeded for deleting offsets from group " + group + ".");
        } else {
            terminal.complain("Error: not all offsets of group " + group + " were deleted");
        }
        terminal.out().print("\n" + grid.text());
        return code;
    }
}
