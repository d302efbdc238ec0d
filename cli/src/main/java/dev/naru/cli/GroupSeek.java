package dev.naru.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// `naru group reset-offsets`, also called `seek`.
final class GroupSeek implements Command {
    private final String verb;

    GroupSeek(String verb) {
        this.verb = verb;
    }

    @Override public Flags flags() {
        return Flags.of("naru group " + verb, "Moves the committed offsets of an inactive group.")
            .words("GROUP", "1", "The group's name.")
            .text("--to", "place", "Where to: start, end, 42, +2, -3, @time.")
            .text("--shift-by", "n", "By how much from where it is; may be negative.")
            .text("--to-file,--from-file", "file", "Lines of topic,partition,offset.")
            .texts("--topics,--topic,-t", "topic[:0,1]",
                "Which partitions; else all that the group has committed.")
            .on("--dry-run", "Shows the plan and changes nothing.").cluster().json();
    }

    @Override public int run(Given given, Terminal terminal) {
        String group = given.words().getFirst();
        GroupMove.Target target = target(given, group);
        try (Admin admin = Link.of(given).admin()) {
            var move = new GroupMove(admin, group);
            move.requireInactive();
            var partitions = move.partitions(given.texts("--topics"));
            if (partitions.isEmpty() && !(target instanceof GroupMove.Target.Each)) {
                throw Failed.because("group '" + group + "' has committed nothing; name topics with"
                    + " --topics");
            }
            Map<TopicPartition, Long> plan = move.plan(partitions, target);
            if (!given.has("--dry-run")) move.execute(plan);
            var sheet = new Sheet("topic", "partition", "newOffset");
            plan.forEach((partition, offset) -> sheet.row(partition.topic(),
                partition.partition(), offset));
            sheet.print(terminal, given.json());
            return 0;
        }
    }

    private static GroupMove.Target target(Given given, String group) {
        long ways = List.of("--to", "--shift-by", "--to-file").stream().filter(given::has).count();
        if (ways != 1) throw Failed.usage("give one of --to, --shift-by and --to-file");
        if (given.has("--to")) return new GroupMove.Target.To(Place.parse(given.required("--to")));
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
