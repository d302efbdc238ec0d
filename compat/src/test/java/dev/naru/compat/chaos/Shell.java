package dev.naru.compat.chaos;

import dev.naru.compat.broker.Child;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Commands of the machine.
final class Shell {
    private Shell() {}

    /// Runs a command, whose words are parted by blanks; fails when it fails.
    static String run(String command) {
        return run(List.of(command.split(" ", -1)));
    }

    static String run(List<String> words) {
        try (var child = Child.start(words, Map.of(), Path.of("/"))) {
            if (child.exitCode() != 0) throw new AssertionError(words + ": " + child.output());
            return child.output();
        }
    }

    /// The same for what may be undone already.
    static void tryRun(String command) {
        try (var child = Child.start(List.of(command.split(" ", -1)), Map.of(), Path.of("/"))) {
            child.exitCode();
        }
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root")
            && System.getProperty("os.name").equals("Linux");
    }
}
