package dev.naru.config;

import static dev.naru.config.SettingsTest.accept;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupSettingsTest {
    @Test void a_group_has_its_own_value_then_the_brokers() {
        var broker = accept(Map.of("group.consumer.session.timeout.ms", "50000"));
        assertThat(GroupSettings.of(Map.of(), broker).integer("consumer.session.timeout.ms"))
            .isEqualTo(50_000);
        var group = GroupSettings.of(Map.of("consumer.session.timeout.ms", "46000"), broker);
        assertThat(group.integer("consumer.session.timeout.ms")).isEqualTo(46_000);
        var entry = group.entry("consumer.session.timeout.ms").orElseThrow();
        assertThat(entry.source()).isEqualTo(Source.GROUP);
        assertThat(entry.synonyms()).extracting(SettingEntry.Synonym::name).containsExactly(
            "consumer.session.timeout.ms", "group.consumer.session.timeout.ms",
            "group.consumer.session.timeout.ms");
    }

    @Test void every_link_to_the_broker_leads_to_a_setting_with_the_same_default() {
        for (var definition : GroupDefinitions.all()) {
            for (var link : Synonyms.ofGroup(definition.name())) {
                var broker = BrokerDefinitions.find(link.brokerName()).orElseThrow();
                assertThat(broker.defaultText()).as(definition.name())
                    .isEqualTo(definition.defaultText());
            }
        }
    }

    @Test void the_broker_bounds_what_a_group_may_choose() {
        assertThat(problems("consumer.session.timeout.ms", "45000")).isEmpty();
        assertThat(problems("consumer.session.timeout.ms", "44999")).contains("at least 45000");
        assertThat(problems("consumer.session.timeout.ms", "60000")).isEmpty();
        assertThat(problems("consumer.session.timeout.ms", "60001")).contains("at most 60000");
        assertThat(problems("streams.num.standby.replicas", "2")).isEmpty();
        assertThat(problems("streams.num.standby.replicas", "3")).contains("at most 2");
    }

    @Test void a_member_is_heard_of_before_its_session_ends() {
        var broker = accept(Map.of("group.consumer.min.session.timeout.ms", "5000"));
        assertThat(GroupSettings.problems(Map.of("consumer.session.timeout.ms", "5000"), broker))
            .containsExactly(
                "'consumer.session.timeout.ms' must be greater than"
                    + " 'consumer.heartbeat.interval.ms'");
        assertThat(GroupSettings.problems(Map.of("consumer.session.timeout.ms", "5001"), broker))
            .isEmpty();
    }

    @Test void a_share_group_begins_at_a_known_place() {
        for (var good : new String[]{"earliest", "latest", "by_duration:PT1H",
                "by_duration:P1DT2H3.5S"}) {
            assertThat(problems("share.auto.offset.reset", good)).as(good).isEmpty();
        }
        for (var bad : new String[]{"first", "by_duration:", "by_duration:P", "by_duration:PT",
                "by_duration:1H"}) {
            assertThat(problems("share.auto.offset.reset", bad)).as(bad).contains("by_duration");
        }
    }

    @Test void a_subscription_names_clients_by_known_keys() {
        assertThat(clientProblems("match", "client_id=app-.*,client_software_name=x")).isEmpty();
        assertThat(clientProblems("match", "host=a")).contains("client_id");
        assertThat(clientProblems("match", "client_id=[")).contains("cannot be read");
        assertThat(clientProblems("interval.ms", "100")).isEmpty();
        assertThat(clientProblems("interval.ms", "99")).contains("at least 100");
        assertThat(clientProblems("interval.ms", "3600001")).contains("at most 3600000");
        var settings = ClientMetricsSettings.of(Map.of("metrics", "org.apache.kafka."));
        assertThat(settings.entry("metrics").orElseThrow().source())
            .isEqualTo(Source.CLIENT_METRICS);
        assertThat(settings.entry("interval.ms").orElseThrow().source()).isEqualTo(Source.DEFAULT);
        assertThat(settings.entries()).hasSize(3);
    }

    private static String problems(String name, String value) {
        return String.join(" ", GroupSettings.problems(Map.of(name, value), Settings.defaults()));
    }

    private static String clientProblems(String name, String value) {
        return String.join(" ", ClientMetricsSettings.problems(Map.of(name, value)));
    }
}
