package dev.naru.quorum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Directories whose entries must last through a power cut before this node says anything that
/// rests on them. Ratis renames its vote file, makes the files of its log and puts snapshots in
/// place without forcing the directory. From any thread.
///
/// A directory is forced when its time of change is another one than when it was forced last, or too
/// recent to tell two changes apart.
final class ForcedDirectories {
    /// File systems count time in ticks of a few milliseconds.
    private static final long TICK_MS_MAX = 50;

    private final List<Path> directories;
    private final Forcing forcing;
    private final Map<Path, FileTime> forcedAt = new LinkedHashMap<>();
    private final AtomicReference<Consumer<String>> onFault = new AtomicReference<>(reason -> {
    });

    /// Makes a directory's entries durable.
    interface Forcing {
        /// With fsync.
        Forcing REAL = directory -> {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        };

        void force(Path directory) throws IOException;
    }

    ForcedDirectories(List<Path> directories, Forcing forcing) {
        this.directories = directories;
        this.forcing = forcing;
    }

    /// Hears when a directory cannot be forced; the node must not go on then.
    void onFault(Consumer<String> listener) {
        onFault.set(listener);
    }

    /// When this returns, whatever is in the directories stays.
    synchronized void force() {
        for (var directory : directories) {
            try {
                if (Files.isDirectory(directory)) forceIfChanged(directory);
            } catch (IOException fault) {
                onFault.get().accept("The directory " + directory + " cannot be forced: " + fault);
                throw new UncheckedIOException(fault);
            }
        }
    }

    private void forceIfChanged(Path directory) throws IOException {
        long nowMs = System.currentTimeMillis();
        var changed = Files.getLastModifiedTime(directory);
        if (changed.equals(forcedAt.get(directory))) return;
        undisturbed(() -> forcing.force(directory));
        boolean isOld = nowMs - changed.toMillis() > TICK_MS_MAX;
        if (isOld) forcedAt.put(directory, changed);
    }

    /// Runs it on a thread that nobody interrupts, and waits: Ratis interrupts its own, which would
    /// close the file in the middle.
    static void undisturbed(Work work) throws IOException {
        var done = new CompletableFuture<@Nullable IOException>();
        var thread = new Thread(() -> done.complete(faultOf(work)), "naru-quorum-force");
        thread.setDaemon(true);
        thread.start();
        var fault = done.join();
        if (fault != null) throw fault;
    }

    private static @Nullable IOException faultOf(Work work) {
        try {
            work.run();
            return null;
        } catch (IOException fault) {
            return fault;
        } catch (RuntimeException fault) {
            return new IOException(fault);
        }
    }

    /// Something with files.
    interface Work {
        void run() throws IOException;
    }
}
