package dev.naru.metadata;

import java.util.SortedMap;

/// What the controller must know of this version: the settings there are and the features it can
/// serve.
public record ClusterRules(ConfigRules configs, SortedMap<String, FeatureRange> features) {}
