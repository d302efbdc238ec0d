package dev.naru.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

/// `naru produce`.
final class Produce implements Command {
    @Override public Flags flags() {
        return Flags.of("naru produce", "Writes records, one for each line of the input.")
            .words("TOPIC", "0..1", "The topic; also -t.")
            .text("--topic,-t", "topic", "The topic.")
            .text("--key,-k", "key", "The key of all records.")
            .text("--key-delimiter,-K", "text", "A line is a key, this text, and a value.")
            .texts("--header,-H", "key=value", "A header of all records; may be repeated.")
            .on("--tombstone,-Z", "An empty value (or key) becomes null.")
            .text("--partition,-p", "n", "The partition; else chosen by key.")
            .text("--compression,-z", "codec", "none, gzip, snappy, lz4 or zstd.")
            .text("--line-format,-f", "format", "How a line is read: %k %v %t %p %T %h.")
            .text("--acks", "0|1|all", "Who must have the record before it counts as written.")
            .cluster().json().footer("", "Examples:", "  echo hello | naru produce greetings",
                "  naru produce orders -K: < orders.txt",
                "  naru produce orders -f '%k %v' -z zstd < orders.txt");
    }

    @Override public int run(Given given, Terminal terminal) {
        String topic = topic(given);
        Sending.Parser parser = parser(given, topic);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", "naru-produce");
        properties.put("max.block.ms", "15000");
        given.text("--compression").ifPresent(codec -> properties.put("compression.type", codec));
        String acks = given.text("--acks", "all");
        properties.put("acks", acks);
        if (!acks.equals("all") && !acks.equals("-1")) properties.put("enable.idempotence", false);
        var producer = Link.of(given).producer(properties);
        return new Sending(producer, terminal, onStored(given, terminal)).run(parser);
    }

    private static BiConsumer<RecordMetadata, Long> onStored(Given given, Terminal terminal) {
        if (!given.json()) return (stored, number) -> {
        };
        return (stored, number) -> {
            var object = new LinkedHashMap<String, Object>();
            object.put("topic", stored.topic());
            object.put("partition", stored.partition());
            object.put("offset", stored.offset());
            object.put("timestamp", stored.timestamp());
            terminal.out().print(Json.compact(object) + "\n");
        };
    }

    private static String topic(Given given) {
        if (!given.words().isEmpty()) return given.words().getFirst();
        return given.text("--topic")
            .orElseThrow(() -> Failed.usage("which topic? name it, or give -t"));
    }

    static Sending.Parser parser(Given given, String topic) {
        var headers = new ArrayList<Header>();
        given.texts("--header").forEach(text -> headers.add(LineFormat.header(text)));
        byte[] key = given.text("--key").map(text -> text.getBytes(StandardCharsets.UTF_8))
            .orElse(null);
        var number = given.integer("--partition");
        Integer partition = number.isPresent() ? Integer.valueOf(number.getAsInt()) : null;
        var shape = new LineFormat.Shape(topic, partition, key, List.copyOf(headers),
            given.has("--tombstone"));
        if (given.has("--line-format") && given.has("--key-delimiter")) {
            throw Failed.usage("give either -f or -K");
        }
        if (given.has("--line-format")) {
            return LineFormat.of(given.required("--line-format"), shape)::parse;
        }
        if (!given.has("--key-delimiter")) return (line, at) -> shape.record(shape.key(), line);
        byte[] delimiter = delimiter(given.required("--key-delimiter"));
        return (line, at) -> {
            int found = LineFormat.find(line, 0, delimiter);
            if (found < 0) return shape.record(shape.key(), line);
            return shape.record(Arrays.copyOf(line, found),
                Arrays.copyOfRange(line, found + delimiter.length, line.length));
        };
    }

    /// The delimiter's escapes are those of a format; `-K=` arrives as an empty text.
    static byte[] delimiter(String text) {
        if (text.isEmpty()) return new byte[]{'='};
        String format = text.replace("%", "%%");
        return Template.of(format, "").parts().getFirst().literal();
    }

}
