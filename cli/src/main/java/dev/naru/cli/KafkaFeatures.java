package dev.naru.cli;

import java.util.Locale;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.SupportedVersionRange;

/// kafka-features describe.
final class KafkaFeatures implements Command {
    private static final String METADATA = "metadata.version";
    private static final int METADATA_LEVEL_MIN = 7;
    private static final String[] METADATA_NAMES = {"3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1",
            "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3",
            "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0",
            "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0", "4.4-IV0", "4.4-IV1", "4.4-IV2", "4.5-IV0"};

    @Override public Flags flags() {
        return Flags.of("kafka-features", "Shows which features the cluster has agreed on.")
            .words("describe", "1", "What to do.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        if (!given.words().getFirst().equals("describe")) {
            throw Failed.usage("only describe is known, not '" + given.words().getFirst() + "'");
        }
        try (Admin admin = Link.ofKafka(given).admin()) {
            FeatureMetadata features = Explain.get(admin.describeFeatures().featureMetadata());
            new TreeMap<>(features.supportedFeatures()).forEach((name, range) -> terminal
                .line(line(name, range, features)));
            return 0;
        }
    }

    private static String line(String name, SupportedVersionRange range,
        FeatureMetadata features) {
        var agreed = features.finalizedFeatures().get(name);
        short level = agreed == null ? 0 : agreed.maxVersionLevel();
        String epoch = features.finalizedFeaturesEpoch().map(Object::toString).orElse("-");
        return String.format(Locale.ROOT, "Feature: %-42sSupportedMinVersion: %-17s"
            + "SupportedMaxVersion: %-17sFinalizedVersionLevel: %-17sEpoch: %s", name,
            level(name, range.minVersion()), level(name, range.maxVersion()), level(name, level),
            epoch);
    }

    /// Levels of the metadata version have names of their own.
    static String level(String feature, short level) {
        if (!feature.equals(METADATA)) return Short.toString(level);
        int at = level - METADATA_LEVEL_MIN;
        return at < 0 || at >= METADATA_NAMES.length ? "UNKNOWN " + level : METADATA_NAMES[at];
    }
}
