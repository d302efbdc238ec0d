package dev.naru.quorum;

import dev.naru.base.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Whether there is room for what the quorum writes. A member whose disk is full ends, and begins anew
/// when others have made room: as after a crash it goes on with what it had written. Owned by the
/// thread on which members begin and end.
final class FullDisk {
    /// How long to wait before looking again.
    static final long LOOK_EVERY_NS = 200_000_000L;
    /// A new segment of the log takes 64 KiB at once; a snapshot is beside the one before.
    private static final long ROOM_BYTES = 512 * 1024;

    private final Path directory;
    private final Trace trace;
    private boolean isFull;

    FullDisk(Path directory, Trace trace) {
        this.directory = directory;
        this.trace = trace;
    }

    /// Whether a write was refused for want of room. A sync that failed is something else, whatever it
    /// says: nobody knows what of it has reached the disk.
    static boolean isCause(Throwable failure) {
        var cause = root(failure);
        String message = String.valueOf(cause.getMessage());
        boolean isFull = message.contains("No space left on device")
            || message.contains("Disk quota exceeded");
        return isFull && cause instanceof IOException && Stream.of(cause.getStackTrace())
            .noneMatch(frame -> frame.getMethodName().startsWith("force"));
    }

    /// What failed first.
    static Throwable root(Throwable failure) {
        var cause = failure;
        for (var deeper = cause.getCause(); deeper != null; deeper = cause.getCause())
            cause = deeper;
        return cause;
    }

    boolean hasRoom() throws IOException {
        return Files.getFileStore(directory).getUsableSpace() >= ROOM_BYTES;
    }

    /// Whether a write was refused since members worked here.
    boolean isFull() {
        return isFull;
    }

    /// Says so, once.
    void refused(String reason) {
        if (isFull) return;
        isFull = true;
        trace.emit(new QuorumEvent.NoRoom(String.valueOf(directory), reason));
    }

    /// A member works here.
    void works() {
        if (!isFull) return;
        isFull = false;
        trace.emit(new QuorumEvent.RoomAgain(String.valueOf(directory)));
    }
}
