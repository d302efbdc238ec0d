package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSynonym;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigType;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class ConfigsTest {
    private static final DescribeConfigsOptions IN_FULL = new DescribeConfigsOptions()
        .includeDocumentation(true).includeSynonyms(true);

    private final Clients clients;
    private final Admin admin;

    ConfigsTest(Broker broker) {
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach void close() {
        admin.close();
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private ConfigResource broker() {
        int id = got(admin.describeCluster().nodes()).iterator().next().id();
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(id));
    }

    private Config described(ConfigResource resource) {
        return got(admin.describeConfigs(List.of(resource), IN_FULL).all()).get(resource);
    }

    private void alter(ConfigResource resource, String name, String value, OpType how) {
        got(admin.incrementalAlterConfigs(Map.of(resource, List.of(op(name, value, how)))).all());
    }

    private Throwable refusal(ConfigResource resource, String name, String value, OpType how) {
        return failure(
            admin.incrementalAlterConfigs(Map.of(resource, List.of(op(name, value, how)))).all());
    }

    private static AlterConfigOp op(String name, String value, OpType how) {
        return new AlterConfigOp(new ConfigEntry(name, value), how);
    }

    @Test void every_setting_of_a_topic_is_described() {
        var names = new TreeSet<String>();
        described(topic(clients.topic(1))).entries().forEach(entry -> names.add(entry.name()));
        assertThat(names).containsAll(topicSettingsOfKafka());
    }

    private static Set<String> topicSettingsOfKafka() {
        var names = new TreeSet<String>();
        for (Field field : TopicConfig.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getName().endsWith("_CONFIG")) {
                names.add(valueOf(field));
            }
        }
        // a setting of the broker only; a constant among those of topics for old reasons
        names.remove("message.format.version");
        names.remove("message.downconversion.enable");
        return names;
    }

    private static String valueOf(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException hidden) {
            throw new AssertionError(hidden);
        }
    }

    @Test void a_described_setting_has_type_source_and_words() {
        var config = described(topic(clients.topic(1, Map.of("retention.ms", "1234"))));
        assertThat(config.entries()).allSatisfy(entry -> {
            assertThat(entry.type()).isNotEqualTo(ConfigType.UNKNOWN);
            assertThat(entry.source()).isNotEqualTo(ConfigSource.UNKNOWN);
            assertThat(entry.documentation()).isNotBlank();
            assertThat(entry.isReadOnly()).isFalse();
        });
        assertThat(config.get("retention.ms").type()).isEqualTo(ConfigType.LONG);
        assertThat(config.get("retention.ms").source())
            .isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(config.get("cleanup.policy").type()).isEqualTo(ConfigType.LIST);
        assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(config.get("cleanup.policy").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
        assertThat(config.get("preallocate").type()).isEqualTo(ConfigType.BOOLEAN);
        assertThat(config.get("min.cleanable.dirty.ratio").type()).isEqualTo(ConfigType.DOUBLE);
        assertThat(config.get("segment.bytes").value()).isEqualTo("1073741824");
        assertThat(config.get("max.message.bytes").value()).isEqualTo("1048588");
        assertThat(config.get("compression.type").type()).isEqualTo(ConfigType.STRING);
    }

    @Test void synonyms_go_from_the_topic_to_the_brokers_default() {
        var resource = topic(clients.topic(1, Map.of("segment.bytes", "2000000")));
        var synonyms = described(resource).get("segment.bytes").synonyms();
        assertThat(synonyms).extracting(ConfigSynonym::name)
            .containsExactly("segment.bytes", "log.segment.bytes");
        assertThat(synonyms).extracting(ConfigSynonym::value).containsExactly("2000000",
            "1073741824");
        assertThat(synonyms).extracting(ConfigSynonym::source)
            .containsExactly(ConfigSource.DYNAMIC_TOPIC_CONFIG, ConfigSource.DEFAULT_CONFIG);
    }

    @Test void every_setting_of_the_broker_is_described() {
        var config = described(broker());
        assertThat(config.entries()).hasSizeGreaterThan(150);
        assertThat(config.entries()).allSatisfy(entry -> {
            assertThat(entry.type()).as(entry.name()).isNotEqualTo(ConfigType.UNKNOWN);
            assertThat(entry.source()).as(entry.name()).isNotEqualTo(ConfigSource.UNKNOWN);
        });
        assertThat(config.get("num.partitions").value()).isEqualTo("1");
        assertThat(config.get("num.partitions").type()).isEqualTo(ConfigType.INT);
        assertThat(config.get("node.id").isReadOnly()).isTrue();
        assertThat(config.get("log.retention.hours").value()).isEqualTo("168");
        assertThat(config.get("ssl.keystore.password").type()).isEqualTo(ConfigType.PASSWORD);
        assertThat(config.get("ssl.keystore.password").isSensitive()).isTrue();
        assertThat(config.get("ssl.keystore.password").value()).isNull();
        assertThat(config.get("group.initial.rebalance.delay.ms").source())
            .isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);
    }

    @Test void a_topic_that_is_not_there_has_no_settings() {
        assertThat(failure(admin.describeConfigs(List.of(topic("not-there"))).all()))
            .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(refusal(topic("not-there"), "retention.ms", "1", OpType.SET))
            .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test void a_setting_is_set_and_taken_back() {
        var resource = topic(clients.topic(1));
        alter(resource, "retention.ms", "5000", OpType.SET);
        assertThat(described(resource).get("retention.ms").value()).isEqualTo("5000");
        alter(resource, "retention.ms", "", OpType.DELETE);
        assertThat(described(resource).get("retention.ms").value()).isEqualTo("604800000");
        assertThat(described(resource).get("retention.ms").isDefault()).isTrue();
    }

    @Test void a_list_is_added_to_and_taken_from() {
        var resource = topic(clients.topic(1));
        alter(resource, "cleanup.policy", "compact", OpType.APPEND);
        assertThat(policies(resource)).containsExactlyInAnyOrder("delete", "compact");
        alter(resource, "cleanup.policy", "delete", OpType.SUBTRACT);
        assertThat(policies(resource)).containsExactly("compact");
        assertThat(refusal(resource, "retention.ms", "1", OpType.APPEND))
            .isInstanceOf(InvalidConfigurationException.class);
    }

    private List<String> policies(ConfigResource resource) {
        return Arrays.asList(described(resource).get("cleanup.policy").value().split(","));
    }

    @Test void an_alteration_that_is_wrong_changes_nothing() {
        var resource = topic(clients.topic(1));
        assertThat(refusal(resource, "retention.ms", "a week", OpType.SET))
            .isInstanceOf(InvalidConfigurationException.class);
        assertThat(refusal(resource, "retention.days", "7", OpType.SET))
            .isInstanceOf(InvalidConfigurationException.class);
        var both = List.of(op("retention.ms", "1", OpType.SET),
            op("retention.ms", "", OpType.DELETE));
        assertThat(failure(admin.incrementalAlterConfigs(Map.of(resource, both)).all()))
            .isInstanceOf(InvalidRequestException.class);
        assertThat(described(resource).get("retention.ms").isDefault()).isTrue();
    }

    @Test void an_alteration_can_be_validated_only() {
        var resource = topic(clients.topic(1));
        var only = new AlterConfigsOptions().validateOnly(true);
        var set = Map.<ConfigResource, Collection<AlterConfigOp>>of(resource,
            List.of(op("retention.ms", "5000", OpType.SET)));
        got(admin.incrementalAlterConfigs(set, only).all());
        assertThat(described(resource).get("retention.ms").isDefault()).isTrue();
    }

    @Test void a_setting_of_the_broker_is_altered_while_it_runs() {
        var resource = broker();
        alter(resource, "log.cleaner.backoff.ms", "12345", OpType.SET);
        Clients.eventually("the new value",
            () -> described(resource).get("log.cleaner.backoff.ms").value().equals("12345"));
        var entry = described(resource).get("log.cleaner.backoff.ms");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_BROKER_CONFIG);
        alter(resource, "log.cleaner.backoff.ms", "", OpType.DELETE);
        Clients.eventually("the default",
            () -> described(resource).get("log.cleaner.backoff.ms").isDefault());
    }

    @Test void a_setting_for_all_brokers_is_the_default_of_topics() {
        var everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        alter(everyBroker, "log.segment.delete.delay.ms", "54321", OpType.SET);
        var entry = described(topic(clients.topic(1))).get("file.delete.delay.ms");
        assertThat(entry.value()).isEqualTo("54321");
        assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        alter(everyBroker, "log.segment.delete.delay.ms", "", OpType.DELETE);
    }

    @Test void what_only_a_start_can_change_is_refused() {
        for (var name : List.of("node.id", "log.dirs", "process.roles")) {
            assertThat(refusal(broker(), name, "9", OpType.SET))
                .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test void settings_of_a_group_are_kept_and_listed() {
        var group = new ConfigResource(ConfigResource.Type.GROUP, Clients.name("group"));
        alter(group, "consumer.session.timeout.ms", "46000", OpType.SET);
        assertThat(described(group).get("consumer.session.timeout.ms").value()).isEqualTo("46000");
        assertThat(listed(ConfigResource.Type.GROUP)).contains(group);
        alter(group, "consumer.session.timeout.ms", "", OpType.DELETE);
    }

    private Collection<ConfigResource> listed(ConfigResource.Type type) {
        return got(admin.listConfigResources(Set.of(type), new ListConfigResourcesOptions()).all());
    }

    @Test void subscriptions_of_client_metrics_are_kept_and_listed() {
        var type = ConfigResource.Type.CLIENT_METRICS;
        var metrics = new ConfigResource(type, Clients.name("metrics"));
        alter(metrics, "interval.ms", "60000", OpType.SET);
        assertThat(described(metrics).get("interval.ms").value()).isEqualTo("60000");
        assertThat(listed(type)).contains(metrics);
        alter(metrics, "interval.ms", "", OpType.DELETE);
    }

    @Test void topics_and_brokers_are_listed_as_resources() {
        var made = topic(clients.topic(1));
        assertThat(listed(ConfigResource.Type.TOPIC)).contains(made);
        assertThat(listed(ConfigResource.Type.BROKER)).contains(broker());
    }
}
