package dev.naru.quorum;

import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The file that says that a data directory's metadata is kept by a quorum. It alone decides which
/// log starts: where it is, the node's own log is refused for ever, and a quorum whose files are
/// gone is not begun anew, since it would vote twice.
final class QuorumMarker {
    private static final String LOCAL_DIRECTORY = "metadata";

    private QuorumMarker() {}

    static boolean isThere(Path dataDirectory) {
        return Files.exists(dataDirectory.resolve(MetadataLogs.QUORUM_MARKER));
    }

    /// Why a quorum cannot start here; empty when it can.
    static String problem(Path dataDirectory, Path groupDirectory) {
        boolean hasFiles = Files.exists(groupDirectory.resolve("current").resolve("raft-meta"));
        if (isThere(dataDirectory)) {
            return hasFiles
                ? ""
                : "the files of the quorum in " + groupDirectory + " are gone. This directory has"
                    + " voted; give the node a new one.";
        }
        if (Files.exists(dataDirectory.resolve(LOCAL_DIRECTORY))) {
            return "the directory " + dataDirectory + " holds the metadata of a single node, which"
                + " has not been moved to a quorum.";
        }
        return "";
    }

    /// Why a node that never took part cannot be the voter that the settings name: its directory is another
    /// one, because it was emptied, or something else is mounted there. Empty when it can.
    static String stranger(QuorumSettings settings, NodeIdentity identity) {
        if (isThere(settings.dataDirectory())) return "";
        for (var voter : settings.voters()) {
            boolean isSelf = voter.nodeId() == identity.nodeId();
            if (!isSelf || voter.directoryId().equals(identity.directoryId())) continue;
            return "controller.quorum.voters names directory " + voter.directoryId()
                + " for node " + identity.nodeId() + ", and " + settings.dataDirectory() + " is "
                + identity.directoryId() + ": it was emptied, or it is another directory.";
        }
        return "";
    }

    /// Whole or not at all, and there to stay.
    static void write(Path dataDirectory, String group, ForcedDirectories.Forcing forcing)
        throws IOException {
        var text = new StringWriter().append("version=1\ngroup=").append(group).append('\n');
        var whole = dataDirectory.resolve(MetadataLogs.QUORUM_MARKER + ".tmp");
        try (var channel = FileChannel.open(whole, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining())
                channel.write(bytes);
            channel.force(true);
        }
        Files.move(whole, dataDirectory.resolve(MetadataLogs.QUORUM_MARKER),
            StandardCopyOption.ATOMIC_MOVE);
        forcing.force(dataDirectory);
    }

    /// The same, unless it is there.
    static void writeOnce(Path dataDirectory, String clusterId,
        ForcedDirectories.Forcing forcing) throws IOException {
        if (isThere(dataDirectory)) return;
        var group = RatisMember.root(dataDirectory, clusterId).getFileName();
        write(dataDirectory, String.valueOf(group), forcing);
    }
}
