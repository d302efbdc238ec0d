package dev.naru.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where a run took place.
final class Machine {
    private Machine() {}

    /// The commit of the tree, with a mark when the tree differs from it.
    static String commit(Path home) {
        String id = output(home, "git", "rev-parse", "--short=12", "HEAD");
        String changed = output(home, "git", "status", "--porcelain", "--untracked-files=no", "--",
            ".", ":!bench");
        return changed.isEmpty() ? id : id + " with changes";
    }

    static List<String> lines() throws IOException {
        return List.of(
            Runtime.getRuntime().availableProcessors() + " cores, " + first("/proc/cpuinfo",
                "model name")
                + ", " + first("/proc/meminfo", "MemTotal"),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            "JDK " + Runtime.version() + " for both brokers and the client",
            "load average before this run " + Files.readString(Path.of("/proc/loadavg")).trim());
    }

    private static String first(String file, String name) throws IOException {
        for (var line : Files.readAllLines(Path.of(file))) {
            if (line.startsWith(name)) return line.substring(line.indexOf(':') + 1).trim();
        }
        return "?";
    }

    private static String output(Path directory, String... command) {
        try {
            var process = new ProcessBuilder(command).directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            var bytes = process.getInputStream().readAllBytes();
            process.waitFor();
            return new String(bytes, StandardCharsets.UTF_8).trim();
        } catch (IOException absent) {
            return "unknown";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
