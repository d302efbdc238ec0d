package dev.naru.metadata;

import java.util.SortedMap;

/// What the controller must know of this version and its settings: the settings there are, the
/// features it can serve, when a node counts as lost.
public record ClusterRules(ConfigRules configs, SortedMap<String, FeatureRange> features,
    NodeRules nodes) {}
