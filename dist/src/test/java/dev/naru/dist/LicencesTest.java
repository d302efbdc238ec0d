package dev.naru.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every library that is shipped has its licence beside it.
final class LicencesTest {
    private static final Path LICENCES = Path.of("src/main/licenses");
    private static final Pattern ROW = Pattern
        .compile("\\| ([a-z][a-z0-9-]+)(\\*?) \\| [^|]+ \\| ([^|]+) \\|");

    private static final Pattern ONLY_TESTS = Pattern.compile(
        "junit-|assertj-|opentest4j-|apiguardian-|byte-buddy-|jspecify-|surefire");

    @Test void each_library_is_listed() throws IOException {
        var rows = rows();
        for (var library : shipped()) {
            assertThat(rows.stream().filter(row -> row.covers(library))).as(library).hasSize(1);
        }
    }

    @Test void each_listed_text_is_there() throws IOException {
        for (var row : rows()) {
            for (var text : row.texts().split(", ", -1)) {
                if (text.contains("*")) continue;
                assertThat(LICENCES.resolve(text)).isNotEmptyFile();
            }
        }
    }

    /// The class path of this module, without Naru itself and what only tests need.
    private static List<String> shipped() {
        var names = new ArrayList<String>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = Path.of(entry).getFileName().toString();
            boolean isOurs = name.startsWith("naru-") || !name.endsWith(".jar");
            if (!isOurs && !ONLY_TESTS.matcher(name).lookingAt()) names.add(name);
        }
        assertThat(names).anyMatch(name -> name.startsWith("netty-transport-"));
        return names;
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        for (var line : Files.readAllLines(LICENCES.resolve("README.md"))) {
            var row = ROW.matcher(line);
            if (row.matches() && !row.group(1).equals("library"))
                rows.add(new Row(row.group(1), row.group(3)));
        }
        return rows;
    }

    private record Row(String prefix, String texts) {
        boolean covers(String jar) {
            return jar.startsWith(prefix);
        }
    }
}
