package dev.naru.compat.chaos;

/// What a row needs of the machine, or of its cluster.
enum Need {
    /// One node, a cluster of its own.
    ALONE,
    /// A network for each node, which can be cut.
    NAMESPACES,
    /// A file system for each node of which copies are made.
    IMAGES,
    /// A small file system for each node.
    TMPFS,
    /// A library that stands between the node and its machine.
    SHIM,
    /// A share of the processor for each node.
    CGROUPS,
    /// Another build of the server.
    OTHER_VERSION
}
