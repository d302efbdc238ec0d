package dev.naru.metadata;

import static dev.naru.metadata.ClusterRequest.Operation.APPEND;
import static dev.naru.metadata.ClusterRequest.Operation.DELETE;
import static dev.naru.metadata.ClusterRequest.Operation.SET;
import static dev.naru.metadata.ClusterRequest.Operation.SUBTRACT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterRecord.ConfigRemoved;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.Alteration;
import dev.naru.metadata.ClusterRequest.Alterations;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ClusterRequest.Replacement;
import dev.naru.metadata.ClusterRequest.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigDeciderTest {
    private static final ConfigResource TOPIC = ConfigResource.topic("a");

    private final ConfigDecider decider = new ConfigDecider(Fixtures.rules().configs());
    private final ClusterImage image = Fixtures.after(
        Fixtures.withTopic(Fixtures.withNodes(1), "a", 1),
        List.of(new ConfigSet(TOPIC, "retention.ms", "5"), new ConfigSet(TOPIC, "text", "old")));

    private Decided alter(ConfigResource resource, Alteration... alterations) {
        return decider.alter(image, new IncrementalAlterConfigs(
            List.of(new Alterations(resource, List.of(alterations))), false));
    }

    private static ErrorCode error(Decided decided) {
        var error = ((ClusterAnswer.ConfigsAltered) decided.answer()).resources().getFirst()
            .error();
        if (error != ErrorCode.NONE) assertEquals(List.of(), decided.facts());
        return error;
    }

    private static Alteration set(String name, String value) {
        return new Alteration(name, SET, value);
    }

    @Test void single_settings_are_set_and_removed() {
        assertEquals(
            List.of(new ConfigSet(TOPIC, "retention.ms", "9"), new ConfigRemoved(TOPIC, "text")),
            alter(TOPIC, set("retention.ms", "9"), new Alteration("text", DELETE, null)).facts());
    }

    @Test void what_does_not_change_makes_no_fact() {
        var decided = alter(TOPIC, set("retention.ms", "5"), new Alteration("unset", DELETE, null));
        assertEquals(ErrorCode.NONE, error(decided));
        assertEquals(List.of(), decided.facts());
    }

    @Test void a_list_is_extended_from_the_list_in_force() {
        assertEquals(List.of(new ConfigSet(TOPIC, "cleanup.policy", "delete,compact")),
            alter(TOPIC, new Alteration("cleanup.policy", APPEND, "compact")).facts());
        assertEquals(List.of(new ConfigSet(TOPIC, "cleanup.policy", "delete,compact")),
            alter(TOPIC, new Alteration("cleanup.policy", APPEND, " compact , delete,")).facts());
        assertEquals(List.of(new ConfigSet(TOPIC, "cleanup.policy", "")),
            alter(TOPIC, new Alteration("cleanup.policy", SUBTRACT, "delete,other")).facts());
    }

    @Test void a_list_is_extended_from_the_own_list_if_there_is_one() {
        var own = Fixtures.after(image, List.of(new ConfigSet(TOPIC, "cleanup.policy", "compact")));
        var request = new IncrementalAlterConfigs(List.of(new Alterations(TOPIC,
            List.of(new Alteration("cleanup.policy", APPEND, "delete")))), false);
        assertEquals(List.of(new ConfigSet(TOPIC, "cleanup.policy", "compact,delete")),
            decider.alter(own, request).facts());
    }

    @Test void only_lists_are_extended() {
        assertEquals(ErrorCode.INVALID_CONFIG,
            error(alter(TOPIC, new Alteration("retention.ms", APPEND, "1"))));
        assertEquals(ErrorCode.INVALID_CONFIG,
            error(alter(TOPIC, new Alteration("retention.ms", SUBTRACT, "1"))));
    }

    @Test void bad_values_unknown_and_fixed_settings_are_refused() {
        assertEquals(ErrorCode.INVALID_CONFIG, error(alter(TOPIC, set("retention.ms", "x"))));
        assertEquals(ErrorCode.INVALID_CONFIG, error(alter(TOPIC, set("nonsense", "x"))));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(ConfigResource.broker(1), set("log.dirs", "/tmp"))));
    }

    @Test void a_refused_setting_refuses_its_resource_and_no_other() {
        var request = new IncrementalAlterConfigs(List.of(
            new Alterations(TOPIC, List.of(set("text", "new"), set("retention.ms", "x"))),
            new Alterations(ConfigResource.everyBroker(), List.of(set("text", "b")))), false);
        var decided = decider.alter(image, request);
        assertEquals(List.of(new ConfigSet(ConfigResource.everyBroker(), "text", "b")),
            decided.facts());
        var answers = ((ClusterAnswer.ConfigsAltered) decided.answer()).resources();
        assertEquals(List.of(ErrorCode.INVALID_CONFIG, ErrorCode.NONE),
            answers.stream().map(a -> a.error()).toList());
    }

    @Test void a_setting_or_a_resource_named_twice_is_refused() {
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(TOPIC, set("text", "1"), set("text", "2"))));
        var one = new Alterations(TOPIC, List.of(set("text", "1")));
        var decided = decider.alter(image, new IncrementalAlterConfigs(List.of(one, one), false));
        assertEquals(ErrorCode.INVALID_REQUEST, error(decided));
        var twice = List.of(new Setting("text", "1"), new Setting("text", "2"));
        assertEquals(ErrorCode.INVALID_REQUEST, error(decider.replace(image,
            new AlterConfigs(List.of(new Replacement(TOPIC, twice)), false))));
    }

    @Test void a_value_is_needed_to_set_one() {
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(TOPIC, new Alteration("text", SET, null))));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(TOPIC, new Alteration("cleanup.policy", APPEND, null))));
        assertEquals(ErrorCode.INVALID_REQUEST, error(decider.replace(image, new AlterConfigs(
            List.of(new Replacement(TOPIC, List.of(new Setting("text", null)))), false))));
    }

    @Test void a_replacement_removes_what_it_does_not_name() {
        var request = new AlterConfigs(List.of(new Replacement(TOPIC,
            List.of(new Setting("cleanup.policy", "compact"), new Setting("text", "old")))), false);
        assertEquals(List.of(new ConfigSet(TOPIC, "cleanup.policy", "compact"),
            new ConfigRemoved(TOPIC, "retention.ms")), decider.replace(image, request).facts());
    }

    @Test void validate_only_checks_and_changes_nothing() {
        var good = new Alterations(TOPIC, List.of(set("text", "1")));
        var bad = new Alterations(ConfigResource.broker(1), List.of(set("log.dirs", "1")));
        var decided = decider.alter(image, new IncrementalAlterConfigs(List.of(good, bad), true));
        assertEquals(List.of(), decided.facts());
        assertEquals(List.of(ErrorCode.NONE, ErrorCode.INVALID_REQUEST),
            ((ClusterAnswer.ConfigsAltered) decided.answer()).resources().stream()
                .map(a -> a.error()).toList());
    }

    @Test void resources_that_are_not_there_are_refused() {
        var change = set("text", "1");
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            error(alter(ConfigResource.topic("b"), change)));
        assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION,
            error(alter(ConfigResource.topic(""), change)));
        assertEquals(ErrorCode.BROKER_ID_NOT_REGISTERED,
            error(alter(ConfigResource.broker(2), change)));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(new ConfigResource(ConfigResource.Type.BROKER, "one"), change)));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(new ConfigResource(ConfigResource.Type.BROKER, "01"), change)));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(new ConfigResource(ConfigResource.Type.BROKER_LOGGER, "1"), change)));
        assertEquals(ErrorCode.INVALID_REQUEST, error(alter(ConfigResource.group(""), change)));
        assertEquals(ErrorCode.INVALID_REQUEST,
            error(alter(new ConfigResource(ConfigResource.Type.CLIENT_METRICS, ""), change)));
    }

    @Test void groups_and_client_metrics_need_not_exist() {
        assertEquals(ErrorCode.NONE, error(alter(ConfigResource.group("g"), set("text", "1"))));
        assertEquals(ErrorCode.NONE, error(
            alter(new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "m"), set("text", "1"))));
    }

    @Test void an_old_value_that_would_be_refused_today_blocks_nothing_else() {
        var old = Fixtures.after(image, List.of(new ConfigSet(TOPIC, "dropped.setting", "1")));
        var request = new IncrementalAlterConfigs(
            List.of(new Alterations(TOPIC, List.of(set("text", "new")))), false);
        assertEquals(ErrorCode.NONE, error(decider.alter(old, request)));
    }

    @Test void settings_that_do_not_go_together_are_refused() {
        assertEquals(ErrorCode.INVALID_CONFIG, error(alter(TOPIC, set("text", "never"))));
        assertEquals(ErrorCode.NONE, error(
            alter(TOPIC, set("text", "never"), new Alteration("retention.ms", DELETE, null))));
    }

    @Test void a_brokers_own_settings_come_before_those_of_every_broker() {
        var both = Fixtures.after(image, List.of(
            new ConfigSet(ConfigResource.everyBroker(), "text", "all"),
            new ConfigSet(ConfigResource.everyBroker(), "retention.ms", "1"),
            new ConfigSet(ConfigResource.broker(1), "text", "mine")));
        assertEquals("{retention.ms=1, text=mine}", both.brokerConfigs(1).toString());
        assertEquals("{retention.ms=1, text=all}", both.brokerConfigs(2).toString());
    }

    @Test void the_wire_ids_of_resource_types_are_kafkas() {
        for (var type : ConfigResource.Type.values()) {
            assertEquals(type, ConfigResource.Type.of(type.id()).orElseThrow());
        }
        assertEquals(32, ConfigResource.Type.GROUP.id());
        assertEquals(true, ConfigResource.Type.of((byte) 3).isEmpty());
    }
}
