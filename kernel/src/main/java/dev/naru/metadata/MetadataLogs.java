package dev.naru.metadata;

/// Where a node gets its metadata log from, once it knows who it is.
public interface MetadataLogs {
    /// The file of a data directory whose metadata is kept by a quorum. A node's own log does not
    /// start beside it.
    String QUORUM_MARKER = "quorum.properties";

    /// The log of the cluster that `identity` says this node belongs to; not started yet.
    MetadataLog open(NodeIdentity identity);
}
