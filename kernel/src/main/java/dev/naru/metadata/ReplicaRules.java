package dev.naru.metadata;

/// What a topic's settings say about its replicas: how many must be in sync for a record to be
/// acknowledged (`min.insync.replicas`), and whether one that may lack acknowledged records leads
/// rather than none (`unclean.leader.election.enable`).
public record ReplicaRules(int minInSync, boolean mayElectUnclean) {}
