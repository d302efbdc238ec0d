package dev.naru.cli;

import java.util.LinkedHashMap;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// `naru share consume`.
final class ShareConsume implements Command {
    @Override public Flags flags() {
        return Flags.of("naru share consume",
            "Reads records as a member of a share group, and accepts each once it is written.")
            .words("TOPIC...", "1..*", "The topics.")
            .text("--group,-g", "group", "The share group.")
            .on("--release", "Gives each record back instead, for another to take.")
            .on("--reject", "Rejects each record instead; nobody gets it again.")
            .text("--num,-n,-c", "n", "Stops after so many records.")
            .text("--timeout", "ms", "Stops after so long without a record.")
            .text("--format,-f", "format", "json, or " + Template.FIELDS + ". Default: %v\\n")
            .on("--json,-J", "Writes each record as one line of JSON, with its delivery count.")
            .text("--key-delimiter,-K", "text", "Writes the key and this text before the value.")
            .on("--null,-Z", "Writes NULL where there is no key or value.").cluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        String group = given.required("--group");
        long recordsMax = given.number("--num", Reading.NO_LIMIT);
        if (recordsMax < 1) throw Failed.usage("-n is at least 1");
        var plan = new ShareReading.Plan(given.words(), recordsMax,
            given.number("--timeout", Reading.FOR_EVER));
        AcknowledgeType verdict = KafkaConsoleShareConsumer.verdict(given);
        Consume.Writing writing = Consume.writing(given);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", "naru-share-consume");
        properties.put("group.id", group);
        properties.put("share.acknowledgement.mode", "explicit");
        var reading = new ShareReading(Link.of(given).shareConsumer(properties), plan);
        try (var _ = Interrupt.stops(reading::stop);
            var progress = new Progress(terminal, "records read", !Terminal.isConsole())) {
            reading.run(new Printer(terminal, progress, writing, verdict));
            terminal.out().flush();
        }
        return 0;
    }

    private record Printer(Terminal terminal, Progress progress, Consume.Writing writing,
        AcknowledgeType verdict) implements ShareReading.Sink {
        @Override public AcknowledgeType take(ConsumerRecord<byte[], byte[]> record, long count) {
            writing.write(record, count, terminal.out());
            progress.at(count);
            return verdict;
        }

        @Override public boolean roundDone(long count) {
            return !terminal.isDeaf();
        }
    }
}
