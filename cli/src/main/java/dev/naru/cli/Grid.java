package dev.naru.cli;

import java.util.ArrayList;
import java.util.List;

/// A table in the layout of Kafka's tools, which scripts take apart: left-aligned columns with
/// least widths, one space between them. A column of width 0 is not padded, so the last one
/// leaves no blanks.
final class Grid {
    private final List<String> headings = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    Grid column(String heading, int width) {
        headings.add(heading);
        widths.add(width);
        return this;
    }

    Grid row(Object... cells) {
        return row(List.of(cells));
    }

    Grid row(List<Object> cells) {
        if (cells.size() != headings.size()) {
            throw new IllegalArgumentException("a row needs " + headings.size() + " cells");
        }
        rows.add(cells.stream().map(String::valueOf).toList());
        return this;
    }

    String text() {
        var text = new StringBuilder();
        int[] widest = new int[widths.size()];
        for (int i = 0; i < widest.length; i++) {
            widest[i] = widths.get(i);
            for (List<String> row : rows) {
                if (widths.get(i) > 0) widest[i] = Math.max(widest[i], row.get(i).length());
            }
        }
        append(text, headings, widest);
        rows.forEach(row -> append(text, row, widest));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, int[] widest) {
        for (int i = 0; i < widest.length; i++) {
            if (i > 0) text.append(' ');
            String cell = cells.get(i);
            text.append(cell).append(" ".repeat(Math.max(0, widest[i] - cell.length())));
        }
        text.append('\n');
    }
}
