package dev.naru.io;

import dev.naru.base.DiskFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Set;

/// The open handles of a disk, at most `handlesMax` of them (more only while all are leased). Which one
/// goes is decided as by a clock's hand: the first in turn that was not used since the hand last passed.
/// Any thread; the lock is held for bookkeeping, and while a file is opened.
final class Handles {
    private static final Set<StandardOpenOption> EXISTING = Set.of(StandardOpenOption.READ,
        StandardOpenOption.WRITE);
    private static final Set<StandardOpenOption> CREATED = Set.of(StandardOpenOption.READ,
        StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    private final Path root;
    private final int handlesMax;
    /// In the order of the clock's hand: the first is looked at next.
    private final LinkedHashMap<String, Handle> handleByPath = new LinkedHashMap<>();

    Handles(Path root, int handlesMax) {
        this.root = root;
        this.handlesMax = handlesMax;
    }

    /// The handle of `path`, acquired for the caller; opened when it is not, created when told.
    synchronized Handle open(String path, boolean create) throws DiskFault {
        var open = handleByPath.get(path);
        if (open != null && open.acquire()) return open;
        makeRoom(handlesMax - 1);
        var handle = new Handle(path, channel(path, create));
        handle.acquire();
        handleByPath.put(path, handle);
        return handle;
    }

    /// The name means another file from now on, or none.
    synchronized void forget(String path) {
        var handle = handleByPath.remove(path);
        if (handle != null) handle.retire();
    }

    /// The same for all names below a directory.
    synchronized void forgetBelow(String directory) {
        var prefix = directory + "/";
        handleByPath.values().removeIf(handle -> {
            if (!handle.path().startsWith(prefix)) return false;
            handle.retire();
            return true;
        });
    }

    synchronized void forgetAll() {
        for (var handle : handleByPath.values())
            handle.retire();
        handleByPath.clear();
    }

    synchronized int count() {
        return handleByPath.size();
    }

    private FileChannel channel(String path, boolean create) throws DiskFault {
        var file = root.resolve(path);
        var how = create ? CREATED : EXISTING;
        try {
            return FileChannel.open(file, how);
        } catch (FileSystemException refused) {
            if (!isOutOfHandles(refused)) throw Faults.of("open", path, refused);
            makeRoom(handleByPath.size() / 2);
        } catch (IOException failed) {
            throw Faults.of("open", path, failed);
        }
        try {
            return FileChannel.open(file, how);
        } catch (IOException failed) {
            throw Faults.of("open", path, failed);
        }
    }

    private static boolean isOutOfHandles(FileSystemException refused) {
        return String.valueOf(refused.getReason()).contains("Too many open files");
    }

    /// Closes idle handles until `count` are left, or none more is idle.
    private void makeRoom(int count) {
        int looksLeft = 2 * handleByPath.size();
        while (handleByPath.size() > count && looksLeft-- > 0) {
            var handle = handleByPath.pollFirstEntry().getValue();
            if (handle.takeRecent() || !handle.isIdle()) handleByPath.put(handle.path(), handle);
            else
                handle.retire();
        }
    }
}
