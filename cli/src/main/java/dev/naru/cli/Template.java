package dev.naru.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// A format string as kcat and rpk users write it: `%t` topic, `%p` partition, `%o` offset, `%k`
/// key, `%K` its length, `%v` or `%s` value, `%V` or `%S` its length, `%h` headers, `%H` how
/// many, `%T` or `%d` timestamp, `%e` leader epoch, `%i` how many so far, `%%`; `\n \t \r \0
/// \xNN` as in C. `{hex}` or `{base64}` after a letter changes how its bytes are shown.
final class Template {
    static final String FIELDS = "%t topic, %p partition, %o offset, %k key, %K key length,"
        + " %v (or %s) value, %V (or %S) value length, %h headers, %H number of headers,"
        + " %T (or %d) timestamp in ms, %e leader epoch, %i count, %% percent sign;"
        + " %v{hex} and %v{base64}; \\n \\t \\xNN";
    private static final String LETTERS = "tpokKvVsShHTdei";

    enum Shown {
        PLAIN, HEX, BASE64
    }

    /// Literal bytes (field 0) or a field.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(char field, byte[] literal, Shown shown) {}

    private final List<Part> parts;
    private final byte[] nothing;

    private Template(List<Part> parts, byte[] nothing) {
        this.parts = parts;
        this.nothing = nothing;
    }

    /// `nothing` is written where there is no key or no value.
    static Template of(String format, String nothing) {
        return new Template(parse(format), bytes(nothing));
    }

    List<Part> parts() {
        return parts;
    }

    void write(ConsumerRecord<byte[], byte[]> record, long count, PrintStream out) {
        for (Part part : parts) {
            byte[] written = part.field() == 0 ? part.literal() : field(part, record, count);
            out.write(written, 0, written.length);
        }
    }

    private byte[] field(Part part, ConsumerRecord<byte[], byte[]> record, long count) {
        return switch (part.field()) {
            case 't' -> bytes(record.topic());
            case 'p' -> bytes(record.partition());
            case 'o' -> bytes(record.offset());
            case 'k' -> shown(part, record.key());
            case 'K' -> bytes(length(record.key()));
            case 'v', 's' -> shown(part, record.value());
            case 'V', 'S' -> bytes(length(record.value()));
            case 'h' -> headers(part, record);
            case 'H' -> bytes(record.headers().toArray().length);
            case 'T', 'd' -> bytes(record.timestamp());
            case 'e' -> bytes(record.leaderEpoch().orElse(-1));
            case 'i' -> bytes(count);
            default -> throw new IllegalStateException("field " + part.field());
        };
    }

    private byte[] headers(Part part, ConsumerRecord<byte[], byte[]> record) {
        var joined = new java.io.ByteArrayOutputStream();
        for (Header header : record.headers()) {
            if (joined.size() > 0) joined.write(',');
            joined.writeBytes(bytes(header.key()));
            joined.write('=');
            joined.writeBytes(header.value() == null ? bytes("NULL") : shown(part, header.value()));
        }
        return joined.toByteArray();
    }

    private byte[] shown(Part part, byte @Nullable [] value) {
        if (value == null) return nothing;
        return switch (part.shown()) {
            case PLAIN -> value;
            case HEX -> bytes(HexFormat.of().formatHex(value));
            case BASE64 -> Base64.getEncoder().encode(value);
        };
    }

    private static int length(byte @Nullable [] value) {
        return value == null ? -1 : value.length;
    }

    private static byte[] bytes(Object value) {
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<Part> parse(String format) {
        var parts = new ArrayList<Part>();
        var literal = new java.io.ByteArrayOutputStream();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c == '\\' && at + 1 < format.length()) {
                at = escape(format, at + 1, literal);
            } else if (c == '%' && at + 1 < format.length()
                && LETTERS.indexOf(format.charAt(at + 1)) >= 0) {
                flush(literal, parts);
                at = field(format, at + 1, parts);
            } else {
                at = plain(format, at, literal);
            }
        }
        flush(literal, parts);
        return List.copyOf(parts);
    }

    private static int plain(String format, int at, OutputStream literal) {
        char c = format.charAt(at);
        if (c != '%') return put(format, at, literal);
        if (at + 1 < format.length() && format.charAt(at + 1) == '%') {
            return put(format, at + 1, literal);
        }
        String wrong = format.substring(at, Math.min(at + 2, format.length()));
        throw Failed.usage("the format has an unknown field '" + wrong + "'; there are " + FIELDS);
    }

    private static int put(String format, int at, OutputStream literal) {
        int next = at + Character.charCount(format.codePointAt(at));
        try {
            literal.write(bytes(format.substring(at, next)));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        return next;
    }

    private static int escape(String format, int at, java.io.ByteArrayOutputStream literal) {
        char c = format.charAt(at);
        switch (c) {
            case 'n' -> literal.write('\n');
            case 't' -> literal.write('\t');
            case 'r' -> literal.write('\r');
            case '0' -> literal.write(0);
            case 'x' -> {
                return hex(format, at + 1, literal);
            }
            default -> {
                return put(format, at, literal);
            }
        }
        return at + 1;
    }

    private static int hex(String format, int at, java.io.ByteArrayOutputStream literal) {
        try {
            String digits = format.substring(at, at + 2);
            literal.write(HexFormat.fromHexDigits(digits));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw Failed.usage("the format has \\x without two hexadecimal digits");
        }
        return at + 2;
    }

    private static int field(String format, int at, List<Part> parts) {
        char letter = format.charAt(at);
        int close = format.indexOf('}', at);
        boolean braced = at + 1 < format.length() && format.charAt(at + 1) == '{' && close > 0;
        if (!braced) {
            parts.add(new Part(letter, new byte[0], Shown.PLAIN));
            return at + 1;
        }
        String how = format.substring(at + 2, close);
        parts.add(new Part(letter, new byte[0], switch (how) {
            case "hex" -> Shown.HEX;
            case "base64" -> Shown.BASE64;
            default -> throw Failed.usage("the format has %" + letter + "{" + how
                + "}; only {hex} and {base64} are known");
        }));
        return close + 1;
    }

    private static void flush(java.io.ByteArrayOutputStream literal, List<Part> parts) {
        if (literal.size() == 0) return;
        parts.add(new Part((char) 0, literal.toByteArray(), Shown.PLAIN));
        literal.reset();
    }
}
