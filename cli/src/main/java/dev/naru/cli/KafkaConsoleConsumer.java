package dev.naru.cli;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;

/// kafka-console-consumer.
final class KafkaConsoleConsumer implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-console-consumer", "Reads records and writes them to the output.")
            .text("--topic", "topic", "The topic to read.")
            .text("--include", "regex", "The topics to read.")
            .text("--partition", "n", "Only this partition.")
            .text("--offset", "place", "earliest, latest (the default) or a number; needs"
                + " --partition.")
            .on("--from-beginning", "Begins with the oldest record.")
            .text("--max-messages", "n", "Stops after so many records.")
            .text("--timeout-ms", "ms", "Stops after so long without a record.")
            .text("--group", "group", "Reads as a member of this group and commits.")
            .texts("--formatter-property,--property", "name=value",
                "How records are written: print.timestamp, print.key, print.value, print.offset,"
                    + " print.partition, print.epoch, print.delivery, print.headers,"
                    + " key.separator, line.separator, headers.separator, null.literal,"
                    + " key.deserializer, value.deserializer, headers.deserializer.")
            .text("--formatter-config", "file", "A file of formatter properties.")
            .text("--formatter", "class", "The class that writes records.")
            .text("--key-deserializer", "class", "What turns keys into text.")
            .text("--value-deserializer", "class", "What turns values into text.")
            .text("--isolation-level", "level", "read_uncommitted (the default) or read_committed.")
            .texts("--command-property,--consumer-property", "name=value", "A consumer property.")
            .text("--consumer.config", "file", "A file of consumer properties.")
            .on("--skip-message-on-error", "Goes on after a record that cannot be written.")
            .on("--enable-systest-events", "Accepted and ignored.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        var link = Link.ofKafka(given, List.of("--command-config", "--consumer.config"),
            List.of("--command-property"));
        boolean inGroup = given.has("--group") || link.isGiven("group.id");
        Reading.Plan plan = plan(given, inGroup);
        try (MessageFormatter formatter = formatter(given)) {
            var reading = new Reading(link.consumer(properties(given, inGroup)), plan, terminal);
            long[] count = new long[1];
            try (var _ = Interrupt.stops(reading::stop)) {
                count[0] = reading.run(new Printer(terminal, formatter,
                    given.has("--skip-message-on-error")));
                terminal.complain("Processed a total of " + count[0] + " messages");
            }
            return 0;
        }
    }

    static Reading.Plan plan(Given given, boolean inGroup) {
        if (given.has("--topic") == given.has("--include")) {
            throw Failed.usage("give either --topic or --include");
        }
        Optional<Pattern> include = given.text("--include").map(Topics::pattern);
        boolean partitioned = given.has("--partition");
        if (given.has("--offset") && !partitioned) {
            throw Failed.usage("--offset needs --partition");
        }
        if (given.has("--offset") && given.has("--from-beginning")) {
            throw Failed.usage("give either --offset or --from-beginning");
        }
        if (partitioned && given.has("--group")) {
            throw Failed.usage("--group shares the partitions out itself; leave out --partition");
        }
        var partitions = Topics.integers("--partition",
            given.text("--partition").map(List::of).orElse(List.of()));
        long recordsMax = given.number("--max-messages", -1);
        return new Reading.Plan(given.text("--topic").map(List::of).orElse(List.of()), include,
            partitions, inGroup && !partitioned, new Place.Range(start(given), Optional.empty()),
            false, recordsMax < 0 ? Reading.NO_LIMIT : recordsMax,
            given.number("--timeout-ms", Reading.FOR_EVER));
    }

    private static Place start(Given given) {
        if (given.has("--from-beginning")) return new Place.Start();
        String text = given.text("--offset", "latest");
        return switch (text) {
            case "earliest" -> new Place.Start();
            case "latest" -> new Place.End();
            default -> {
                long offset = Given.number("--offset", text);
                if (offset < 0) throw Failed.usage("--offset is earliest, latest or at least 0");
                yield new Place.At(offset);
            }
        };
    }

    private static Map<String, Object> properties(Given given, boolean inGroup) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", "console-consumer");
        properties.put("auto.offset.reset",
            given.has("--from-beginning") || given.has("--partition") ? "earliest" : "latest");
        properties.put("enable.auto.commit", inGroup);
        given.text("--group").ifPresent(group -> properties.put("group.id", group));
        given.text("--isolation-level")
            .ifPresent(level -> properties.put("isolation.level", level));
        return properties;
    }

    static MessageFormatter formatter(Given given) {
        var properties = new Properties();
        given.text("--formatter-config")
            .ifPresent(file -> properties.putAll(Link.PropertyFile.read(file)));
        properties
            .putAll(Topics.pairs("--formatter-property", given.texts("--formatter-property")));
        given.text("--key-deserializer")
            .ifPresent(name -> properties.setProperty("key.deserializer", name));
        given.text("--value-deserializer")
            .ifPresent(name -> properties.setProperty("value.deserializer", name));
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames()
            .forEach(name -> settings.put(name, properties.getProperty(name)));
        MessageFormatter formatter = KafkaFormatter
            .named(given.text("--formatter", "DefaultMessageFormatter"));
        formatter.configure(settings);
        return formatter;
    }

    private record Printer(Terminal terminal, MessageFormatter formatter, boolean skipsErrors)
        implements
            Reading.Sink {
        @Override public void take(ConsumerRecord<byte[], byte[]> record, long count) {
            PrintStream out = terminal.out();
            try {
                formatter.writeTo(record, out);
            } catch (RuntimeException e) {
                if (!skipsErrors) throw e;
                terminal.complain("ERROR: skipped offset " + record.offset() + " of "
                    + record.topic() + "-" + record.partition() + ": " + Explain.line(e));
            }
        }

        @Override public boolean roundDone(long count) {
            return !terminal.isDeaf();
        }
    }
}
