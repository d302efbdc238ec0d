package dev.naru.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Makes a record of a line by a [Template]: each field reaches up to the text that follows it in
/// the format.
final class LineFormat {
    private static final String FIELDS = "kvstpTdh";
    private final List<Template.Part> parts;
    private final Shape shape;

    /// A header of a record to be written.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tag(String key, byte @Nullable [] value) implements Header {}

    /// What all records of one call have in common.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Shape(String topic, @Nullable Integer partition, byte @Nullable [] key,
        List<Header> headers, boolean emptyIsNull) {
        ProducerRecord<byte[], byte[]> record(byte @Nullable [] key, byte @Nullable [] value) {
            return new ProducerRecord<>(topic, partition, null, orNull(key), orNull(value),
                headers);
        }

        byte @Nullable [] orNull(byte @Nullable [] bytes) {
            return emptyIsNull && bytes != null && bytes.length == 0 ? null : bytes;
        }
    }

    private LineFormat(List<Template.Part> parts, Shape shape) {
        this.parts = parts;
        this.shape = shape;
    }

    static LineFormat of(String format, Shape shape) {
        String line = format.endsWith("\\n") ? format.substring(0, format.length() - 2) : format;
        List<Template.Part> parts = Template.of(line, "").parts();
        boolean wasField = false;
        for (Template.Part part : parts) {
            boolean field = part.field() != 0;
            if (field && FIELDS.indexOf(part.field()) < 0) {
                throw Failed.usage("%" + part.field() + " cannot be given to a record; use %k %v"
                    + " %t %p %T %h");
            }
            if (field && wasField) throw Failed.usage("two fields need some text between them");
            boolean breaks = !field && new String(part.literal(), StandardCharsets.ISO_8859_1)
                .indexOf('\n') >= 0;
            if (breaks) throw Failed.usage("a record is one line; \\n may only end the format");
            wasField = field;
        }
        return new LineFormat(parts, shape);
    }

    ProducerRecord<byte[], byte[]> parse(byte[] line, long number) {
        var cut = new Cut(shape);
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            Template.Part part = parts.get(i);
            if (part.field() == 0) {
                if (find(line, at, part.literal()) != at) throw mismatch(number, part.literal());
                at += part.literal().length;
                continue;
            }
            int end = line.length;
            if (i + 1 < parts.size()) {
                byte[] next = parts.get(i + 1).literal();
                end = find(line, at, next);
                if (end < 0) throw mismatch(number, next);
            }
            cut.set(part.field(), Arrays.copyOfRange(line, at, end));
            at = end;
        }
        if (at != line.length) {
            throw Failed.because("line " + number + " goes on after the end of the format");
        }
        return cut.record();
    }

    /// Where `what` begins at or after `from`, or -1.
    static int find(byte[] line, int from, byte[] what) {
        for (int at = from; at + what.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + what.length, what, 0, what.length)) return at;
        }
        return -1;
    }

    private static Failed mismatch(long number, byte[] literal) {
        return Failed.because("line " + number + " has no '"
            + new String(literal, StandardCharsets.UTF_8) + "' where the format wants it");
    }

    /// Headers written `a=1,b=2`; one without an equal sign has no value.
    static List<Header> headers(String text) {
        var headers = new ArrayList<Header>();
        for (String one : Given.commas(text)) {
            if (!one.isEmpty()) headers.add(header(one));
        }
        return headers;
    }

    static Header header(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) return new Tag(text, null);
        return new Tag(text.substring(0, equals),
            text.substring(equals + 1).getBytes(StandardCharsets.UTF_8));
    }

    /// The pieces of one line.
    private static final class Cut {
        private final Shape shape;
        private final List<Header> headers;
        private String topic;
        private @Nullable Integer partition;
        private @Nullable Long timestampMs;
        private byte @Nullable [] key;
        private byte @Nullable [] value;

        Cut(Shape shape) {
            this.shape = shape;
            this.topic = shape.topic();
            this.partition = shape.partition();
            this.key = shape.key();
            this.headers = new ArrayList<>(shape.headers());
        }

        void set(char field, byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            switch (field) {
                case 'k' -> key = bytes;
                case 'v', 's' -> value = bytes;
                case 't' -> topic = text;
                case 'p' -> partition = partition(text);
                case 'T', 'd' -> timestampMs = number("timestamp", text);
                case 'h' -> headers.addAll(headers(text));
                default -> throw new IllegalStateException("field " + field);
            }
        }

        ProducerRecord<byte[], byte[]> record() {
            return new ProducerRecord<>(topic, partition, timestampMs, shape.orNull(key),
                shape.orNull(value), headers);
        }

        private static int partition(String text) {
            long number = number("partition", text);
            if (number < 0 || number > Integer.MAX_VALUE)
                throw Failed.because("'" + text + "' is no partition");
            return (int) number;
        }

        private static long number(String what, String text) {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw Failed.because("'" + text + "' is no " + what);
            }
        }
    }
}
