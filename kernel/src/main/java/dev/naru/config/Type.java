package dev.naru.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a setting's value is made of. The ids are those of the protocol.
public enum Type {
    BOOLEAN(1), STRING(2), INT(3), SHORT(4), LONG(5), DOUBLE(6), LIST(7), CLASS(8), PASSWORD(9);

    private final byte id;

    Type(int id) {
        this.id = (byte) id;
    }

    /// The number that DescribeConfigs gives for this type.
    public byte id() {
        return id;
    }

    /// The word for it on pages.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The value that `text` stands for: Boolean, Long, Double, a list of String, or String.
    /// Fails when `text` does not stand for a value of this type.
    Object parse(String text) throws Unfit {
        var trimmed = text.strip();
        return switch (this) {
            case BOOLEAN -> parseBoolean(trimmed);
            case INT -> parseWhole(trimmed, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case SHORT -> parseWhole(trimmed, Short.MIN_VALUE, Short.MAX_VALUE);
            case LONG -> parseWhole(trimmed, Long.MIN_VALUE, Long.MAX_VALUE);
            case DOUBLE -> parseFraction(trimmed);
            case LIST -> parseList(trimmed);
            case STRING, CLASS, PASSWORD -> trimmed;
        };
    }

    /// The text that stands for a parsed value: what clients are shown.
    static String show(Object value) {
        return value instanceof List<?> list ? String.join(",", strings(list)) : value.toString();
    }

    /// The entries of a parsed list.
    static List<String> strings(List<?> list) {
        var strings = new ArrayList<String>(list.size());
        for (var entry : list) {
            strings.add(entry.toString());
        }
        return strings;
    }

    private static Boolean parseBoolean(String text) throws Unfit {
        if (text.equalsIgnoreCase("true")) return true;
        if (text.equalsIgnoreCase("false")) return false;
        throw new Unfit("must be true or false, not '" + text + "'");
    }

    private static Long parseWhole(String text, long low, long high) throws Unfit {
        try {
            long number = Long.parseLong(text);
            if (number >= low && number <= high) return number;
        } catch (NumberFormatException notWhole) {
            throw new Unfit("must be a whole number, not '" + text + "'");
        }
        throw new Unfit("must lie between " + low + " and " + high + ", not " + text);
    }

    private static Double parseFraction(String text) throws Unfit {
        try {
            double number = Double.parseDouble(text);
            if (!Double.isNaN(number)) return number;
        } catch (NumberFormatException notNumber) {
            throw new Unfit("must be a number, not '" + text + "'");
        }
        throw new Unfit("must be a number, not '" + text + "'");
    }

    private static List<String> parseList(String text) throws Unfit {
        var entries = new ArrayList<String>();
        if (text.isEmpty()) return List.of();
        for (int from = 0; from <= text.length();) {
            int comma = text.indexOf(',', from);
            int to = comma < 0 ? text.length() : comma;
            var entry = text.substring(from, to).strip();
            if (entry.isEmpty()) throw new Unfit("has an empty entry in '" + text + "'");
            if (!entries.contains(entry)) entries.add(entry);
            from = to + 1;
        }
        return List.copyOf(entries);
    }

    /// A text that does not stand for a value; the message goes on after the setting's name.
    static final class Unfit extends Exception {
        Unfit(String reason) {
            super(reason, null, false, false);
        }
    }
}
