package dev.naru.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// `naru group reset-offsets`, also called `seek`, and `naru share reset-offsets`. Without
/// `--execute` it only shows where the group would go.
final class GroupSeek implements Command {
    private final String noun;
    private final String verb;

    GroupSeek(String noun, String verb) {
        this.noun = noun;
        this.verb = verb;
    }

    @Override public Flags flags() {
        return Flags.of("naru " + noun + " " + verb,
            "Moves the offsets of an inactive group; without --execute it shows the plan.")
            .words("GROUP", "1", "The group's name.")
            .text("--to", "place", "Where to: start, end, current, 42, +2, -3, @time, @-90m.")
            .text("--shift-by", "n", "By how much from where it is; may be negative.")
            .text("--to-file,--from-file", "file", "Lines of [group,]topic,partition,offset.")
            .texts("--topics,--topic,-t", "topic[:0,1]",
                "Which partitions; else all that the group has committed.")
            .on("--execute,-y", "Does it.").on("--dry-run", "Only shows the plan (the default).")
            .on("--export", "Writes the plan as CSV, for --from-file.").cluster().json();
    }

    @Override public int run(Given given, Terminal terminal) {
        String group = given.words().getFirst();
        if (given.has("--execute") && given.has("--dry-run")) {
            throw Failed.usage("give either --execute or --dry-run");
        }
        GroupMove.Target target = target(given, group);
        try (Admin admin = Link.of(given).admin()) {
            GroupKind kind = Groups.fixedKind(noun)
                .orElseGet(() -> GroupKind.kind(admin, group));
            var move = new GroupMove(admin, kind, group);
            boolean execute = given.has("--execute");
            if (execute) move.requireInactive();
            var partitions = move.partitions(given.texts("--topics"));
            if (partitions.isEmpty() && !(target instanceof GroupMove.Target.Each)) {
                throw Failed.because("group '" + group + "' has committed nothing; name topics with"
                    + " --topics");
            }
            Map<TopicPartition, Long> plan = move.plan(partitions, target);
            if (execute) move.execute(plan);
            print(plan, given, terminal);
            if (!execute && !given.has("--dry-run") && !given.has("--export")) {
                terminal.complain("nothing was changed; --execute moves the group");
            }
            return 0;
        }
    }

    private static void print(Map<TopicPartition, Long> plan, Given given, Terminal terminal) {
        if (given.has("--export") && !given.json()) {
            terminal.out().print(GroupMove.writePlan("", plan, false));
            return;
        }
        var sheet = new Sheet("topic", "partition", "newOffset");
        plan.forEach((partition, offset) -> sheet.row(partition.topic(), partition.partition(),
            offset));
        sheet.print(terminal, given.json());
    }

    private static GroupMove.Target target(Given given, String group) {
        long ways = List.of("--to", "--shift-by", "--to-file").stream().filter(given::has).count();
        if (ways != 1) throw Failed.usage("give one of --to, --shift-by and --to-file");
        if (given.has("--to")) {
            String to = given.required("--to");
            if (to.equals("current")) return new GroupMove.Target.Current();
            return new GroupMove.Target.To(Place.parse(to));
        }
        if (given.has("--shift-by")) {
            return new GroupMove.Target.ShiftBy(given.number("--shift-by", 0));
        }
        var plans = GroupMove.readPlan(lines(given.required("--to-file")), List.of(group));
        return new GroupMove.Target.Each(plans.getOrDefault(group, Map.of()));
    }

    static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw Failed.because("cannot read " + file + ": " + Explain.line(e));
        }
    }
}
