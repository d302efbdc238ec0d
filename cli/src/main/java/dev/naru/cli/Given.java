package dev.naru.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// What was given on the command line, asked for by the name of the flag.
final class Given {
    private final ParseResult result;

    Given(ParseResult result) {
        this.result = result;
    }

    boolean has(String flag) {
        return result.hasMatchedOption(flag);
    }

    Optional<String> text(String flag) {
        OptionSpec option = result.matchedOption(flag);
        if (option == null) return Optional.empty();
        String value = option.getValue();
        return Optional.ofNullable(value);
    }

    String text(String flag, String otherwise) {
        return text(flag).orElse(otherwise);
    }

    String required(String flag) {
        return text(flag).orElseThrow(() -> Failed.usage(flag + " is missing; give it a value"));
    }

    OptionalLong number(String flag) {
        Optional<String> text = text(flag);
        return text.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(number(flag, text.get()));
    }

    long number(String flag, long otherwise) {
        return number(flag).orElse(otherwise);
    }

    OptionalInt integer(String flag) {
        OptionalLong number = number(flag);
        if (number.isEmpty()) return OptionalInt.empty();
        if (number.getAsLong() != (int) number.getAsLong()) {
            throw Failed.usage(flag + " is out of range: " + number.getAsLong());
        }
        return OptionalInt.of((int) number.getAsLong());
    }

    List<String> texts(String flag) {
        OptionSpec option = result.matchedOption(flag);
        if (option == null) return List.of();
        List<String> values = option.getValue();
        return values;
    }

    List<String> words() {
        if (!result.hasMatchedPositional(0)) return List.of();
        List<String> words = result.matchedPositionalValue(0, List.of());
        return words;
    }

    boolean json() {
        String format = text("--format", "text");
        if (!format.equals("text") && !format.equals("json")) {
            throw Failed.usage("--format is text or json, not '" + format + "'");
        }
        return has("--json") || format.equals("json");
    }

    /// The id of a node, the first word.
    int nodeId() {
        return smallNumber("the node's id", words().getFirst());
    }

    static long number(String what, String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw Failed.usage(what + " needs a whole number, not '" + text + "'");
        }
    }

    /// A whole number from 0 that is small enough for an id, a port or a partition.
    static int smallNumber(String what, String text) {
        long number = number(what, text);
        if (number < 0 || number > Integer.MAX_VALUE)
            throw Failed.usage(what + " is from 0 to " + Integer.MAX_VALUE + ", not " + number);
        return (int) number;
    }

    /// The pieces between commas, without the blanks around them; empty ones do not count.
    static List<String> commas(String text) {
        return Stream.of(text.split(",", -1)).map(String::strip).filter(piece -> !piece.isEmpty())
            .toList();
    }

    /// Splits `key=value`; the value may hold further equal signs and may be empty.
    static String[] pair(String flag, String text) {
        int at = text.indexOf('=');
        if (at <= 0) throw Failed.usage(flag + " needs key=value, not '" + text + "'");
        return new String[]{text.substring(0, at).strip(), text.substring(at + 1)};
    }
}
