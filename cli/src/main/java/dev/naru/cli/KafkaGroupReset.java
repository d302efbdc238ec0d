package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// `--reset-offsets` of kafka-consumer-groups, kafka-share-groups and kafka-streams-groups.
final class KafkaGroupReset {
    private static final List<String> SCENARIOS = List.of("--to-earliest", "--to-latest",
        "--to-current", "--to-datetime", "--by-duration", "--to-offset", "--shift-by",
        "--from-file");
    private final GroupKind kind;
    private final Given given;
    private final Terminal terminal;

    KafkaGroupReset(GroupKind kind, Given given, Terminal terminal) {
        this.kind = kind;
        this.given = given;
        this.terminal = terminal;
    }

    int run(Admin admin, List<String> groups) {
        String scenario = scenario(given);
        boolean fromFile = scenario.equals("--from-file");
        if (!fromFile && given.texts("--topic").isEmpty() && !given.has("--all-topics")) {
            throw Failed.usage("--reset-offsets needs --topic, --all-topics or --from-file");
        }
        if (given.has("--execute") && given.has("--dry-run")) {
            throw Failed.usage("give either --execute or --dry-run");
        }
        Map<String, Map<TopicPartition, Long>> listed = fromFile
            ? GroupMove.readPlan(GroupSeek.lines(given.required("--from-file")), groups)
            : Map.of();
        Map<String, Map<TopicPartition, Long>> plans = new LinkedHashMap<>();
        for (String group : groups) {
            var move = new GroupMove(admin, kind, group);
            move.requireInactive();
            var target = fromFile
                ? new GroupMove.Target.Each(listed.getOrDefault(group, Map.of()))
                : target(scenario);
            var partitions = fromFile
                ? List.<TopicPartition>of()
                : move.partitions(topics(admin, group));
            plans.put(group, move.plan(partitions, target));
            move.notes().forEach(note -> terminal.complain("WARN: " + note));
        }
        if (given.has("--execute")) {
            plans.forEach((group, plan) -> new GroupMove(admin, kind, group).execute(plan));
        }
        print(plans);
        return 0;
    }

    static String scenario(Given given) {
        List<String> named = SCENARIOS.stream().filter(given::has).toList();
        if (named.size() == 1) return named.getFirst();
        throw Failed.usage("--reset-offsets needs exactly one of " + String.join(", ", SCENARIOS));
    }

    /// The topics named; for a streams group that is to be moved as a whole, what it reads from
    /// outside. Nothing stands for all that the group has committed.
    private List<String> topics(Admin admin, String group) {
        if (given.has("--topic") || kind != GroupKind.STREAMS) return given.texts("--topic");
        return StreamsTopics.of(admin, group).inputs();
    }

    private GroupMove.Target target(String scenario) {
        return switch (scenario) {
            case "--to-earliest" -> new GroupMove.Target.To(new Place.Start());
            case "--to-latest" -> new GroupMove.Target.To(new Place.End());
            case "--to-current" -> new GroupMove.Target.Current();
            case "--to-datetime" -> at(Moments.ofKafka(given.required(scenario)));
            case "--by-duration" -> at(System.currentTimeMillis()
                - Moments.duration(given.required(scenario)).toMillis());
            case "--to-offset" -> new GroupMove.Target.To(
                new Place.At(given.number(scenario, 0)));
            default -> new GroupMove.Target.ShiftBy(given.number(scenario, 0));
        };
    }

    private static GroupMove.Target at(long timestampMs) {
        return new GroupMove.Target.To(new Place.Time(timestampMs));
    }

    private void print(Map<String, Map<TopicPartition, Long>> plans) {
        if (given.has("--export")) {
            plans.forEach((group, plan) -> terminal.out()
                .print(GroupMove.writePlan(group, plan, plans.size() > 1)));
            terminal.line("");
        } else {
            var grid = new Grid().column("GROUP", 15).column("TOPIC", 15).column("PARTITION", 10)
                .column("NEW-OFFSET", 0);
            plans.forEach((group, plan) -> plan.forEach((partition, offset) -> grid.row(group,
                partition.topic(), partition.partition(), offset)));
            terminal.out().print("\n" + grid.text());
        }
        if (!given.has("--execute") && !given.has("--dry-run")) {
            terminal.complain("WARN: nothing was changed; add --execute to do it, or --dry-run to"
                + " say that only the plan is wanted.");
        }
    }
}
