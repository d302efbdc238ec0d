package dev.naru.compat.crash;

import dev.naru.compat.broker.Child;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file system of its own in a file. A copy of that file is the disk after a power cut: what was not synced
/// is in the page cache of the mounted one, and not in the file.
public final class LoopImage implements AutoCloseable {
    private static final long SIZE_BYTES = 512L << 20;
    /// The file system must not sync by itself while a test runs.
    private static final String OPTIONS = "loop,noatime,commit=600";

    private final Path image;
    private final Path mount;

    private LoopImage(Path image) {
        this.image = image;
        this.mount = image.resolveSibling(image.getFileName() + ".mount");
    }

    /// Why this machine cannot do it, if it cannot.
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) return Optional.of("needs Linux");
        if (!System.getProperty("user.name").equals("root"))
            return Optional.of("needs root to mount");
        try (var image = make()) {
            return Files.isDirectory(image.directory())
                ? Optional.empty()
                : Optional.of("cannot mount");
        } catch (AssertionError | UncheckedIOException refused) {
            return Optional.of("cannot make and mount a loop image: " + refused.getMessage());
        }
    }

    /// An empty file system.
    public static LoopImage make() {
        try {
            var image = new LoopImage(Files.createTempDirectory("naru-compat-").resolve("disk"));
            try (var file = new RandomAccessFile(image.image.toFile(), "rw")) {
                file.setLength(SIZE_BYTES);
            }
            run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0",
                image.image.toString());
            image.mount();
            return image;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// The disk as it would be if the power failed now. Nobody may write meanwhile.
    public LoopImage cutPower() {
        var copy = new LoopImage(image.resolveSibling(image.getFileName() + "-cut"));
        run("cp", "--sparse=always", image.toString(), copy.image.toString());
        copy.mount();
        return copy;
    }

    /// Where a node keeps its files on this disk.
    public Path directory() {
        return mount.resolve("naru-compat-node");
    }

    private void mount() {
        try {
            Files.createDirectories(mount);
            run("mount", "-o", OPTIONS, image.toString(), mount.toString());
            Files.createDirectories(directory());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    @Override public void close() {
        try {
            run("umount", mount.toString());
            Files.delete(mount);
            Files.delete(image);
            try (var left = Files.list(image.getParent())) {
                if (left.findAny().isPresent()) return;
            }
            Files.delete(image.getParent());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void run(String... command) {
        try (var child = Child.start(List.of(command), Map.of(), Path.of("/"))) {
            if (child.exitCode() != 0)
                throw new AssertionError(List.of(command) + ": " + child.output());
        }
    }
}
