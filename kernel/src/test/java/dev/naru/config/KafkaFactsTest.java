package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Every setting of Kafka 4.4.0 is known here with its type, its default and the way it can be
/// changed.
class KafkaFactsTest {
    /// Where our default is another one, on purpose.
    private static final Map<String, String> OWN_DEFAULTS = Map.of(
        "broker.heartbeat.interval.ms", "300", "broker.session.timeout.ms", "1500",
        "group.initial.rebalance.delay.ms", "500", "group.share.max.size", "1000", "listeners",
        "PLAINTEXT://127.0.0.1:9092", "log.dir", "data", "node.id", "1",
        "process.roles", "broker,controller", "replica.fetch.backoff.ms", "100");

    private record Fact(String name, Type type, Optional<String> defaultText, String mode) {}

    @Test void every_broker_setting_of_kafka_is_known() {
        assertThat(facts("broker")).hasSize(379);
        assertThat(differences(facts("broker"), BrokerDefinitions.ALL)).isEmpty();
    }

    @Test void every_topic_setting_of_kafka_is_known() {
        assertThat(facts("topic")).hasSize(38);
        assertThat(differences(facts("topic"), TopicDefinitions.ALL)).isEmpty();
    }

    @Test void every_group_setting_of_kafka_is_known() {
        assertThat(facts("group")).hasSize(27);
        assertThat(differences(facts("group"), GroupDefinitions.ALL)).isEmpty();
    }

    @Test void every_client_metrics_setting_of_kafka_is_known() {
        assertThat(facts("client-metrics")).hasSize(3);
        assertThat(differences(facts("client-metrics"), ClientMetricsDefinitions.ALL)).isEmpty();
    }

    /// Certificates are read at a start: a change that is accepted must have its effect.
    private static boolean isReadAtStart(SettingDefinition definition) {
        return definition.name().startsWith("ssl.")
            && definition.handling().kind() == Handling.Kind.HONOURED;
    }

    @Test void what_is_changed_at_run_time_in_kafka_is_changed_at_run_time_here() {
        for (var fact : facts("broker")) {
            var definition = BrokerDefinitions.find(fact.name()).orElseThrow();
            if (isReadAtStart(definition)) {
                assertThat(definition.mode()).as(fact.name()).isEqualTo(Mode.FIXED);
                continue;
            }
            var mode = switch (fact.mode()) {
                case "read-only" -> Mode.FIXED;
                case "per-broker" -> Mode.BROKER;
                default -> Mode.CLUSTER;
            };
            assertThat(definition.mode()).as(fact.name()).isEqualTo(mode);
        }
    }

    @Test void settings_that_kafka_does_not_have_are_ours_or_dynamic_only() {
        var kafka = facts("broker").stream().map(Fact::name).toList();
        assertThat(BrokerDefinitions.all()).extracting(SettingDefinition::name)
            .filteredOn(name -> !kafka.contains(name)).containsExactly(
                "broker.id.generation.enable", "follower.replication.throttled.rate",
                "leader.replication.throttled.rate",
                "naru.balance.bytes.per.second", "naru.balance.enable", "naru.flush.on.ack",
                "naru.grow.replicas.max", "naru.heal.after.ms", "naru.insecure",
                "naru.internode.plaintext", "naru.loops", "naru.metrics.partitions.max",
                "naru.nodes.draining", "naru.request.memory.bytes",
                "naru.transaction.first.producer.epoch",
                "replica.alter.log.dirs.io.max.bytes.per.second");
    }

    @Test void every_setting_says_what_it_means() {
        var all = new ArrayList<SettingDefinition>();
        all.addAll(BrokerDefinitions.all());
        all.addAll(TopicDefinitions.all());
        all.addAll(GroupDefinitions.all());
        all.addAll(ClientMetricsDefinitions.all());
        for (var definition : all) {
            assertThat(definition.doc()).as(definition.name()).endsWith(".").hasSizeGreaterThan(12);
        }
    }

    @Test void every_default_is_allowed() {
        for (var definition : BrokerDefinitions.all()) {
            definition.defaultText().ifPresent(text -> assertThat(definition.problem(text))
                .as(definition.name()).isEmpty());
        }
    }

    private static List<String> differences(Collection<Fact> facts, Definitions ours) {
        var differences = new ArrayList<String>();
        for (var fact : facts) {
            var own = ours.find(fact.name());
            if (own.isEmpty()) {
                differences.add(fact.name() + " is missing");
                continue;
            }
            var expected = Optional.ofNullable(OWN_DEFAULTS.get(fact.name())).or(fact::defaultText);
            if (own.get().type() != fact.type() || !own.get().defaultText().equals(expected)) {
                differences.add(fact + " is here " + own.get().type() + own.get().defaultText());
            }
        }
        return differences;
    }

    private static List<Fact> facts(String kind) {
        var facts = new ArrayList<Fact>();
        for (var line : resource("kafka-" + kind + "-settings.txt").lines().toList()) {
            if (line.startsWith("#")) continue;
            var words = line.split(" ", -1);
            var text = words[2].equals("''") ? "" : words[2];
            var value = text.equals("-") ? Optional.<String>empty() : Optional.of(text);
            facts.add(new Fact(words[0], Type.valueOf(words[1]), value, words[3]));
        }
        return facts;
    }

    private static String resource(String name) {
        try (var in = KafkaFactsTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
