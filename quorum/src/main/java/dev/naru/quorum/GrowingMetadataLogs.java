package dev.naru.quorum;

import dev.naru.base.Disk;
import dev.naru.base.Trace;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;

/// Where a node gets its metadata log that is a cluster of its own, or was one once: its own log, until
/// another node joins, and that of a quorum from then on.
public final class GrowingMetadataLogs implements MetadataLogs, AutoCloseable {
    private final QuorumSettings settings;
    private final MetadataLogs single;
    private final RatisMetadataLogs several;

    public GrowingMetadataLogs(QuorumSettings settings, Disk disk, Trace trace) {
        this.settings = settings;
        this.single = LocalMetadataLog.in(disk, trace);
        this.several = new RatisMetadataLogs(settings, trace);
    }

    @Override public MetadataLog open(NodeIdentity identity) {
        return QuorumMarker.isThere(settings.dataDirectory())
            ? several.open(identity)
            : new GrowingMetadataLog(single, several, new QuorumGrowth(settings, identity),
                identity);
    }

    /// Waits until what was open has left disk and network alone.
    @Override public void close() {
        several.close();
    }
}
