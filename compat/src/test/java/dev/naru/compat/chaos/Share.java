package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A bounded share of the processor for one process (control groups, of either version).
final class Share implements AutoCloseable {
    private static final Path FIRST = Path.of("/sys/fs/cgroup/cpu");
    private static final Path SECOND = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_US = 100_000;

    private final Path group;

    private Share(Path group) {
        this.group = group;
    }

    /// Why this machine cannot do it, if it cannot.
    static Optional<String> obstacle() {
        if (!Shell.isRoot()) return Optional.of("control groups need root on Linux");
        try (var share = of(ProcessHandle.current().pid() + 0L, 0)) {
            return Files.isDirectory(share.group) ? Optional.empty() : Optional.of("no group");
        } catch (UncheckedIOException refused) {
            return Optional.of("no control groups here: " + refused.getMessage());
        }
    }

    /// The process has at most so many hundredths of one processor; 0 moves nobody anywhere.
    static Share of(long pid, int percent) {
        boolean isFirst = Files.isDirectory(FIRST);
        var group = (isFirst ? FIRST : SECOND).resolve("naru-share-" + pid);
        try {
            Files.createDirectories(group);
            if (percent == 0) return new Share(group);
            int quotaUs = PERIOD_US * percent / 100;
            if (isFirst) {
                Files.writeString(group.resolve("cpu.cfs_period_us"), "" + PERIOD_US);
                Files.writeString(group.resolve("cpu.cfs_quota_us"), "" + quotaUs);
            } else {
                Files.writeString(group.resolve("cpu.max"), quotaUs + " " + PERIOD_US);
            }
            Files.writeString(group.resolve("cgroup.procs"), "" + pid);
            return new Share(group);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// The process has what it had before.
    @Override public void close() {
        try {
            for (var pid : Files.readAllLines(group.resolve("cgroup.procs")))
                Files.writeString(group.resolveSibling("cgroup.procs"), pid);
            Files.deleteIfExists(group);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
