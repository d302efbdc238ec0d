package dev.naru.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The calls that force files to disk, as `strace` saw them. A filter in the kernel keeps every
/// other call at full speed.
record SyncTrace(Path file) {
    static final String CALLS = "fsync,fdatasync,syncfs,sync,msync,sync_file_range";
    private static final Pattern CALL = Pattern
        .compile("\\b(fsync|fdatasync|syncfs|sync|msync|sync_file_range)\\(");

    /// True when there is a `strace` and it may watch a process.
    static boolean isPossible() {
        try {
            var trial = new ProcessBuilder("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o",
                "/dev/null", "-e", "trace=fsync", "true").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return trial.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Calls so far.
    long count() throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> CALL.matcher(line).find()).count();
        }
    }
}
