package dev.naru.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Tables of tests: a row to a line, columns between bars.
public final class Rows {
    private Rows() {}

    /// The rows of a resource beside this class; there is at least one, with at least two columns.
    public static List<List<String>> of(String resource) {
        try (var bytes = Rows.class.getResourceAsStream(resource)) {
            if (bytes == null) throw new IllegalArgumentException("there is no " + resource);
            var rows = new ArrayList<List<String>>();
            for (var line : new String(bytes.readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList()) {
                var row = new ArrayList<String>();
                for (var column : line.split("\\|", -1))
                    row.add(column.strip());
                if (row.size() < 2) throw new IllegalArgumentException(resource + ": " + line);
                rows.add(row);
            }
            if (rows.isEmpty()) throw new IllegalArgumentException(resource + " is empty");
            return rows;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
