package dev.naru.cli;

import java.util.Locale;
import java.util.Optional;

/// Where in a partition to be, before anything is known about the partition.
sealed interface Place {
    record Start() implements Place {}

    record End() implements Place {}

    /// Where the group left off, else the start.
    record Stored() implements Place {}

    record At(long offset) implements Place {}

    record AfterStart(long count) implements Place {}

    record BeforeEnd(long count) implements Place {}

    /// The first record of this time or later.
    record Time(long timestampMs) implements Place {}

    /// From one place up to, and without, another.
    record Range(Place from, Optional<Place> until) {}

    /// `start`, `end`, `stored`, `42`, `+2`, `-3`, `@time`; also kcat's `beginning`.
    static Place parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "start", "beginning", "earliest" -> new Start();
            case "end", "latest" -> new End();
            case "stored" -> new Stored();
            default -> parseNumber(text);
        };
    }

    /// One value of `-o`: a place, kcat's `s@time` and `e@time`, or rpk's `from:until`.
    static Range parseRange(String text) {
        if (text.startsWith("s@")) return from(new Time(Moments.parse(text.substring(2))));
        if (text.startsWith("e@")) {
            Place until = new Time(Moments.parse(text.substring(2)));
            return new Range(new Start(), Optional.of(until));
        }
        int colon = middle(text);
        if (colon < 0) return from(parse(text));
        String first = text.substring(0, colon);
        String second = text.substring(colon + 1);
        String mark = first.startsWith("@") && !second.startsWith("@") && !second.equals("end")
            ? "@"
            : "";
        Place start = first.isEmpty() ? new Start() : parse(first);
        return new Range(start, second.isEmpty()
            ? Optional.empty()
            : Optional.of(parse(mark + second)));
    }

    private static Range from(Place place) {
        return new Range(place, Optional.empty());
    }

    /// The colon between two places, or -1: a time of day has colons of its own.
    private static int middle(String text) {
        if (text.startsWith("@") && text.indexOf('T') > 0) return text.indexOf(":@");
        return text.indexOf(':');
    }

    private static Place parseNumber(String text) {
        if (text.isEmpty()) throw wrong(text);
        return switch (text.charAt(0)) {
            case '@' -> new Time(Moments.parse(text.substring(1)));
            case '+' -> new AfterStart(count(text.substring(1), text));
            case '-' -> new BeforeEnd(count(text.substring(1), text));
            default -> new At(count(text, text));
        };
    }

    private static long count(String digits, String text) {
        if (!digits.chars().allMatch(Character::isDigit) || digits.isEmpty()) throw wrong(text);
        return Given.number("an offset", digits);
    }

    private static Failed wrong(String text) {
        return Failed.usage("'" + text + "' is not an offset; write start, end, stored, 42, +2, -3,"
            + " @time, s@time or e@time");
    }
}
