package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;

/// kafka-features: describe, upgrade, downgrade, disable; and what releases of Kafka come with,
/// which needs no cluster.
final class KafkaFeatures implements Command {
    private static final List<String> VERBS = List.of("describe", "upgrade", "downgrade",
        "disable", "version-mapping", "feature-dependencies");
    @Override public Flags flags() {
        return Flags.of("kafka-features",
            "Shows and changes which features the cluster has agreed on.")
            .words("COMMAND", "1", "One of " + String.join(", ", VERBS) + ".")
            .texts("--feature", "name=level",
                "The feature and its level; with disable only its name; may be repeated.")
            .text("--metadata", "version", "The metadata version, such as 4.4-IV2.")
            .text("--release-version", "version",
                "With version-mapping: the release, such as 4.4-IV2 or 4.4; else the latest.")
            .on("--unsafe", "Lowers a level even if that loses metadata.")
            .on("--dry-run", "Only asks whether it could be done.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        String verb = given.words().getFirst();
        if (!VERBS.contains(verb)) {
            throw Failed.usage("give one of " + String.join(", ", VERBS) + ", not '" + verb + "'");
        }
        boolean isMapping = verb.equals("version-mapping");
        if (given.has("--release-version") && !isMapping) {
            throw Failed.usage("--release-version is for version-mapping");
        }
        if (isMapping) return mapping(given, terminal);
        if (verb.equals("feature-dependencies")) return dependencies(given, terminal);
        Map<String, FeatureUpdate> updates = verb.equals("describe")
            ? Map.of()
            : updates(verb, given);
        try (Admin admin = Link.ofKafka(given).admin()) {
            if (!updates.isEmpty()) return update(admin, verb, updates, given, terminal);
            FeatureMetadata features = Explain.get(admin.describeFeatures().featureMetadata());
            new TreeMap<>(features.supportedFeatures()).forEach((name, range) -> terminal
                .line(line(name, range, features)));
            return 0;
        }
    }

    private static int mapping(Given given, Terminal terminal) {
        String release = given.text("--release-version", KafkaReleases.latest());
        KafkaReleases.levels(release).forEach((name, level) -> terminal.line(name + "=" + level
            + (name.equals(KafkaReleases.METADATA) ? " (" + release + ")" : "")));
        return 0;
    }

    private static int dependencies(Given given, Terminal terminal) {
        var features = given.texts("--feature");
        if (features.isEmpty()) throw Failed.usage("give at least one --feature");
        for (String feature : features) {
            String name = Given.pair("--feature", feature)[0];
            short level = level(Given.pair("--feature", feature)[1]);
            var needs = KafkaReleases.requirements(name, level);
            terminal.line(told(name, level) + (needs.isEmpty()
                ? " has no dependencies."
                : " requires:"));
            needs.forEach((other, least) -> terminal.line("    " + told(other, least)));
        }
        return 0;
    }

    private static String told(String name, short level) {
        String told = name + "=" + level;
        return name.equals(KafkaReleases.METADATA) ? told + " (" + level(name, level) + ")" : told;
    }

    static Map<String, FeatureUpdate> updates(String verb, Given given) {
        var levels = new LinkedHashMap<String, Short>();
        given.text("--metadata").ifPresent(name -> levels.put(KafkaReleases.METADATA,
            KafkaReleases.metadataLevel(name)));
        for (String feature : given.texts("--feature")) {
            boolean disable = verb.equals("disable");
            String name = disable ? feature : Given.pair("--feature", feature)[0];
            short level = disable ? 0 : level(Given.pair("--feature", feature)[1]);
            if (levels.put(name, level) != null) {
                throw Failed.usage("feature " + name + " was given more than once");
            }
        }
        if (levels.isEmpty()) throw Failed.usage("give at least one --feature");
        UpgradeType type = verb.equals("upgrade")
            ? UpgradeType.UPGRADE
            : given.has("--unsafe") ? UpgradeType.UNSAFE_DOWNGRADE : UpgradeType.SAFE_DOWNGRADE;
        var updates = new TreeMap<String, FeatureUpdate>();
        levels.forEach((name, level) -> updates.put(name, new FeatureUpdate(level, type)));
        return updates;
    }

    private static int update(Admin admin, String verb, Map<String, FeatureUpdate> updates,
        Given given, Terminal terminal) {
        boolean dryRun = given.has("--dry-run");
        var answers = admin.updateFeatures(updates,
            new UpdateFeaturesOptions().validateOnly(dryRun)).values();
        int refused = 0;
        for (var update : updates.entrySet()) {
            String name = update.getKey();
            String what = verb.equals("disable")
                ? " disabled."
                : " " + verb + "d to " + update.getValue().maxVersionLevel() + ".";
            String why = KafkaGroupWork.refusal(answers.get(name));
            if (why.isEmpty()) {
                terminal.line(name + (dryRun ? " can be" : " was") + what);
                continue;
            }
            refused++;
            terminal.complain((dryRun ? "Can not " : "Could not ") + verb + " " + name + ". "
                + why);
        }
        if (refused == 0) return 0;
        terminal.complain(refused + " out of " + updates.size() + " operation(s) failed.");
        return Failed.FAILED;
    }

    private static short level(String text) {
        long level = Given.number("the level of a feature", text);
        if (level != (short) level) throw Failed.usage("there is no level " + level);
        return (short) level;
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
        if (!feature.equals(KafkaReleases.METADATA)) return Short.toString(level);
        return KafkaReleases.metadataName(level).orElse("UNKNOWN " + level);
    }
}
