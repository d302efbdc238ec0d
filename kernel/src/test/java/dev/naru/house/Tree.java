package dev.naru.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The hand-written Java sources of all modules. Tests run in the directory of their module, so the
/// tree's root is one up.
final class Tree {
    private Tree() {}

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /// Everything hand-written, sorted by path.
    static List<SourceFile> all() {
        var sources = new ArrayList<SourceFile>();
        for (var module : list(ROOT)) {
            if (!Files.exists(module.resolve("pom.xml"))) continue;
            sources.addAll(under(module.resolve("src/main/java")));
            sources.addAll(under(module.resolve("src/test/java")));
        }
        return sources;
    }

    /// The kernel without its tests and without the generated messages.
    static List<SourceFile> kernel() {
        return under(ROOT.resolve("kernel/src/main/java"));
    }

    private static List<SourceFile> under(Path directory) {
        if (!Files.exists(directory)) return List.of();
        try (var paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".java")).sorted().map(Tree::read)
                .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static SourceFile read(Path path) {
        try {
            var name = ROOT.relativize(path).toString().replace('\\', '/');
            return new SourceFile(name, Files.readString(path));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> list(Path directory) {
        try (var paths = Files.list(directory)) {
            return paths.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
