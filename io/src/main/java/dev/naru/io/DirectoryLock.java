package dev.naru.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keeps a data directory for one process: a lock on its file `.lock`, which names the process. The system
/// drops it with the process, however that ends.
final class DirectoryLock implements AutoCloseable {
    static final String FILE_NAME = ".lock";
    /// Directories of this process. The system's lock is per process, and closing any handle of the file
    /// would drop it.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /// Locks `directory` (a real path); the exception's message says who has it.
    static DirectoryLock take(Path directory) throws IOException {
        if (!HELD.add(directory)) throw inUse(directory, "this process");
        try {
            var channel = FileChannel.open(directory.resolve(FILE_NAME), StandardOpenOption.READ,
                StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (lock(channel) == null) {
                String holder = holder(channel);
                channel.close();
                throw inUse(directory, holder);
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
            return new DirectoryLock(directory, channel);
        } catch (IOException failed) {
            HELD.remove(directory);
            throw failed;
        }
    }

    @Override public void close() throws IOException {
        channel.close();
        HELD.remove(directory);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        return channel.tryLock();
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String pid = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
        return pid.isEmpty() ? "another process" : "process " + pid;
    }

    private static IOException inUse(Path directory, String holder) {
        return new IOException(directory + " is in use by " + holder);
    }
}
