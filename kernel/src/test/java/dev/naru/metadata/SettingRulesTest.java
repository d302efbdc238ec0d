package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SettingRulesTest {
    private static final ConfigResource TOPIC = ConfigResource.topic("t");
    private static final ConfigResource METRICS = new ConfigResource(
        ConfigResource.Type.CLIENT_METRICS,
        "m");

    private final SettingRules rules = new SettingRules(Settings.defaults());

    private ErrorCode why(ConfigResource resource, String setting, String value) {
        return rules.refusal(resource, setting, value).map(ConfigRules.Refusal::why)
            .orElse(ErrorCode.NONE);
    }

    @Test void topics_take_the_settings_of_topics() {
        assertEquals(ErrorCode.NONE, why(TOPIC, "retention.ms", "1000"));
        assertEquals(ErrorCode.INVALID_CONFIG, why(TOPIC, "retention.ms", "soon"));
        assertEquals(ErrorCode.INVALID_CONFIG, why(TOPIC, "num.partitions", "3"));
    }

    @Test void brokers_take_what_can_be_changed_while_they_run() {
        assertEquals(ErrorCode.NONE, why(ConfigResource.everyBroker(), "log.retention.ms", "1000"));
        assertEquals(ErrorCode.INVALID_REQUEST, why(ConfigResource.broker(1), "node.id", "3"));
        assertEquals(ErrorCode.INVALID_REQUEST, why(ConfigResource.broker(1), "nonsense", "3"));
    }

    @Test void groups_and_client_metrics_take_their_own() {
        assertEquals(ErrorCode.NONE,
            why(ConfigResource.group("g"), "consumer.session.timeout.ms", "46000"));
        assertEquals(ErrorCode.INVALID_CONFIG, why(ConfigResource.group("g"), "retention.ms", "1"));
        assertEquals(ErrorCode.NONE, why(METRICS, "interval.ms", "1000"));
        assertEquals(ErrorCode.INVALID_REQUEST, why(METRICS, "retention.ms", "1"));
    }

    @Test void settings_must_go_together() {
        var both = new TreeMap<String, String>();
        both.put("min.compaction.lag.ms", "10");
        both.put("max.compaction.lag.ms", "5");
        assertTrue(rules.refusal(ClusterImage.EMPTY, TOPIC, both).isPresent());
        both.put("max.compaction.lag.ms", "20");
        both.put("dropped.setting", "is not looked at");
        assertTrue(rules.refusal(ClusterImage.EMPTY, TOPIC, both).isEmpty());
    }

    @Test void a_list_is_inherited_from_the_cluster_and_else_from_the_start() {
        assertTrue(rules.isList(ConfigResource.Type.TOPIC, "cleanup.policy"));
        assertFalse(rules.isList(ConfigResource.Type.TOPIC, "retention.ms"));
        assertEquals(List.of("delete"),
            rules.inherited(ClusterImage.EMPTY, TOPIC, "cleanup.policy"));
        var changed = Fixtures.after(ClusterImage.EMPTY,
            List.of(new ConfigSet(ConfigResource.everyBroker(), "log.cleanup.policy", "compact")));
        assertEquals(List.of("compact"), rules.inherited(changed, TOPIC, "cleanup.policy"));
        assertEquals(List.of(), rules.inherited(changed, TOPIC, "nonsense"));
    }
}
