package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Invariant;
import dev.naru.base.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A data directory of the machine. A few threads of its own wait for the device; they are never
/// interrupted, because that would close the files they are in. Any thread may call it.
public final class FileDisk implements Disk, AutoCloseable {
    /// From this many files on, one `syncfs` replaces an `fdatasync` for each. See
    /// docs/decisions/flush-threshold.md.
    static final int WHOLE_SYNC_FILES_MIN = 16;
    /// Threads that wait for the device. The journal of a file system joins what they wait for.
    private static final int THREADS = 4;
    private static final int CLOSE_MS_MAX = 60_000;
    private static final int WARM_STEP_BYTES = 128 * 1024;

    private final Path root;
    private final DirectoryLock lock;
    private final Handles handles;
    private final ExecutorService threads;
    /// Linking a call of the C library takes longer than a flush: it is asked for by the first flush that
    /// wants it, and used by later ones.
    private final AtomicBoolean maySeekWholeSync;
    private volatile @Nullable WholeSync wholeSync;

    private FileDisk(Path root, DirectoryLock lock, Handles handles, ExecutorService threads,
        boolean nativeCalls) {
        this.root = root;
        this.lock = lock;
        this.handles = handles;
        this.threads = threads;
        this.maySeekWholeSync = new AtomicBoolean(nativeCalls);
    }

    /// Opens `directory`, creating it when it is not there, and keeps other processes out. `handlesMax`
    /// files are open at most, those being sent apart. `nativeCalls` allows calls into the C library. The
    /// exception's message is one line for people.
    public static FileDisk open(Path directory, int handlesMax, boolean nativeCalls)
        throws IOException {
        Files.createDirectories(directory);
        var root = directory.toRealPath();
        var lock = DirectoryLock.take(root);
        var threads = Executors.newFixedThreadPool(THREADS,
            Thread.ofPlatform().daemon().name("naru-disk-", 0).factory());
        return new FileDisk(root, lock, new Handles(root, handlesMax), threads, nativeCalls);
    }

    @Override public DiskFile file(String path) {
        return new FileDiskFile(handles, resolve(path), path);
    }

    @Override public boolean exists(String path) {
        return Files.exists(resolve(path));
    }

    @Override public List<String> list(String directory) throws DiskFault {
        try (var entries = Files.list(resolve(directory))) {
            return entries.map(FileDisk::name)
                .filter(name -> !name.equals(DirectoryLock.FILE_NAME))
                .sorted().collect(Collectors.toCollection(ArrayList::new));
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (IOException failed) {
            throw Faults.of("list", directory, failed);
        }
    }

    @Override public void createDirectory(String path) throws DiskFault {
        try {
            Files.createDirectories(resolve(path));
        } catch (IOException failed) {
            throw Faults.of("create directory", path, failed);
        }
    }

    @Override public void rename(String from, String to) throws DiskFault {
        boolean isDirectory = isDirectory(from);
        try {
            Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw Faults.of("rename", from, failed);
        } finally {
            forget(from, isDirectory);
            forget(to, isDirectory);
        }
    }

    @Override public void delete(String path) throws DiskFault {
        boolean isDirectory = isDirectory(path);
        forget(path, isDirectory);
        try {
            if (isDirectory) deleteTree(resolve(path));
            else
                Files.deleteIfExists(resolve(path));
        } catch (IOException failed) {
            throw Faults.of("delete", path, failed);
        }
    }

    @Override public void flush(List<DiskFile> files, List<String> directories, Loop loop,
        Done done) {
        flush(files, directories, fault -> loop.execute(() -> done.done(fault)));
    }

    @Override public void flushNow(List<DiskFile> files, List<String> directories)
        throws DiskFault {
        var outcome = new CompletableFuture<Optional<DiskFault>>();
        flush(files, directories, outcome::complete);
        var fault = outcome.join();
        if (fault.isPresent()) throw fault.get();
    }

    @Override public void warm(Bytes.Slice slice, Loop loop, Done done) {
        if (((FileLease) slice.lease()).isInMemory(slice.filePosition(), slice.sizeBytes())) {
            loop.execute(() -> done.done(Optional.empty()));
        } else {
            start(fault -> loop.execute(() -> done.done(fault)), List.of(() -> readThrough(slice)));
        }
    }

    @Override public long usableBytes() {
        return root.toFile().getUsableSpace();
    }

    @Override public long totalBytes() {
        return root.toFile().getTotalSpace();
    }

    /// Lets flushes that were asked for end, then closes all files and gives the directory free.
    @Override public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_MS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        handles.forgetAll();
        var sync = wholeSync;
        if (sync != null) sync.close();
        try {
            lock.close();
        } catch (IOException notClosed) {
            // the system drops the lock with the process
        }
    }

