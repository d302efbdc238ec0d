package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Rows of named columns that can be shown to a person as an aligned table or to a program as
/// JSON. A column is named as in JSON (`logEndOffset`); the table's heading is made of it
/// (`LOG-END-OFFSET`).
final class Sheet {
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    Sheet(String... columns) {
        this.columns = List.of(columns);
    }

    /// An empty string stands for "not known": `-` in a table, null in JSON.
    Sheet row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("a row needs " + columns.size() + " cells");
        }
        rows.add(List.of(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<Map<String, Object>> objects() {
        var objects = new ArrayList<Map<String, Object>>();
        for (List<Object> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i).equals("") ? Json.nothing() : row.get(i));
            }
            objects.add(object);
        }
        return objects;
    }

    /// Words to the left, numbers to the right, two spaces between columns, none at the end of a
    /// line.
    String table() {
        int[] widths = widths();
        boolean[] numeric = numeric();
        var text = new StringBuilder();
        append(text, columns.stream().map(Sheet::heading).toList(), widths, numeric);
        for (List<Object> row : rows) {
            append(text, row.stream().map(Sheet::cell).toList(), widths, numeric);
        }
        return text.toString();
    }

    void print(Terminal terminal, boolean json) {
        terminal.out().print(json ? Json.pretty(objects()) + "\n" : table());
    }

    static String heading(String column) {
        return column.replaceAll("([a-z])([A-Z])", "$1-$2").toUpperCase(Locale.ROOT);
    }

    /// `groupEpoch` as `group epoch`.
    static String spaced(String column) {
        return column.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    private int[] widths() {
        var widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).isEmpty() ? 0 : heading(columns.get(i)).length();
            for (List<Object> row : rows) {
                widths[i] = Math.max(widths[i], cell(row.get(i)).length());
            }
        }
        return widths;
    }

    private boolean[] numeric() {
        var numeric = new boolean[columns.size()];
        for (int i = 0; i < numeric.length; i++) {
            int column = i;
            numeric[i] = rows.stream().map(row -> row.get(column))
                .anyMatch(cell -> cell instanceof Number)
                && rows.stream().map(row -> row.get(column))
                    .allMatch(cell -> cell instanceof Number || cell.equals(""));
        }
        return numeric;
    }

    private static void append(StringBuilder text, List<String> cells, int[] widths,
        boolean[] numeric) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String room = " ".repeat(widths[i] - cells.get(i).length());
            line.append(numeric[i] ? room + cells.get(i) : cells.get(i) + room).append("  ");
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String cell(Object value) {
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(String::valueOf).toList());
        }
        return value.equals("") ? "-" : value.toString();
    }
}
