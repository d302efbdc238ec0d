package dev.naru.quorum;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/// What a node's part in the quorum needs: the data directory, the address it listens on for its
/// peers, who votes when the quorum is new (later its own log says who), and TLS if its peers are to
/// prove who they are.
public record QuorumSettings(Path dataDirectory, Listening listening, List<Voter> voters,
    Tuning tuning, Optional<Tls> tls) {
    /// Where this node listens; port 0 is not possible, since the peers must know it.
    public record Listening(String host, int port) {
        /// Whether that is the same place, as far as names can be told.
        boolean isAt(String knownHost, int knownPort) {
            if (port != knownPort) return false;
            if (host.equals(knownHost)) return true;
            var own = new InetSocketAddress(host, port);
            var known = new InetSocketAddress(knownHost, knownPort);
            return own.isUnresolved() || known.isUnresolved() || own.equals(known);
        }
    }

    /// A snapshot is written each time the log has grown by `snapshotAfterBytes`, which is also
    /// about the size of a file of the log; `batchesKept` before it stay, for nodes that lag.
    public record Tuning(QuorumTiming timing, long snapshotAfterBytes, long batchesKept) {
        public static final Tuning USUAL = new Tuning(QuorumTiming.USUAL, 8L * 1024 * 1024, 10_000);
    }

    /// Both sides of a connection prove who they are. Where certificates name members, each speaks for
    /// itself only: `nameOf` gives the [Voter#name] in one, empty when there is none.
    public record Tls(KeyManager key, TrustManager trust, boolean namesMembers,
        Function<X509Certificate, Optional<String>> nameOf) {}
}