    int openHandles() {
        return handles.count();
    }

    private void flush(List<DiskFile> files, List<String> directories,
        Consumer<Optional<DiskFault>> done) {
        int count = files.size() + directories.size();
        var sync = count >= WHOLE_SYNC_FILES_MIN ? wholeSync() : null;
        if (count == 0) {
            done.accept(Optional.empty());
        } else if (sync != null) {
            start(done, List.of(() -> flushAll(sync)));
        } else {
            var parts = new ArrayList<FlushRound.Part>(count);
            for (var file : files)
                parts.add(flushPart((FileDiskFile) file));
            for (var directory : directories)
                parts.add(() -> flushDirectory(directory));
            start(done, parts);
        }
    }

    private @Nullable WholeSync wholeSync() {
        if (maySeekWholeSync.get() && maySeekWholeSync.compareAndSet(true, false)) {
            threads.execute(() -> wholeSync = WholeSync.of(root).orElse(null));
        }
        return wholeSync;
    }

    private void start(Consumer<Optional<DiskFault>> done, List<FlushRound.Part> parts) {
        var round = new FlushRound(parts.size(), done);
        for (var part : parts) {
            try {
                threads.execute(() -> round.run(part));
            } catch (RejectedExecutionException closed) {
                round.run(() -> {
                    throw new DiskFault(DiskFault.Kind.FAILED, root + " was closed");
                });
            }
        }
    }

    /// The file is looked up now: it may be renamed or deleted before a thread is free.
    private static FlushRound.Part flushPart(FileDiskFile file) {
        try {
            var handle = file.pin();
            return () -> {
                if (handle.isPresent()) flushHandle(handle.get());
            };
        } catch (DiskFault fault) {
            return () -> {
                throw fault;
            };
        }
    }

    private static void flushHandle(Handle handle) throws DiskFault {
        try {
            handle.channel().force(false);
        } catch (IOException failed) {
            throw Faults.of("flush", handle.path(), failed);
        } finally {
            handle.release();
        }
    }

    private void flushDirectory(String directory) throws DiskFault {
        try (var entries = FileChannel.open(resolve(directory), StandardOpenOption.READ)) {
            entries.force(true);
        } catch (NoSuchFileException deleted) {
            // its own entry is another directory's
        } catch (IOException failed) {
            throw Faults.of("flush directory", directory, failed);
        }
    }

    private static void flushAll(WholeSync wholeSync) throws DiskFault {
        try {
            wholeSync.flush();
        } catch (IOException failed) {
            throw Faults.of("flush", "all files", failed);
        }
    }

    /// Reads what is asked for and drops it: the pages are in memory afterwards.
    private static void readThrough(Bytes.Slice slice) throws DiskFault {
        var lease = (FileLease) slice.lease();
        var scratch = ByteBuffer.allocateDirect(Math.min(WARM_STEP_BYTES, slice.sizeBytes()));
        long end = slice.filePosition() + slice.sizeBytes();
        for (long position = slice.filePosition(); position < end; position += scratch.position()) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), end - position));
            if (lease.read(position, scratch) == 0) return;
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override public FileVisitResult postVisitDirectory(Path visited,
                @Nullable IOException failed)
                throws IOException {
                if (failed != null) throw failed;
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private boolean isDirectory(String path) {
        return Files.isDirectory(resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private void forget(String path, boolean isDirectory) {
        if (isDirectory) handles.forgetBelow(path);
        else
            handles.forget(path);
    }

    private Path resolve(String path) {
        var resolved = root.resolve(path).normalize();
        Invariant.check(resolved.startsWith(root), "a path stays within the data directory");
        return resolved;
    }

    private static String name(Path entry) {
        String name = entry.getFileName().toString();
        return Files.isDirectory(entry) ? name + "/" : name;
    }
}
