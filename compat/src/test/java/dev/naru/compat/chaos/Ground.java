package dev.naru.compat.chaos;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.crash.LoopImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where the nodes of a session keep their files.
final class Ground implements AutoCloseable {
    private static final long TMPFS_MIB = 160;

    private final Path scratch = Brokers.temporaryDirectory();
    private final List<Path> directories = new ArrayList<>();
    private final List<LoopImage> images = new ArrayList<>();
    private final List<Path> mounts = new ArrayList<>();
    private boolean isKept;

    private Ground() {}

    /// Why there are no file systems to be made here, if there are none.
    static Optional<String> obstacle() {
        return LoopImage.obstacle();
    }

    static Ground of(Set<Need> needs, int nodes) {
        var ground = new Ground();
        for (int node = 1; node <= nodes; node++) {
            if (needs.contains(Need.IMAGES)) {
                var image = LoopImage.make();
                ground.images.add(image);
                ground.directories.add(image.directory());
            } else if (needs.contains(Need.TMPFS)) {
                ground.directories.add(ground.tmpfs(node));
            } else {
                ground.directories.add(ground.scratch.resolve("node-" + node));
            }
        }
        return ground;
    }

    private Path tmpfs(int node) {
        var mount = scratch.resolve("small-" + node);
        try {
            Files.createDirectories(mount);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        Shell.run("mount -t tmpfs -o size=" + TMPFS_MIB + "m none " + mount);
        mounts.add(mount);
        return mount.resolve("node");
    }

    List<Path> directories() {
        return directories;
    }

    Path scratch() {
        return scratch;
    }

    /// The power of this node's machine fails, now that its process is gone: its disk is what had
    /// reached it.
    Path cutPower(int nodeId) {
        var before = images.get(nodeId - 1);
        var after = before.cutPower();
        images.set(nodeId - 1, after);
        before.close();
        directories.set(nodeId - 1, after.directory());
        return after.directory().resolve("data");
    }

    /// Nothing is deleted when it is closed, but what needs to be unmounted is.
    void keep() {
        isKept = true;
    }

    @Override public void close() {
        for (var image : images)
            image.close();
        for (var mount : mounts)
            Shell.tryRun("umount -l " + mount);
        if (!isKept) Brokers.delete(scratch);
    }
}
