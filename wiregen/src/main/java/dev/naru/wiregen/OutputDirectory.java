package dev.naru.wiregen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Where the sources go. A file whose text is as before keeps its time stamp; one that was not
/// written in this run is removed.
final class OutputDirectory {
    private final Path root;
    private final Set<Path> written = new HashSet<>();

    OutputDirectory(Path root) {
        this.root = root;
    }

    void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        written.add(file);
        if (Files.exists(file) && Files.readString(file).equals(text)) return;
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    void removeStale() throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (!written.contains(file)) Files.delete(file);
            }
        }
    }
}
