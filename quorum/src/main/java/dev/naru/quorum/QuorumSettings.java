package dev.naru.quorum;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a node's part in the quorum needs: the data directory, the address it listens on for its
/// peers, who votes when the quorum is new (later its own log says who), and TLS files if its peers
/// are to prove who they are.
public record QuorumSettings(Path dataDirectory, Listening listening, List<Voter> voters,
    Tuning tuning, Optional<Tls> tls) {
    /// Where this node listens; port 0 is not possible, since the peers must know it.
    public record Listening(String host, int port) {}

    /// A snapshot is written each time the log has grown by `snapshotAfterBytes`, which is also
    /// about the size of a file of the log; `batchesKept` before it stay, for nodes that lag.
    public record Tuning(QuorumTiming timing, long snapshotAfterBytes, long batchesKept) {
        public static final Tuning USUAL = new Tuning(QuorumTiming.USUAL, 8L * 1024 * 1024, 10_000);
    }

    /// PEM files; both sides of a connection prove who they are.
    public record Tls(File privateKey, File certificates, File trusted) {}
}
