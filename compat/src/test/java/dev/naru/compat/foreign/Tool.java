package dev.naru.compat.foreign;

import dev.naru.compat.broker.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Programs that may or may not be on this machine.
final class Tool {
    private Tool() {}

    /// Where PATH has it.
    static Optional<Path> find(String name) {
        for (var directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            var place = Path.of(directory, name);
            if (Files.isExecutable(place)) return Optional.of(place);
        }
        return Optional.empty();
    }

    /// Runs a command to its end.
    static Ran run(Path directory, String input, List<String> command) {
        try (var child = Child.start(command, Map.of(), directory)) {
            child.feed(input);
            int code = child.exitCode();
            return new Ran(code, child.output());
        }
    }

    record Ran(int code, String output) {
        List<String> lines() {
            return output.lines().toList();
        }
    }
}
