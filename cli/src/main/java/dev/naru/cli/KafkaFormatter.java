package dev.naru.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Writes records as Kafka's console consumer does by default: the parts that are asked for, in a
/// fixed order, with a separator between them.
final class KafkaFormatter implements MessageFormatter {
    private Map<String, String> settings = Map.of();
    private byte[] separator = {'\t'};
    private byte[] lineEnd = {'\n'};
    private byte[] nothing = bytes("null");
    private @Nullable Deserializer<?> keys;
    private @Nullable Deserializer<?> values;
    private @Nullable Deserializer<?> headerValues;

    /// The default one, or any class that implements Kafka's interface and is on the class path.
    static MessageFormatter named(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return switch (simple) {
            case "DefaultMessageFormatter" -> new KafkaFormatter();
            case "NoOpMessageFormatter" -> (record, out) -> {
            };
            case "LoggingMessageFormatter" -> new KafkaFormatter();
            case "OffsetsMessageFormatter", "GroupMetadataMessageFormatter" -> new GroupRecords();
            default -> create("--formatter", name, MessageFormatter.class);
        };
    }

    @Override public void configure(Map<String, ?> given) {
        var texts = new java.util.HashMap<String, String>();
        given.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        settings = texts;
        separator = bytes(texts.getOrDefault("key.separator", "\t"));
        lineEnd = bytes(texts.getOrDefault("line.separator", "\n"));
        nothing = bytes(texts.getOrDefault("null.literal", "null"));
        keys = deserializer("key.deserializer", true);
        values = deserializer("value.deserializer", false);
        headerValues = deserializer("headers.deserializer", false);
    }

    @Override public void writeTo(ConsumerRecord<byte[], byte[]> record, PrintStream out) {
        var line = new java.io.ByteArrayOutputStream();
        if (isOn("print.timestamp", false)) add(line, bytes(timestamp(record)));
        if (isOn("print.partition", false)) add(line, bytes("Partition:" + record.partition()));
        if (isOn("print.offset", false)) add(line, bytes("Offset:" + record.offset()));
        if (isOn("print.delivery", false)) {
            add(line, bytes("Delivery:" + record.deliveryCount().map(Object::toString)
                .orElse("NOT_PRESENT")));
        }
        if (isOn("print.epoch", false)) {
            add(line, bytes("Epoch:" + record.leaderEpoch().map(Object::toString)
                .orElse("NOT_PRESENT")));
        }
        if (isOn("print.headers", false)) add(line, headers(record));
        if (isOn("print.key", false)) add(line, text(record, keys, record.key()));
        if (isOn("print.value", true)) add(line, text(record, values, record.value()));
        int end = Math.max(0, line.size() - separator.length);
        out.write(line.toByteArray(), 0, end);
        out.write(lineEnd, 0, lineEnd.length);
    }

    private void add(java.io.ByteArrayOutputStream line, byte[] part) {
        line.writeBytes(part);
        line.writeBytes(separator);
    }

    private static String timestamp(ConsumerRecord<byte[], byte[]> record) {
        return record.timestampType() == TimestampType.NO_TIMESTAMP_TYPE
            ? "NO_TIMESTAMP"
            : record.timestampType() + ":" + record.timestamp();
    }

    private byte[] headers(ConsumerRecord<byte[], byte[]> record) {
        var joined = new java.io.ByteArrayOutputStream();
        byte[] between = bytes(settings.getOrDefault("headers.separator", ","));
        for (Header header : record.headers()) {
            if (joined.size() > 0) joined.writeBytes(between);
            joined.writeBytes(bytes(header.key() + ":"));
            joined.writeBytes(text(record, headerValues, header.value()));
        }
        return joined.size() == 0 ? bytes("NO_HEADERS") : joined.toByteArray();
    }

    private byte[] text(ConsumerRecord<byte[], byte[]> record, @Nullable Deserializer<?> how,
        byte @Nullable [] bytes) {
        if (bytes == null) return nothing;
        if (how == null) return bytes;
        Object value = how.deserialize(record.topic(), record.headers(), bytes);
        return value == null ? nothing : bytes(value.toString());
    }

    private @Nullable Deserializer<?> deserializer(String name, boolean isKey) {
        String className = settings.get(name);
        if (className == null) return null;
        Deserializer<?> made = create(name, className, Deserializer.class);
        var own = new java.util.HashMap<String, Object>();
        settings.forEach((key, value) -> {
            if (key.startsWith(name + ".")) own.put(key.substring(name.length() + 1), value);
        });
        made.configure(own, isKey);
        return made;
    }

    private boolean isOn(String name, boolean otherwise) {
        String value = settings.get(name);
        return value == null ? otherwise : value.strip().equalsIgnoreCase("true");
    }

    private static <T> T create(String flag, String className, Class<T> type) {
        try {
            return type.cast(Class.forName(className).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw Failed.usage(flag + ": cannot make a " + className
                + "; is it on the class path?");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
