package dev.naru.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The flags of one command: a picocli specification written by hand, so that no class is
/// searched for annotations when a command starts. The first name of a flag is the one [Given]
/// knows it by.
final class Flags {
    static final String HELP = "--help";
    static final String WORDS = "words";
    private final CommandSpec spec;

    private Flags(CommandSpec spec) {
        this.spec = spec;
    }

    static Flags of(String name, String purpose) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(purpose).width(100).sortOptions(false)
            .abbreviateSynopsis(true).adjustLineBreaksForWideCJKCharacters(false);
        spec.parser().overwrittenOptionsAllowed(true).posixClusteredShortOptionsAllowed(true)
            .unmatchedOptionsAllowedAsOptionParameters(true);
        spec.addOption(OptionSpec.builder("--help", "-h").type(boolean.class).usageHelp(true)
            .description("Shows this help.").build());
        return new Flags(spec);
    }

    /// A flag without a value.
    Flags on(String names, String purpose) {
        return add(OptionSpec.builder(names.split(",")).arity("0").type(boolean.class), purpose);
    }

    /// A flag with one value; the last one given wins.
    Flags text(String names, String label, String purpose) {
        return add(OptionSpec.builder(names.split(",")).arity("1").type(String.class)
            .paramLabel("<" + label + ">"), purpose);
    }

    /// A flag whose value may be left out.
    Flags maybe(String names, String label, String purpose) {
        return add(OptionSpec.builder(names.split(",")).arity("0..1").type(String.class)
            .fallbackValue("").paramLabel("<" + label + ">"), purpose);
    }

    /// A flag that may be repeated.
    Flags texts(String names, String label, String purpose) {
        return add(OptionSpec.builder(names.split(",")).arity("1").type(List.class)
            .auxiliaryTypes(String.class).paramLabel("<" + label + ">"), purpose);
    }

    /// A flag that takes several values at once and may be repeated.
    Flags many(String names, String label, String purpose) {
        return add(OptionSpec.builder(names.split(",")).arity("1..*").type(List.class)
            .auxiliaryTypes(String.class).paramLabel("<" + label + ">"), purpose);
    }

    /// The words that belong to no flag, with how many there may be: `1`, `0..*`.
    Flags words(String label, String arity, String purpose) {
        spec.addPositional(PositionalParamSpec.builder().index("0..*").arity(arity)
            .required(!arity.startsWith("0"))
            .type(List.class).auxiliaryTypes(String.class).paramLabel(label)
            .description(escaped(purpose)).build());
        return this;
    }

    /// How to reach a cluster, for commands under our own names.
    Flags cluster() {
        return text("--bootstrap-server,--brokers,--broker-list,-b", "host:port",
            "Brokers to start from; else NARU_BROKERS, else 127.0.0.1:9092.")
            .texts("--option,-X", "key=value", "A Kafka client property, for this call.")
            .text("--command-config,--config-file", "file", "A file of Kafka client properties.");
    }

    /// How to reach a cluster, for commands under Kafka's names.
    Flags kafkaCluster() {
        return kafkaCluster("--bootstrap-server,--broker-list");
    }

    /// The same, where the flag for the brokers has these names only.
    Flags kafkaCluster(String names) {
        return text(names, "host:port", "Brokers to start from.")
            .text("--command-config", "file", "A file of Kafka client properties.")
            .on("--version", "Prints the version.");
    }

    /// Where offsets are to go, for the group commands under Kafka's names.
    Flags kafkaMoves() {
        return on("--to-earliest", "Moves to the oldest record.")
            .on("--to-latest", "Moves to the end.").on("--to-current", "Stays; for --export.")
            .text("--to-datetime", "time", "Moves to a time: YYYY-MM-DDThh:mm:ss.sss.")
            .text("--by-duration", "duration", "Moves to a time so long ago: P1DT2H.")
            .text("--to-offset", "n", "Moves to an offset.")
            .text("--shift-by", "n", "Moves by so many records; may be negative.")
            .text("--from-file", "file",
                "Moves as a CSV file says: [group,]topic,partition,offset.")
            .on("--dry-run", "Only shows the plan.").on("--execute", "Does it.")
            .on("--export", "Writes the plan as CSV.")
            .text("--timeout", "ms", "How long to wait for the brokers.");
    }

    /// JSON instead of text, for commands under our own names.
    Flags json() {
        return on("--json", "Writes JSON.").text("--format", "text|json",
            "How to write the answer: text (the default) or json.");
    }

    Flags footer(String... lines) {
        var escaped = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            escaped[i] = escaped(lines[i]);
        }
        spec.usageMessage().footer(escaped);
        return this;
    }

    boolean knows(String flag) {
        return spec.findOption(flag) != null;
    }

    String name() {
        return spec.name();
    }

    Given parse(List<String> args) {
        var line = new CommandLine(spec).setExpandAtFiles(false);
        try {
            return new Given(line.parseArgs(args.toArray(String[]::new)));
        } catch (CommandLine.ParameterException e) {
            if (args.contains(HELP)) return parse(List.of(HELP));
            throw Failed.usage(oneLine(String.valueOf(e.getMessage())) + "; see " + spec.name()
                + " --help");
        }
    }

    String help() {
        return new CommandLine(spec).getUsageMessage(Ansi.OFF);
    }

    private Flags add(OptionSpec.Builder option, String purpose) {
        spec.addOption(option.description(escaped(purpose)).build());
        return this;
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
