package dev.naru.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the text of a properties file, as `server.properties` is: `name=value`, `name: value` or
/// `name value`, one per line; `#` and `!` begin a comment; a backslash at the end of a line goes
/// on with the next one, before a character it takes away its meaning. A later line of the same
/// name counts.
public final class PropertiesText {
    private final String text;
    private final List<String> problems = new ArrayList<>();
    private int position;
    private int line;

    private PropertiesText(String text) {
        this.text = text;
    }

    /// What a file holds, in its order, and what cannot be read in it, each as a whole sentence.
    public record Contents(Map<String, String> values, List<String> problems) {}

    public static Contents read(String text) {
        return new PropertiesText(text).readAll();
    }

    private Contents readAll() {
        var values = new LinkedHashMap<String, String>();
        while (position < text.length()) {
            var whole = logicalLine();
            if (whole.isEmpty()) continue;
            int nameEnd = nameEnd(whole);
            values.put(unescape(whole.substring(0, nameEnd)),
                unescape(whole.substring(valueStart(whole, nameEnd))));
        }
        return new Contents(values, problems);
    }

    /// The next line and those it goes on with, without the space before each; empty for a comment.
    private String logicalLine() {
        var first = naturalLine();
        if (first.isEmpty() || first.charAt(0) == '#' || first.charAt(0) == '!') return "";
        var whole = new StringBuilder(first);
        while (endsOpen(whole)) {
            whole.setLength(whole.length() - 1);
            whole.append(naturalLine());
        }
        return whole.toString();
    }

    private String naturalLine() {
        int start = Math.min(position, text.length());
        position = start;
        while (position < text.length() && text.charAt(position) != '\n'
            && text.charAt(position) != '\r') {
            position++;
        }
        var natural = text.substring(start, position);
        if (text.startsWith("\r\n", position)) position++;
        position++;
        line++;
        int from = 0;
        while (from < natural.length() && isSpace(natural.charAt(from))) {
            from++;
        }
        return natural.substring(from);
    }

    /// An odd number of backslashes at the end leaves the last one free.
    private static boolean endsOpen(StringBuilder whole) {
        int slashes = 0;
        while (slashes < whole.length() && whole.charAt(whole.length() - 1 - slashes) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static int nameEnd(String whole) {
        for (int index = 0; index < whole.length(); index++) {
            char letter = whole.charAt(index);
            if (letter == '\\') {
                index++;
            } else if (letter == '=' || letter == ':' || isSpace(letter)) {
                return index;
            }
        }
        return whole.length();
    }

    private static int valueStart(String whole, int nameEnd) {
        int start = skipSpace(whole, nameEnd);
        if (start == whole.length()) return start;
        boolean isSeparated = whole.charAt(start) == '=' || whole.charAt(start) == ':';
        return isSeparated ? skipSpace(whole, start + 1) : start;
    }

    private static int skipSpace(String whole, int from) {
        int index = from;
        while (index < whole.length() && isSpace(whole.charAt(index))) {
            index++;
        }
        return index;
    }

    private static boolean isSpace(char letter) {
        return letter == ' ' || letter == '\t' || letter == '\f';
    }

    private String unescape(String raw) {
        if (raw.indexOf('\\') < 0) return raw;
        var plain = new StringBuilder(raw.length());
        int index = 0;
        while (index < raw.length()) {
            char letter = raw.charAt(index++);
            if (letter != '\\' || index == raw.length()) {
                plain.append(letter);
                continue;
            }
            char escaped = raw.charAt(index++);
            if (escaped == 'u') {
                index = appendCode(raw, index, plain);
            } else {
                plain.append(meaning(escaped));
            }
        }
        return plain.toString();
    }

    private static char meaning(char escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'f' -> '\f';
            default -> escaped;
        };
    }

    /// Four hexadecimal digits are the number of a character.
    private int appendCode(String raw, int index, StringBuilder plain) {
        int end = Math.min(index + 4, raw.length());
        var digits = raw.substring(index, end);
        if (digits.matches("[0-9A-Fa-f]{4}")) {
            plain.append((char) Integer.parseInt(digits, 16));
        } else {
            problems
                .add("line " + line + ": '\\u" + digits + "' must have four hexadecimal digits");
        }
        return end;
    }
}
