package dev.naru.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The settings of one topic: its own, above the broker's, above the defaults. Immutable; made anew
/// when the topic's or the broker's settings change.
public final class TopicSettings implements TypedSettings {
    private final Layers layers;

    private TopicSettings(Layers layers) {
        this.layers = layers;
    }

    /// `overrides` are the topic's own settings, checked by [#problems] before they were stored.
    public static TopicSettings of(Map<String, String> overrides, Settings broker) {
        var own = Layers.parse(overrides, TopicDefinitions.ALL);
        return new TopicSettings(
            new Layers(TopicDefinitions.ALL, Source.TOPIC, own, broker, Synonyms::ofTopic));
    }

    /// Why a topic cannot have these settings, each as a whole sentence.
    public static List<String> problems(Map<String, String> overrides, Settings broker) {
        var problems = new ArrayList<String>();
        overrides.forEach(
            (name, value) -> TopicDefinitions.problem(name, value).ifPresent(problems::add));
        if (!problems.isEmpty()) return problems;
        var topic = of(overrides, broker);
        if (topic.number(TopicNames.MIN_COMPACTION_LAG_MS) > topic
            .number(TopicNames.MAX_COMPACTION_LAG_MS)) {
            problems.add("'min.compaction.lag.ms' must not exceed 'max.compaction.lag.ms'");
        }
        return problems;
    }

    @Override public Optional<Object> value(String name) {
        var value = layers.value(name);
        if (!name.equals(TopicNames.RETENTION_MS)) return value;
        return value.map(retentionMs -> (Object) Math.max(-1L, (Long) retentionMs));
    }

    /// Whether the topic itself has it.
    public boolean isOwn(String name) {
        return layers.isOwn(name);
    }

    /// Size at which a segment is full: `internal.segment.bytes` if the topic has it, else
    /// `segment.bytes`.
    public int segmentBytes() {
        return integer(
            isOwn(TopicNames.INTERNAL_SEGMENT_BYTES)
                ? TopicNames.INTERNAL_SEGMENT_BYTES
                : TopicNames.SEGMENT_BYTES);
    }

    /// Whether old records go by age and size.
    public boolean isDeleting() {
        return list(TopicNames.CLEANUP_POLICY).contains("delete");
    }

    /// Whether only the newest value of each key is kept in the end; records must then have keys.
    public boolean isCompacting() {
        return list(TopicNames.CLEANUP_POLICY).contains("compact");
    }

    /// All settings as DescribeConfigs shows them, sorted by name.
    public List<SettingEntry> entries() {
        return layers.entries();
    }

    /// One setting as DescribeConfigs shows it; empty when there is no such setting.
    public Optional<SettingEntry> entry(String name) {
        return layers.entry(name);
    }
}
