package dev.naru.config;

import static dev.naru.config.SettingsTest.accept;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicSettingsTest {
    private static final long HOUR_MS = 3_600_000;

    @Test void retention_is_the_topics_then_ms_then_minutes_then_hours() {
        var hours = Map.of("log.retention.hours", "5");
        var minutes = Map.of("log.retention.hours", "5", "log.retention.minutes", "4");
        var ms = Map.of("log.retention.hours", "5", "log.retention.minutes", "4",
            "log.retention.ms", "3");
        assertThat(topic(Map.of(), Map.of()).number("retention.ms")).isEqualTo(168 * HOUR_MS);
        assertThat(topic(Map.of(), hours).number("retention.ms")).isEqualTo(5 * HOUR_MS);
        assertThat(topic(Map.of(), minutes).number("retention.ms")).isEqualTo(4 * 60_000);
        assertThat(topic(Map.of(), ms).number("retention.ms")).isEqualTo(3);
        assertThat(topic(Map.of("retention.ms", "2"), ms).number("retention.ms")).isEqualTo(2);
    }

    @Test void no_limit_in_any_unit_is_no_limit() {
        assertThat(topic(Map.of(), Map.of("log.retention.hours", "-1")).number("retention.ms"))
            .isEqualTo(-1);
        assertThat(topic(Map.of(), Map.of("log.retention.minutes", "-1")).number("retention.ms"))
            .isEqualTo(-1);
        assertThat(topic(Map.of(), Map.of("log.retention.ms", "-7")).number("retention.ms"))
            .isEqualTo(-1);
    }

    @Test void segments_roll_by_ms_before_hours() {
        var both = Map.of("log.roll.hours", "2", "log.roll.ms", "9", "log.roll.jitter.hours", "1");
        assertThat(topic(Map.of(), Map.of("log.roll.hours", "2")).number("segment.ms"))
            .isEqualTo(2 * HOUR_MS);
        assertThat(topic(Map.of(), both).number("segment.ms")).isEqualTo(9);
        assertThat(topic(Map.of(), both).number("segment.jitter.ms")).isEqualTo(HOUR_MS);
        assertThat(topic(Map.of("segment.ms", "8"), both).number("segment.ms")).isEqualTo(8);
    }

    @Test void flushing_falls_back_to_the_scheduler() {
        assertThat(
            topic(Map.of(), Map.of("log.flush.scheduler.interval.ms", "6")).number("flush.ms"))
            .isEqualTo(6);
        assertThat(
            topic(Map.of(), Map.of("log.flush.scheduler.interval.ms", "6", "log.flush.interval.ms",
                "5")).number("flush.ms"))
            .isEqualTo(5);
    }

    @Test void an_altered_broker_reaches_the_topic() {
        var broker = accept(Map.of("log.retention.hours", "1")).withDynamic(
            Map.of("log.retention.ms", "77", "naru.flush.on.ack", "false"), Map.of());
        var topic = TopicSettings.of(Map.of(), broker);
        assertThat(topic.number("retention.ms")).isEqualTo(77);
        assertThat(topic.flag("naru.flush.on.ack")).isFalse();
        assertThat(
            TopicSettings.of(Map.of("naru.flush.on.ack", "true"), broker).flag("naru.flush.on.ack"))
            .isTrue();
    }

    @Test void every_link_to_the_broker_leads_to_a_setting_of_the_same_type() {
        for (var definition : TopicDefinitions.all()) {
            for (var link : Synonyms.ofTopic(definition.name())) {
                var broker = BrokerDefinitions.find(link.brokerName()).orElseThrow();
                boolean isSame = broker.type() == definition.type()
                    || (broker.type() == Type.INT && definition.type() == Type.LONG);
                assertThat(isSame).as(definition.name()).isTrue();
            }
        }
    }

    @Test void without_a_word_from_anybody_a_topic_has_kafkas_defaults() {
        var topic = topic(Map.of(), Map.of());
        for (var definition : TopicDefinitions.all()) {
            assertThat(topic.find(definition.name())).as(definition.name())
                .isEqualTo(definition.defaultText());
        }
    }

    @Test void an_entry_says_where_its_value_comes_from() {
        var topic = topic(Map.of("segment.bytes", "1048576"),
            Map.of("log.segment.bytes", "2097152"));
        var entry = topic.entry("segment.bytes").orElseThrow();
        assertThat(entry.value()).contains("1048576");
        assertThat(entry.source()).isEqualTo(Source.TOPIC);
        assertThat(entry.synonyms()).extracting(SettingEntry.Synonym::name).containsExactly(
            "segment.bytes",
            "log.segment.bytes", "log.segment.bytes");
        assertThat(entry.synonyms()).extracting(SettingEntry.Synonym::source)
            .containsExactly(Source.TOPIC, Source.STATIC_BROKER, Source.DEFAULT);
        assertThat(topic.entry("retention.ms").orElseThrow().source()).isEqualTo(Source.DEFAULT);
        assertThat(topic.entry("max.message.bytes").orElseThrow().synonyms().getFirst().name())
            .isEqualTo("message.max.bytes");
        assertThat(topic.entries()).hasSize(38).noneMatch(SettingEntry::isReadOnly);
        assertThat(topic.entry("no.such")).isEmpty();
    }

    @Test void policies_are_told_apart() {
        assertThat(topic(Map.of(), Map.of()).isDeleting()).isTrue();
        assertThat(topic(Map.of(), Map.of()).isCompacting()).isFalse();
        assertThat(topic(Map.of("cleanup.policy", "compact"), Map.of()).isDeleting()).isFalse();
        assertThat(topic(Map.of("cleanup.policy", "compact,delete"), Map.of()).isCompacting())
            .isTrue();
        assertThat(topic(Map.of("cleanup.policy", ""), Map.of()).isDeleting()).isFalse();
    }

    @Test void tests_may_have_smaller_segments() {
        assertThat(topic(Map.of("segment.bytes", "1048576"), Map.of()).segmentBytes())
            .isEqualTo(1_048_576);
        assertThat(topic(Map.of("internal.segment.bytes", "4096"), Map.of()).segmentBytes())
            .isEqualTo(4096);
    }

    @Test void problems_are_whole_sentences() {
        assertProblem("retention.ms", "-2", "'retention.ms' must be at least -1, not -2");
        assertProblem("cleanup.policy", "compact,",
            "'cleanup.policy' has an empty entry in 'compact,'");
        assertProblem("retenton.ms", "1",
            "unknown topic setting 'retenton.ms': did you mean 'retention.ms'?");
        assertProblem("remote.storage.enable", "true",
            "'remote.storage.enable' is refused: remote tiers are not available in this release");
        assertProblem("leader.replication.throttled.replicas", "0",
            "'leader.replication.throttled.replicas' must be partition:node entries or *, not '0'");
        assertProblem("message.format.version", "2.8",
            "'message.format.version' is refused: there is one record format");
        assertThat(TopicSettings.problems(Map.of("leader.replication.throttled.replicas", "0:1,2:3",
            "follower.replication.throttled.replicas", "*"), Settings.defaults())).isEmpty();
    }

    @Test void the_compaction_lags_do_not_cross() {
        assertThat(TopicSettings.problems(
            Map.of("min.compaction.lag.ms", "5", "max.compaction.lag.ms", "4"),
            Settings.defaults())).containsExactly(
                "'min.compaction.lag.ms' must not exceed 'max.compaction.lag.ms'");
        assertThat(TopicSettings.problems(
            Map.of("min.compaction.lag.ms", "4", "max.compaction.lag.ms", "4"),
            Settings.defaults())).isEmpty();
    }

    @Test void what_another_release_stored_falls_through_to_the_broker() {
        var topic = topic(Map.of("retention.ms", "long", "no.such", "1"),
            Map.of("log.retention.ms", "8"));
        assertThat(topic.number("retention.ms")).isEqualTo(8);
        assertThat(topic.isOwn("retention.ms")).isFalse();
    }

    private static void assertProblem(String name, String value, String problem) {
        assertThat(TopicSettings.problems(Map.of(name, value), Settings.defaults()))
            .containsExactly(problem);
    }

    private static TopicSettings topic(Map<String, String> overrides, Map<String, String> broker) {
        return TopicSettings.of(overrides, accept(broker));
    }
}
