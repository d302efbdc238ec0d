package dev.naru.metadata;

/// Where a node gets its metadata log from, once it knows who it is.
public interface MetadataLogs {
    /// The log of the cluster that `identity` says this node belongs to; not started yet.
    MetadataLog open(NodeIdentity identity);
}
