package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;

/// kafka-console-share-consumer.
final class KafkaConsoleShareConsumer implements Command {
    private static final String GROUP = "console-share-consumer";

    @Override public Flags flags() {
        return Flags.of("kafka-console-share-consumer",
            "Reads records as a member of a share group and writes them to the output.")
            .text("--topic", "topic", "The topic to read.")
            .text("--group", "group", "The share group (" + GROUP + ").")
            .text("--max-messages", "n", "Stops after so many records.")
            .text("--timeout-ms", "ms", "Stops after so long without a record.")
            .on("--release", "Gives each record back, for another to take.")
            .on("--reject", "Rejects each record; nobody gets it again.")
            .on("--reject-message-on-error", "Rejects a record that cannot be written, and goes"
                + " on.")
            .texts("--formatter-property,--property", "name=value",
                "How records are written, as in kafka-console-consumer.")
            .text("--formatter-config", "file", "A file of formatter properties.")
            .text("--formatter", "class", "The class that writes records.")
            .text("--key-deserializer", "class", "What turns keys into text.")
            .text("--value-deserializer", "class", "What turns values into text.")
            .texts("--command-property,--consumer-property", "name=value", "A consumer property.")
            .text("--consumer-config", "file", "A file of consumer properties.")
            .on("--enable-systest-events", "Accepted and ignored.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        ShareReading.Plan plan = plan(given, List.of(given.required("--topic")));
        AcknowledgeType verdict = verdict(given);
        var link = Link.ofKafka(given, List.of("--command-config", "--consumer-config"),
            List.of("--command-property"));
        try (MessageFormatter formatter = KafkaConsoleConsumer.formatter(given)) {
            var reading = new ShareReading(link.shareConsumer(properties(given)), plan);
            var printer = new Printer(terminal, formatter, verdict,
                given.has("--reject-message-on-error"));
            long count;
            try (var _ = Interrupt.stops(reading::stop)) {
                count = reading.run(printer);
            }
            terminal.complain("Processed a total of " + count + " messages");
            return 0;
        }
    }

    static ShareReading.Plan plan(Given given, List<String> topics) {
        long recordsMax = given.number("--max-messages", -1);
        return new ShareReading.Plan(topics, recordsMax < 0 ? Reading.NO_LIMIT : recordsMax,
            given.number("--timeout-ms", Reading.FOR_EVER));
    }

    static AcknowledgeType verdict(Given given) {
        if (given.has("--release") && given.has("--reject")) {
            throw Failed.usage("give either --release or --reject");
        }
        if (given.has("--release")) return AcknowledgeType.RELEASE;
        return given.has("--reject") ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT;
    }

    private static Map<String, Object> properties(Given given) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", GROUP);
        properties.put("group.id", given.text("--group", GROUP));
        properties.put("share.acknowledgement.mode", "explicit");
        return properties;
    }

    private record Printer(Terminal terminal, MessageFormatter formatter, AcknowledgeType verdict,
        boolean rejectsErrors) implements ShareReading.Sink {
        @Override public AcknowledgeType take(ConsumerRecord<byte[], byte[]> record, long count) {
            try {
                formatter.writeTo(record, terminal.out());
                return verdict;
            } catch (RuntimeException e) {
                if (!rejectsErrors) throw e;
                terminal.complain("ERROR: rejected offset " + record.offset() + " of "
                    + record.topic() + "-" + record.partition() + ": " + Explain.line(e));
                return AcknowledgeType.REJECT;
            }
        }

        @Override public boolean roundDone(long count) {
            return !terminal.isDeaf();
        }
    }
}
