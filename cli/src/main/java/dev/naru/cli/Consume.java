package dev.naru.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// `naru consume`.
final class Consume implements Command {
    @Override public Flags flags() {
        return Flags.of("naru consume", "Reads records.")
            .words("TOPIC...", "0..*", "The topics; also -t.")
            .texts("--topic,-t", "topic", "A topic; may be repeated.")
            .on("--regex,-r", "The topic is a regular expression.")
            .texts("--offset,-o", "place", "Where to begin: start (or beginning), end, stored, 42,"
                + " +2 after the start, -3 before the end, @time or s@time; e@time ends it;"
                + " from:until too. A time is in ms or s, 2026-01-31T10:00:00Z, or -90m.")
            .texts("--partition,-p", "n", "Only this partition; may be repeated.")
            .text("--num,-n,-c", "n", "Stops after so many records.")
            .on("--exit,-e", "Stops at the end instead of waiting for more.")
            .text("--format,-f", "format", "json, or " + Template.FIELDS + ". Default: %v\\n")
            .on("--json,-J", "Writes each record as one line of JSON.")
            .text("--key-delimiter,-K", "text", "Writes the key and this text before the value.")
            .on("--null,-Z", "Writes NULL where there is no key or value.")
            .text("--group,-g,-G", "group", "Reads as a member of this group and commits.")
            .on("--read-committed", "Leaves out records of open and aborted transactions.")
            .on("--unbuffered,-u", "Accepted: output is written after each fetch anyway.")
            .on("--quiet,-q", "Accepted: nothing but records is written anyway.").cluster()
            .footer("", "Examples:", "  naru consume orders -o end -f '%p %o %k %v\\n'",
                "  naru consume orders -o -10 -e",
                "  naru consume orders -o @-1h -J | jq .value");
    }

    /// Writes one record.
    interface Writing {
        void write(ConsumerRecord<byte[], byte[]> record, long count, java.io.PrintStream out);
    }

    @Override public int run(Given given, Terminal terminal) {
        Reading.Plan plan = plan(given);
        Writing writing = writing(given);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", "naru-consume");
        properties.put("allow.auto.create.topics", false);
        boolean late = plan.range().from() instanceof Place.End;
        properties.put("auto.offset.reset", late ? "latest" : "earliest");
        properties.put("enable.auto.commit", plan.inGroup());
        given.text("--group").ifPresent(group -> properties.put("group.id", group));
        if (given.has("--read-committed")) properties.put("isolation.level", "read_committed");
        var reading = new Reading(Link.of(given).consumer(properties), plan, terminal);
        try (var _ = Interrupt.stops(reading::stop);
            var progress = new Progress(terminal, "records read", !Terminal.isConsole())) {
            reading.run(new Printer(terminal, progress, writing));
            terminal.out().flush();
        }
        return 0;
    }

    /// Hands records to a writer and the output to whoever reads it, after each round.
    record Printer(Terminal terminal, Progress progress, Writing writing) implements Reading.Sink {
        @Override public void take(ConsumerRecord<byte[], byte[]> record, long count) {
            writing.write(record, count, terminal.out());
            progress.at(count);
        }

        @Override public boolean roundDone(long count) {
            return !terminal.isDeaf();
        }
    }

    static Reading.Plan plan(Given given) {
        var topics = new ArrayList<>(given.texts("--topic"));
        topics.addAll(given.words());
        if (topics.isEmpty()) throw Failed.usage("which topic? name it, or give -t");
        boolean inGroup = given.has("--group");
        Place.Range range = range(given.texts("--offset"), inGroup);
        List<Integer> partitions = Topics.integers("--partition", given.texts("--partition"));
        if (inGroup && !partitions.isEmpty()) {
            throw Failed.usage("a group shares the partitions out itself; leave out -p");
        }
        if (range.from() instanceof Place.Stored && !inGroup) {
            throw Failed.usage("-o stored needs -g, the group that stored it");
        }
        boolean plain = range.from() instanceof Place.Start || range.from() instanceof Place.End
            || range.from() instanceof Place.Stored;
        if (inGroup && !plain) {
            throw Failed.usage("a group begins where it left off; -o may only be start or end, for"
                + " where it has not been; move it with 'naru group reset-offsets'");
        }
        var include = given.has("--regex")
            ? Optional.of(Topics.pattern(String.join("|", topics)))
            : Optional.<java.util.regex.Pattern>empty();
        long recordsMax = given.number("--num", Reading.NO_LIMIT);
        if (recordsMax < 1) throw Failed.usage("-n is at least 1");
        return new Reading.Plan(topics, include, partitions, inGroup, range, given.has("--exit"),
            recordsMax, Reading.FOR_EVER);
    }

    private static Place.Range range(List<String> texts, boolean inGroup) {
        Place from = inGroup ? new Place.Stored() : new Place.Start();
        Optional<Place> until = Optional.empty();
        for (String text : texts) {
            Place.Range one = Place.parseRange(text);
            if (!text.startsWith("e@")) from = one.from();
            if (one.until().isPresent()) until = one.until();
        }
        return new Place.Range(from, until);
    }

    static Writing writing(Given given) {
        String format = given.text("--format", "");
        if (given.has("--json") || format.equals("json")) {
            return (record, count, out) -> out.print(Json.compact(object(record)) + "\n");
        }
        if (format.isEmpty() || format.equals("text")) {
            format = given.text("--key-delimiter").map(text -> "%k" + text.replace("%", "%%"))
                .orElse("") + "%v\\n";
        }
        return Template.of(format, given.has("--null") ? "NULL" : "")::write;
    }

    static Map<String, Object> object(ConsumerRecord<byte[], byte[]> record) {
        var object = new LinkedHashMap<String, Object>();
        object.put("topic", record.topic());
        object.put("partition", record.partition());
        object.put("offset", record.offset());
        object.put("timestamp", record.timestamp());
        record.deliveryCount().ifPresent(times -> object.put("deliveryCount", times));
        put(object, "key", record.key());
        put(object, "value", record.value());
        var headers = new ArrayList<Map<String, Object>>();
        for (var header : record.headers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("key", header.key());
            put(one, "value", header.value());
            headers.add(one);
        }
        object.put("headers", headers);
        return object;
    }

    /// Text as text; bytes that are no text under a name that says so.
    private static void put(Map<String, Object> object, String name, byte @Nullable [] bytes) {
        if (bytes == null) {
            object.put(name, Json.nothing());
            return;
        }
        try {
            object.put(name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes))
                .toString());
        } catch (CharacterCodingException e) {
            object.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
