package dev.naru.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Points in time as people write them: `1700000000` (seconds), `1700000000000` (milliseconds),
/// `2026-01-31`, `2026-01-31T10:00:00Z`, `-90m` (before now). A time without a zone is local.
final class Moments {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern AGO = Pattern.compile("-?(\\d+)(ms|s|m|h|d|w)");
    private static final int DIGITS_OF_SECONDS = 10;
    private static final int DIGITS_OF_MILLIS = 13;
    private static final DateTimeFormatter KAFKA = new DateTimeFormatterBuilder()
        .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T')
        .append(DateTimeFormatter.ISO_LOCAL_TIME)
        .optionalStart().appendOffset("+HH:MM", "Z").optionalEnd()
        .optionalStart().appendOffset("+HHMM", "Z").optionalEnd()
        .optionalStart().appendOffset("+HHmm", "Z").optionalEnd()
        .toFormatter(Locale.ROOT);

    private Moments() {}

    static long parse(String text, long nowMs, ZoneId zone) {
        if (NUMBER.matcher(text).matches()) return ofNumber(text);
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) return nowMs - length(ago).toMillis();
        try {
            return ofDate(text, zone);
        } catch (DateTimeException e) {
            throw Failed.usage("'" + text + "' is not a time; write milliseconds, seconds,"
                + " 2026-01-31T10:00:00Z, 2026-01-31 or -90m");
        }
    }

    static long parse(String text) {
        return parse(text, System.currentTimeMillis(), ZoneId.systemDefault());
    }

    /// Kafka's own form for --to-datetime: without a zone it is UTC.
    static long ofKafka(String text) {
        try {
            return ofDate(text, ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw Failed.usage("'" + text + "' is not YYYY-MM-DDThh:mm:ss.sss");
        }
    }

    /// ISO 8601 durations, as in Kafka's --by-duration: `P1DT2H`.
    static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw Failed.usage("'" + text + "' is not a duration such as P1DT2H30M");
        }
    }

    static String local(long timestampMs) {
        return timestampMs < 0
            ? "-"
            : java.time.Instant.ofEpochMilli(timestampMs).toString();
    }

    private static long ofNumber(String text) {
        try {
            long number = Long.parseLong(text);
            if (text.length() <= DIGITS_OF_SECONDS) return Math.multiplyExact(number, 1_000L);
            if (text.length() <= DIGITS_OF_MILLIS) return number;
            return number / 1_000_000L;
        } catch (ArithmeticException | NumberFormatException e) {
            throw Failed.usage("'" + text + "' is too large for a time");
        }
    }

    private static Duration length(Matcher ago) {
        long count = Given.number("a time", ago.group(1));
        return switch (ago.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }

    private static long ofDate(String text, ZoneId zone) {
        if (!text.contains("T")) {
            return LocalDate.parse(text).atStartOfDay(zone).toInstant().toEpochMilli();
        }
        var parsed = KAFKA.parse(text);
        if (parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
            return OffsetDateTime.from(parsed).toInstant().toEpochMilli();
        }
        return LocalDateTime.from(parsed).atZone(zone).toInstant().toEpochMilli();
    }
}
