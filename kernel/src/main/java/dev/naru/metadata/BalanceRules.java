package dev.naru.metadata;

/// Whether the cluster moves replicas by itself, and how long a node must have been silent, in
/// nanoseconds, before what it held is rebuilt elsewhere.
public record BalanceRules(boolean isEnabled, long healAfterNs) {}
