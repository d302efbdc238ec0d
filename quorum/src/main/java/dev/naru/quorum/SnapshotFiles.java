package dev.naru.quorum;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/// The snapshots of one group: `snapshot.TERM_INDEX` and its digest, which is in place before the
/// snapshot is. An installed one takes the place of the whole directory, by two renames; the old
/// directory counts again if the machine stops between them. From any thread.
final class SnapshotFiles implements StateMachineStorage {
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
    private static final int KEPT = 2;

    private final ForcedDirectories forced;
    private volatile @Nullable File directory;
    private volatile @Nullable File temporary;

    SnapshotFiles(ForcedDirectories forced) {
        this.forced = forced;
    }

    /// Those of a group that does not run.
    SnapshotFiles(ForcedDirectories forced, File place) {
        this.forced = forced;
        this.directory = place;
    }

    @Override public void init(RaftStorage storage) throws IOException {
        var place = storage.getStorageDir().getStateMachineDir();
        directory = place;
        temporary = storage.getStorageDir().getTmpDir();
        if (!place.exists()) restoreMoved(place);
        Files.createDirectories(place.toPath());
        forced.force();
    }

    /// The machine stopped while an installed snapshot took its place.
    private static void restoreMoved(File place) throws IOException {
        var prefix = place.getName() + ".";
        var moved = place.getParentFile().listFiles((_, name) -> name.startsWith(prefix));
        if (moved == null || moved.length == 0) return;
        var newest = List.of(moved).stream().max(Comparator.comparing(File::getName)).orElseThrow();
        Files.move(newest.toPath(), place.toPath(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest().orElse(null);
    }

    Optional<SingleFileSnapshotInfo> latest() {
        return all().stream().max(Comparator.comparingLong(SnapshotInfo::getIndex));
    }

    private List<SingleFileSnapshotInfo> all() {
        var found = new ArrayList<SingleFileSnapshotInfo>();
        var place = directory;
        var files = place == null ? null : place.listFiles();
        if (files == null) return found;
        for (var file : files) {
            var name = NAME.matcher(file.getName());
            if (!name.matches()) continue;
            digested(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))
                .ifPresent(found::add);
        }
        return found;
    }

    private static Optional<SingleFileSnapshotInfo> digested(File file, long term, long index) {
        try {
            var digest = MD5FileUtil.readStoredMd5ForFile(file);
            if (digest == null) return Optional.empty();
            return Optional
                .of(new SingleFileSnapshotInfo(new FileInfo(file.toPath(), digest), term, index));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /// Writes a snapshot; durable when this returns. Its size in bytes.
    long write(TermIndex at, Iterator<ByteBuffer> blocks) throws IOException {
        var place = directory;
        if (place == null) throw new IOException("There is no directory for snapshots yet.");
        var file = new File(place, "snapshot." + at.getTerm() + "_" + at.getIndex());
        var whole = new File(place, file.getName() + ".tmp").toPath();
        try (var channel = FileChannel.open(whole, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            SnapshotFile.write(Channels.newOutputStream(channel), blocks);
            channel.force(true);
        }
        MD5FileUtil.saveMD5File(file, MD5FileUtil.computeMd5ForFile(whole.toFile()));
        Files.move(whole, file.toPath(), StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        forced.force();
        return file.length();
    }

    /// What was received for an installation lasts, before it takes its place.
    void forceReceived() throws IOException {
        var place = temporary;
        if (place == null || !place.isDirectory()) return;
        var received = new ArrayList<Path>();
        try (var entries = Files.walk(place.toPath())) {
            entries.forEach(received::add);
        }
        for (var path : received) {
            if (Files.isDirectory(path)) {
                ForcedDirectories.Forcing.REAL.force(path);
            } else {
                try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }

    @Override public void format() {
        // the directory is made in init
    }

    @Override public void cleanupOldSnapshots(@Nullable SnapshotRetentionPolicy policy)
        throws IOException {
        var newestFirst = new ArrayList<>(all());
        newestFirst.sort(Comparator.comparingLong(SnapshotInfo::getIndex).reversed());
        for (var old : newestFirst.subList(Math.min(KEPT, newestFirst.size()),
            newestFirst.size())) {
            var path = old.getFile().getPath();
            Files.deleteIfExists(path);
            Files.deleteIfExists(MD5FileUtil.getDigestFileForFile(path.toFile()).toPath());
        }
    }
}
