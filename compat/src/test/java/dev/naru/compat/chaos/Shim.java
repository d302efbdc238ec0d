package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A library between each node and its machine (resources/unkind-machine.c), and the small file that
/// tells it
/// what to do.
final class Shim {
    private static final String SOURCE = "/unkind-machine.c";
    private static final int FILE_BYTES = 4096;
    private static final int SYNCS_TO_FAIL = 0;
    private static final int SYNC_LONGER_MS = 1;
    private static final int CLOCK_AHEAD_MS = 2;
    private static final int WRITES_TO_FAIL = 3;
    private static final int SYNCS_FAILED = 4;
    private static final int WRITES_FAILED = 5;

    private final Path directory;

    private Shim(Path directory) {
        this.directory = directory;
    }

    /// Why this machine cannot do it, if it cannot.
    static Optional<String> obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) return Optional.of("needs Linux");
        try {
            Shell.run("cc --version");
            return Optional.empty();
        } catch (AssertionError | UncheckedIOException absent) {
            return Optional.of("no C compiler (cc) here");
        }
    }

    static Shim make(Path directory, int nodes) {
        var shim = new Shim(directory);
        try (var source = Shim.class.getResourceAsStream(SOURCE)) {
            Files.write(directory.resolve("unkind-machine.c"), source.readAllBytes());
            Shell.run(List.of("cc", "-shared", "-fPIC", "-O1", "-o", shim.library().toString(),
                directory.resolve("unkind-machine.c").toString(), "-ldl"));
            for (int node = 1; node <= nodes; node++)
                Files.write(shim.file(node), new byte[FILE_BYTES]);
            return shim;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private Path library() {
        return directory.resolve("unkind-machine.so");
    }

    private Path file(int nodeId) {
        return directory.resolve("machine-" + nodeId);
    }

    Map<String, String> environment(int nodeId) {
        return Map.of("LD_PRELOAD", library().toString(), "NARU_MACHINE",
            file(nodeId).toString());
    }

    /// The next syncs of the node fail, so many; -1 is all.
    void failSyncs(int nodeId, long count) {
        write(nodeId, SYNCS_TO_FAIL, count);
    }

    void failWrites(int nodeId, long count) {
        write(nodeId, WRITES_TO_FAIL, count);
    }

    void slowSyncs(int nodeId, long longerMs) {
        write(nodeId, SYNC_LONGER_MS, longerMs);
    }

    void moveClock(int nodeId, long aheadMs) {
        write(nodeId, CLOCK_AHEAD_MS, aheadMs);
    }

    /// How many syncs and writes have failed.
    long failures(int nodeId) {
        return read(nodeId, SYNCS_FAILED) + read(nodeId, WRITES_FAILED);
    }

    private void write(int nodeId, int index, long value) {
        try (var file = new RandomAccessFile(file(nodeId).toFile(), "rw")) {
            file.seek(8L * index);
            file.writeLong(Long.reverseBytes(value));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private long read(int nodeId, int index) {
        try (var file = new RandomAccessFile(file(nodeId).toFile(), "r")) {
            file.seek(8L * index);
            return Long.reverseBytes(file.readLong());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
