package dev.naru.quorum;

import dev.naru.base.Trace;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;
import java.util.concurrent.CompletableFuture;

/// Where a node of a cluster gets its metadata log: a member of a quorum on Apache Ratis, whose files
/// are in `quorum` of the data directory. One is opened when the one before has ended.
public final class RatisMetadataLogs implements MetadataLogs, AutoCloseable {
    private final QuorumSettings settings;
    private final Trace trace;
    private final ForcedDirectories.Forcing forcing;
    private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    public RatisMetadataLogs(QuorumSettings settings, Trace trace) {
        this(settings, trace, ForcedDirectories.Forcing.REAL);
    }

    RatisMetadataLogs(QuorumSettings settings, Trace trace, ForcedDirectories.Forcing forcing) {
        this.settings = settings;
        this.trace = trace;
        this.forcing = forcing;
    }

    @Override public synchronized MetadataLog open(NodeIdentity identity) {
        var log = new RatisMetadataLog(settings, identity, new RatisMetadataLog.Outside(trace,
            forcing, ended));
        ended = log.ended();
        return log;
    }

    /// Waits until the log that was opened last, if it was closed, has ended on disk and network.
    @Override public void close() {
        CompletableFuture<Void> last;
        synchronized (this) {
            last = ended;
        }
        last.join();
    }
}
