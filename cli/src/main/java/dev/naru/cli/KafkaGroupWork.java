package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What kafka-consumer-groups, kafka-share-groups and kafka-streams-groups have in common: which
/// action is asked for, on which groups, and the actions that are alike.
final class KafkaGroupWork {
    private static final List<String> ACTIONS = List.of("--list", "--describe", "--delete",
        "--reset-offsets", "--delete-offsets");
    private static final List<String> VIEWS = List.of("--offsets", "--members", "--state",
        "--topology");
    private final GroupKind kind;
    private final Given given;
    private final Terminal terminal;

    KafkaGroupWork(GroupKind kind, Given given, Terminal terminal) {
        this.kind = kind;
        this.given = given;
        this.terminal = terminal;
    }

    /// The one action of the command line.
    String action() {
        List<String> actions = ACTIONS.stream().filter(given::has).toList();
        if (actions.size() != 1) {
            throw Failed.usage("give exactly one of " + String.join(", ", ACTIONS));
        }
        String action = actions.getFirst();
        boolean named = given.has("--group") || given.has("--all-groups");
        if (!named && !action.equals("--list")) {
            throw Failed.usage(action + " needs --group or --all-groups");
        }
        if (given.has("--group") && given.has("--all-groups")) {
            throw Failed.usage("give either --group or --all-groups");
        }
        if (action.equals("--describe") && VIEWS.stream().filter(given::has).count() > 1) {
            throw Failed.usage("--describe takes at most one of " + String.join(", ", VIEWS));
        }
        return action;
    }

    List<String> groups(Admin admin) {
        if (!given.has("--all-groups")) return given.texts("--group").stream().distinct().toList();
        return kind.list(admin).stream().map(GroupListing::groupId).toList();
    }

    int list(Admin admin) {
        boolean withState = given.has("--state");
        boolean withType = given.has("--type");
        var states = words(given.text("--state", ""));
        var types = words(given.text("--type", ""));
        var groups = kind.list(admin).stream()
            .filter(group -> states.isEmpty() || states.contains(lower(state(group))))
            .filter(group -> types.isEmpty() || types.contains(lower(type(group)))).toList();
        if (!withState && !withType) {
            groups.forEach(group -> terminal.line(group.groupId()));
            return 0;
        }
        boolean isConsumer = kind == GroupKind.CONSUMER;
        int width = !isConsumer ? 15 : withState && withType ? 25 : 32;
        var grid = new Grid().column("GROUP", width);
        if (withType) grid.column("TYPE", 20);
        if (withState) grid.column("STATE", isConsumer ? 20 : 0);
        for (GroupListing group : groups) {
            var cells = new ArrayList<Object>(List.of(group.groupId()));
            if (withType) cells.add(type(group));
            if (withState) cells.add(state(group));
            grid.row(cells);
        }
        terminal.out().print(grid.text());
        return 0;
    }

    int delete(Admin admin, List<String> groups) {
        var answers = kind.delete(admin, groups);
        var deleted = new ArrayList<String>();
        Map<String, String> refused = new LinkedHashMap<>();
        for (String group : groups) {
            String why = refusal(answers.get(group));
            if (why.isEmpty()) deleted.add("'" + group + "'");
            else
                refused.put(group, why);
        }
        String what = kind.word() + " groups";
        if (refused.isEmpty()) {
            terminal.line("Deletion of requested " + what + " (" + String.join(", ", deleted)
                + ") was successful.");
            return 0;
        }
        terminal.complain("Error: Deletion of some " + what + " failed:");
        refused.forEach((group, why) -> terminal.complain("* Group '" + group
            + "' could not be deleted due to: " + why));
        if (!deleted.isEmpty()) {
            terminal.line("These " + what + " were deleted: " + String.join(", ", deleted));
        }
        return Failed.FAILED;
    }

    int deleteOffsets(Admin admin) {
        if (given.texts("--group").size() != 1) {
            throw Failed.usage("--delete-offsets needs exactly one --group");
        }
        String group = given.texts("--group").getFirst();
        boolean all = kind == GroupKind.STREAMS && given.has("--all-topics");
        if (given.texts("--topic").isEmpty() && !all) {
            throw Failed.usage("--delete-offsets needs topics");
        }
        boolean byTopic = kind == GroupKind.SHARE;
        var grid = new Grid().column("TOPIC", 15);
        if (!byTopic) grid.column("PARTITION", 10);
        grid.column("STATUS", byTopic ? 0 : 15);
        int code = byTopic ? topics(admin, group, grid) : partitions(admin, group, grid);
        if (code == 0) {
            terminal.line("Request succeeded for deleting offsets from group " + group + ".");
        } else {
            terminal.complain("Error: not all offsets of group " + group + " were deleted");
        }
        terminal.out().print("\n" + grid.text());
        return code;
    }

    private int topics(Admin admin, String group, Grid grid) {
        int code = 0;
        var answers = GroupKind.deleteTopics(admin, group, given.texts("--topic"));
        for (var answer : answers.entrySet()) {
            String why = refusal(answer.getValue());
            grid.row(answer.getKey(), why.isEmpty() ? "Successful" : "Error: " + why);
            if (!why.isEmpty()) code = Failed.FAILED;
        }
        return code;
    }

    private int partitions(Admin admin, String group, Grid grid) {
        int code = 0;
        var partitions = new GroupMove(admin, kind, group).partitions(given.texts("--topic"));
        var answers = kind.deleteOffsets(admin, group, partitions);
        for (TopicPartition partition : partitions) {
            String why = refusal(answers.get(partition.toString()));
            grid.row(partition.topic(), partition.partition(),
                why.isEmpty() ? "Successful" : "Error: " + why);
            if (!why.isEmpty()) code = Failed.FAILED;
        }
        return code;
    }

    /// Why not, or nothing.
    static String refusal(@Nullable KafkaFuture<Void> answer) {
        try {
            Explain.get(answer);
            return "";
        } catch (KafkaException | Failed e) {
            return Explain.line(e);
        }
    }

    private static List<String> words(String list) {
        return Given.commas(lower(list));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse("Unknown");
    }

    private static String type(GroupListing group) {
        return group.type().map(Object::toString).orElse("Unknown");
    }
}
