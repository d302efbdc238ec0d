package dev.naru.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// kafka-console-producer.
final class KafkaConsoleProducer implements Command {
    private static final String DEFAULT_READER = "LineMessageReader";

    @Override public Flags flags() {
        return Flags.of("kafka-console-producer", "Writes records, one for each line of the input.")
            .text("--topic", "topic", "The topic to write to.")
            .texts("--reader-property,--property", "name=value",
                "How lines are read: parse.key, key.separator, parse.headers, headers.delimiter,"
                    + " headers.separator, headers.key.separator, ignore.error, null.marker.")
            .text("--reader-config", "file", "A file of reader properties.")
            .texts("--command-property,--producer-property", "name=value", "A producer property.")
            .text("--producer.config", "file", "A file of producer properties.")
            .maybe("--compression-codec", "codec", "none, gzip (if no codec is named), snappy,"
                + " lz4 or zstd.")
            .text("--request-required-acks", "acks", "0, 1 or all (-1), the default.")
            .on("--sync", "Waits for each record before the next is sent.")
            .text("--timeout", "ms", "How long a record may wait for others (linger.ms).")
            .text("--batch-size", "bytes", "batch.size")
            .text("--max-partition-memory-bytes", "bytes", "batch.size, by its older name")
            .text("--max-memory-bytes", "bytes", "buffer.memory")
            .text("--max-block-ms", "ms", "max.block.ms")
            .text("--message-send-max-retries", "n", "retries")
            .text("--retry-backoff-ms", "ms", "retry.backoff.ms")
            .text("--request-timeout-ms", "ms", "request.timeout.ms")
            .text("--metadata-expiry-ms", "ms", "metadata.max.age.ms")
            .text("--socket-buffer-size", "bytes", "send.buffer.bytes")
            .text("--line-reader", "class", "Only the default is known.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        String topic = given.required("--topic");
        if (!given.text("--line-reader", DEFAULT_READER).endsWith(DEFAULT_READER)) {
            throw Failed.because("--line-reader " + given.required("--line-reader")
                + " is not known; only lines are read");
        }
        Sending.Parser parser = parser(topic, readerProperties(given));
        var link = Link.ofKafka(given, List.of("--command-config", "--producer.config"),
            List.of("--command-property"));
        var producer = link.producer(properties(given));
        return new Sending(producer, terminal, (stored, number) -> {
        })
            .lenient(given.has("--sync")).run(parser);
    }

    static Map<String, Object> properties(Given given) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("client.id", "console-producer");
        String acks = given.text("--request-required-acks", "-1");
        properties.put("acks", acks);
        if (!acks.equals("all") && !acks.equals("-1")) properties.put("enable.idempotence", false);
        given.text("--compression-codec")
            .ifPresent(
                codec -> properties.put("compression.type", codec.isEmpty() ? "gzip" : codec));
        var names = new LinkedHashMap<String, String>();
        names.put("--timeout", "linger.ms");
        names.put("--max-partition-memory-bytes", "batch.size");
        names.put("--batch-size", "batch.size");
        names.put("--max-memory-bytes", "buffer.memory");
        names.put("--max-block-ms", "max.block.ms");
        names.put("--message-send-max-retries", "retries");
        names.put("--retry-backoff-ms", "retry.backoff.ms");
        names.put("--request-timeout-ms", "request.timeout.ms");
        names.put("--metadata-expiry-ms", "metadata.max.age.ms");
        names.put("--socket-buffer-size", "send.buffer.bytes");
        names.forEach((flag, name) -> given.text(flag)
            .ifPresent(value -> properties.put(name, value)));
        return properties;
    }

    static Properties readerProperties(Given given) {
        var properties = new Properties();
        given.text("--reader-config")
            .ifPresent(file -> properties.putAll(Link.PropertyFile.read(file)));
        properties.putAll(Topics.pairs("--reader-property", given.texts("--reader-property")));
        return properties;
    }

    /// Lines as `headers<TAB>key<TAB>value`, each part only if asked for.
    static Sending.Parser parser(String topic, Properties how) {
        boolean withKey = flag(how, "parse.key");
        boolean withHeaders = flag(how, "parse.headers");
        boolean ignoresErrors = flag(how, "ignore.error");
        byte[] marker = how.containsKey("null.marker") ? bytes(how, "null.marker", "") : null;
        byte[] keySeparator = bytes(how, "key.separator", "\t");
        byte[] headersDelimiter = bytes(how, "headers.delimiter", "\t");
        String headersSeparator = how.getProperty("headers.separator", ",");
        String headerKeySeparator = how.getProperty("headers.key.separator", ":");
        if (withKey && keySeparator.length == 0) throw Failed.usage("key.separator is empty");
        return (raw, number) -> {
            var line = new Rest(withoutReturn(raw), number, ignoresErrors);
            var headers = new ArrayList<Header>();
            byte[] listed = withHeaders ? line.upTo(headersDelimiter, "headers delimiter") : null;
            if (listed != null) {
                String text = new String(listed, StandardCharsets.UTF_8);
                for (String one : text.split(java.util.regex.Pattern.quote(headersSeparator), -1)) {
                    headers.add(header(one, headerKeySeparator, number, marker));
                }
            }
            byte[] key = withKey ? line.upTo(keySeparator, "key separator") : null;
            return new ProducerRecord<byte[], byte[]>(topic, null, null, unmarked(key, marker),
                unmarked(line.all(), marker), headers);
        };
    }

    /// What is left of a line.
    private static final class Rest {
        private final byte[] line;
        private final long number;
        private final boolean ignoresErrors;
        private int at;

        Rest(byte[] line, long number, boolean ignoresErrors) {
            this.line = line;
            this.number = number;
            this.ignoresErrors = ignoresErrors;
        }

        byte @Nullable [] upTo(byte[] separator, String what) {
            int end = LineFormat.find(line, at, separator);
            if (end < 0) {
                if (ignoresErrors) return null;
                throw Failed.because("No " + what + " found on line number " + number + ": '"
                    + new String(line, StandardCharsets.UTF_8) + "'");
            }
            byte[] piece = Arrays.copyOfRange(line, at, end);
            at = end + separator.length;
            return piece;
        }

        byte[] all() {
            return Arrays.copyOfRange(line, at, line.length);
        }
    }

    private static Header header(String text, String separator, long number,
        byte @Nullable [] marker) {
        int at = text.indexOf(separator);
        if (at < 0) {
            throw Failed.because("No header key separator found in pair '" + text
                + "' on line number " + number);
        }
        byte[] value = text.substring(at + separator.length()).getBytes(StandardCharsets.UTF_8);
        return new LineFormat.Tag(text.substring(0, at), unmarked(value, marker));
    }

    private static byte @Nullable [] unmarked(byte @Nullable [] bytes,
        byte @Nullable [] marker) {
        return bytes != null && marker != null && Arrays.equals(bytes, marker) ? null : bytes;
    }

    private static byte[] withoutReturn(byte[] line) {
        boolean returns = line.length > 0 && line[line.length - 1] == '\r';
        return returns ? Arrays.copyOf(line, line.length - 1) : line;
    }

    private static boolean flag(Properties how, String name) {
        return how.getProperty(name, "false").strip().equalsIgnoreCase("true");
    }

    private static byte[] bytes(Properties how, String name, String otherwise) {
        return how.getProperty(name, otherwise).getBytes(StandardCharsets.UTF_8);
    }
}
