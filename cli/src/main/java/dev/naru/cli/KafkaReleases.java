package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which levels of which features Apache Kafka's releases have (KIP-584, KIP-1022): what
/// kafka-features knows without asking a cluster.
final class KafkaReleases {
    static final String METADATA = "metadata.version";
    private static final int METADATA_LEVEL_MIN = 7;
    private static final List<String> NAMES = List.of("3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1",
        "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3",
        "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0",
        "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0", "4.4-IV0", "4.4-IV1", "4.4-IV2", "4.5-IV0");
    /// The newest that is not in the making.
    private static final String LATEST = "4.4-IV2";
    private static final List<Feature> FEATURES = List.of(
        new Feature("kraft.version", List.of(plain("3.9-IV0"))),
        new Feature("transaction.version", List.of(plain("4.0-IV2"), plain("4.0-IV2"))),
        new Feature("group.version", List.of(plain("4.0-IV0"))),
        new Feature("eligible.leader.replicas.version",
            List.of(new Level("4.1-IV0", Map.of(METADATA, metadataLevel("4.0-IV1"))))),
        new Feature("share.version", List.of(plain("4.2-IV0"), plain("4.4-IV0"))),
        new Feature("streams.version", List.of(plain("4.2-IV1"))));

    private KafkaReleases() {}

    /// A feature with its levels from 1 on; 0 is off.
    private record Feature(String name, List<Level> levels) {}

    /// The release that turns it on by default, and what it needs of other features.
    private record Level(String since, Map<String, Short> requires) {}

    private static Level plain(String since) {
        return new Level(since, Map.of());
    }

    static String latest() {
        return LATEST;
    }

    /// The level of a metadata version by its name, or of a release by its number: its last one.
    static short metadataLevel(String name) {
        int exact = NAMES.indexOf(name);
        if (exact >= 0) return (short) (METADATA_LEVEL_MIN + exact);
        var parts = name.split("\\.", -1);
        String release = parts.length < 2 ? name : parts[0] + "." + parts[1];
        for (int at = NAMES.size() - 1; at >= 0; at--) {
            if (NAMES.get(at).startsWith(release + "-")) return (short) (METADATA_LEVEL_MIN + at);
        }
        throw Failed.because("Unknown release version '" + name + "'. Supported versions are: "
            + NAMES.getFirst() + " to " + NAMES.getLast());
    }

    static Optional<String> metadataName(short level) {
        int at = level - METADATA_LEVEL_MIN;
        return at < 0 || at >= NAMES.size() ? Optional.empty() : Optional.of(NAMES.get(at));
    }

    /// The levels that a cluster of this release starts with; the metadata version first.
    static Map<String, Short> levels(String release) {
        short metadata = metadataLevel(release);
        var levels = new LinkedHashMap<String, Short>();
        levels.put(METADATA, metadata);
        for (Feature feature : FEATURES) {
            int level = 0;
            for (Level next : feature.levels()) {
                if (metadataLevel(next.since()) <= metadata) level++;
            }
            levels.put(feature.name(), (short) level);
        }
        return levels;
    }

    /// What a level of a feature needs of others.
    static SortedMap<String, Short> requirements(String name, short level) {
        if (name.equals(METADATA)) {
            if (metadataName(level).isPresent()) return new TreeMap<>();
            throw Failed.because("Unknown metadata.version " + level);
        }
        for (Feature feature : FEATURES) {
            if (!feature.name().equals(name)) continue;
            if (level == 0) return new TreeMap<>();
            boolean isThere = level > 0 && level <= feature.levels().size();
            if (isThere) return new TreeMap<>(feature.levels().get(level - 1).requires());
            throw Failed.because("No feature:" + name + " with feature level " + level);
        }
        throw Failed.because("Unknown feature: " + name);
    }
}
