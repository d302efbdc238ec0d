package dev.naru.quorum;

import dev.naru.base.Uuid;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/// A directory that is on its way into a cluster: `join.properties` says who asks for a place there,
/// until the node has one. Where it is no log of the node's own starts, so that nobody takes the node
/// for a cluster.
///
/// @param seed HOST:PORT of the node that is asked
public record JoinMark(Uuid directoryId, String seed) {
    private static final String FILE = "join.properties";

    /// What the directory says; empty when it is on no way.
    public static Optional<JoinMark> read(Path dataDirectory) throws IOException {
        var file = dataDirectory.resolve(FILE);
        if (!Files.exists(file)) return Optional.empty();
        var text = new Properties();
        try (var in = Files.newInputStream(file)) {
            text.load(in);
        }
        var directoryId = Uuid.parse(text.getProperty("directory.id", ""));
        if (directoryId.isEmpty()) throw new IOException(file + " names no directory.");
        return Optional.of(new JoinMark(directoryId.get(), text.getProperty("join", "")));
    }

    /// Whether the node of this directory has, or had, a place in a quorum.
    public static boolean isMember(Path dataDirectory) {
        return QuorumMarker.isThere(dataDirectory);
    }

    /// There to stay when this returns.
    public void write(Path dataDirectory) throws IOException {
        Files.createDirectories(dataDirectory);
        var whole = dataDirectory.resolve(FILE + ".tmp");
        var text = "directory.id=" + directoryId + "\njoin=" + seed.replace(":", "\\:") + "\n";
        try (var channel = FileChannel.open(whole, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining())
                channel.write(bytes);
            channel.force(true);
        }
        Files.move(whole, dataDirectory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        ForcedDirectories.Forcing.REAL.force(dataDirectory);
    }

    /// The node has its place.
    public static void delete(Path dataDirectory) throws IOException {
        if (Files.deleteIfExists(dataDirectory.resolve(FILE)))
            ForcedDirectories.Forcing.REAL.force(dataDirectory);
    }
}
