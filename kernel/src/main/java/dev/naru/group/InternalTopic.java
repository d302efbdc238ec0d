package dev.naru.group;

import java.util.SortedMap;

/// A topic that belongs to a streams application, and that the broker creates for it. A replication
/// factor of 0 is the default.
public record InternalTopic(String name, int partitions, int replicationFactor,
    SortedMap<String, String> configs) {}
