package dev.naru.cli;

import dev.naru.base.Patterns;
import dev.naru.io.RealPatterns;
import org.apache.kafka.clients.admin.Admin;

/// kafka-consumer-groups.
final class KafkaConsumerGroups implements Command {
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
            .text("--validate-regex", "regex",
                "Says whether this is a regular expression that groups can subscribe by.")
            .on("--verbose", "More columns.").kafkaMoves().kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error: Executing consumer group command failed due to ";
    }

    @Override public int run(Given given, Terminal terminal) {
        if (given.has("--validate-regex")) return validate(given, terminal);
        var work = new KafkaGroupWork(GroupKind.CONSUMER, given, terminal);
        String action = work.action();
        Link link = Link.ofKafka(given);
        given.number("--timeout").ifPresent(link::patienceMs);
        try (Admin admin = link.admin()) {
            return switch (action) {
                case "--list" -> work.list(admin);
                case "--describe" -> new KafkaGroupTables(given, terminal)
                    .describe(admin, work.groups(admin));
                case "--delete" -> work.delete(admin, work.groups(admin));
                case "--reset-offsets" -> new KafkaGroupReset(GroupKind.CONSUMER, given, terminal)
                    .run(admin, work.groups(admin));
                default -> work.deleteOffsets(admin);
            };
        }
    }

    private static int validate(Given given, Terminal terminal) {
        String regex = given.required("--validate-regex");
        return switch (new RealPatterns().compile(regex)) {
            case Patterns.Outcome.Compiled compiled -> {
                terminal.line("The regular expression `" + regex + "` is valid.");
                yield 0;
            }
            case Patterns.Outcome.Flawed flawed -> {
                terminal.line("The regular expression `" + regex + "` is invalid: " + flawed.why()
                    + ".");
                yield Failed.FAILED;
            }
        };
    }
}
