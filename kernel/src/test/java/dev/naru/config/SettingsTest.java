package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.naru.base.Invariant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test void nothing_given_is_right_and_says_nothing() {
        var accepted = (Settings.Outcome.Accepted) Settings.of(Map.of());
        assertThat(accepted.notices()).isEmpty();
        assertThat(accepted.settings().integer("num.partitions")).isEqualTo(1);
        assertThat(accepted.settings().flag("naru.flush.on.ack")).isTrue();
        assertThat(accepted.settings().nodeId()).isEqualTo(1);
        assertThat(accepted.settings().dataDirectory()).isEqualTo("data");
    }

    @Test void values_are_read_as_what_they_are() {
        var settings = accept(Map.of("num.partitions", " 7 ", "auto.create.topics.enable", "FALSE",
            "log.cleaner.min.cleanable.ratio", "0.25", "log.cleanup.policy", "compact, delete"));
        assertThat(settings.integer("num.partitions")).isEqualTo(7);
        assertThat(settings.flag("auto.create.topics.enable")).isFalse();
        assertThat(settings.fraction("log.cleaner.min.cleanable.ratio")).isEqualTo(0.25);
        assertThat(settings.list("log.cleanup.policy")).containsExactly("compact", "delete");
        assertThat(settings.text("log.cleanup.policy")).isEqualTo("compact,delete");
        assertThat(settings.isGiven("num.partitions")).isTrue();
        assertThat(settings.isGiven("log.dir")).isFalse();
        assertThat(settings.find("broker.rack")).isEmpty();
    }

    @Test void a_typing_error_gets_a_suggestion() {
        assertThat(reject(Map.of("log.retenton.ms", "1")))
            .containsExactly("unknown setting 'log.retenton.ms': did you mean 'log.retention.ms'?");
        assertThat(reject(Map.of("lgo.dirs", "x")))
            .containsExactly("unknown setting 'lgo.dirs': did you mean 'log.dirs'?");
        assertThat(reject(Map.of("my.plugin.depth", "1")))
            .containsExactly("unknown setting 'my.plugin.depth'");
    }

    @Test void all_problems_are_told_at_once() {
        assertThat(reject(Map.of("num.partitions", "0", "compression.type", "zip", "num.io.threads",
            "many", "log.preallocate", "yes")))
            .containsExactly(
                "'compression.type' must be one of uncompressed, zstd, lz4, snappy, gzip, producer,"
                    + " not 'zip'",
                "'log.preallocate' must be true or false, not 'yes'",
                "'num.io.threads' must be a whole number, not 'many'",
                "'num.partitions' must be at least 1, not 0");
    }

    @Test void what_is_ignored_is_said_once_for_each_reason() {
        var accepted = (Settings.Outcome.Accepted) Settings
            .of(Map.of("num.io.threads", "8", "num.network.threads", "3", "replica.fetch.min.bytes",
                "10", "confluent.license", "x", "inter.broker.protocol.version", "3.9"));
        assertThat(accepted.notices()).containsExactly(
            "ignored, since it belongs to another product: confluent.license",
            "ignored, since loops replace thread pools, see naru.loops: num.io.threads,"
                + " num.network.threads",
            "ignored, since nodes agree on their own: inter.broker.protocol.version",
            "ignored, since nodes of a cluster do without it so far: replica.fetch.min.bytes");
        assertThat(accepted.settings().integer("num.io.threads")).isEqualTo(8);
    }

    @Test void what_asks_for_a_safety_that_is_not_there_is_refused() {
        assertRefused("authorizer.class.name", "org.apache.kafka.X", "access control");
        assertRefused("super.users", "User:admin", "access control");
        assertRefused("ssl.client.auth", "required", "TLS");
        assertRefused("security.inter.broker.protocol", "SSL",
            "listener.security.protocol.map");
        assertRefused("listeners", "SASL_SSL://127.0.0.1:9092", "asks for SASL_SSL");
        assertRefused("listeners", "SSL://127.0.0.1:9092", "asks for SSL");
        assertRefused("principal.builder.class", "x.Y", "classes of others");
        assertRefused("create.topic.policy.class.name", "x.Y", "classes of others");
        assertRefused("config.providers", "file", "other sources");
        assertRefused("zookeeper.connect", "localhost:2181", "ZooKeeper");
        assertRefused("zookeeper.ssl.client.enable", "true", "ZooKeeper");
        assertRefused("remote.log.storage.system.enable", "true", "remote tiers");
        assertRefused("log.dirs", "/a,/b", "2 directories");
        assertRefused("port", "9092", "listeners");
        assertRefused("process.roles", "controller", "controller");
        assertRefused("controller.quorum.voters", "1@a", "id@host:port");
        assertThat(reject(Map.of("controller.quorum.voters", "1@a:9093,2@b:9093")))
            .anyMatch(each -> each.contains("directory id of node 2"))
            .anyMatch(each -> each.contains("inter.broker.listener.name"));
    }

    @Test void a_refused_setting_may_be_given_its_default() {
        accept(Map.of("authorizer.class.name", "", "remote.log.storage.system.enable", "false",
            "ssl.client.auth", "none", "security.inter.broker.protocol", "PLAINTEXT"));
    }

    @Test void the_settings_that_kafka_ships_are_right_on_one_machine() {
        var given = Map.ofEntries(Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"), Map.entry("controller.quorum.voters", "1@localhost:9093"),
            Map.entry("listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
            Map.entry("inter.broker.listener.name", "PLAINTEXT"),
            Map.entry("advertised.listeners", "PLAINTEXT://localhost:9092"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"),
            Map.entry("num.network.threads", "3"), Map.entry("num.io.threads", "8"),
            Map.entry("socket.send.buffer.bytes", "102400"),
            Map.entry("log.dirs", "/tmp/kraft-combined-logs"), Map.entry("num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("log.retention.hours", "168"), Map.entry("log.segment.bytes", "1073741824"));
        var settings = accept(given);
        assertThat(settings.listeners())
            .containsExactly(new Listener("PLAINTEXT", "localhost", 9092));
        assertThat(settings.dataDirectory()).isEqualTo("/tmp/kraft-combined-logs");
    }

    @Test void broker_id_is_the_older_name_of_node_id() {
        assertThat(accept(Map.of("broker.id", "5")).nodeId()).isEqualTo(5);
        assertThat(accept(Map.of("broker.id", "5", "node.id", "5")).nodeId()).isEqualTo(5);
        assertThat(reject(Map.of("broker.id", "5", "node.id", "6")))
            .containsExactly("'broker.id' and 'node.id' must agree when both are given");
    }

    @Test void a_node_without_a_number_is_given_one_unless_that_is_turned_off() {
        var off = "broker.id.generation.enable";
        accept(Map.of(off, "true"));
        accept(Map.of(off, "false", "node.id", "3"));
        accept(Map.of(off, "false", "broker.id", "3"));
        assertThat(reject(Map.of(off, "false", "broker.id", "-1"))).containsExactly(
            "'node.id' must be given, since 'broker.id.generation.enable' is false");
    }

    @Test void several_nodes_can_be_asked_to_take_this_one_in() {
        accept(Map.of("controller.quorum.bootstrap.servers", "a:1,b:2,c:3"));
        assertRefused("controller.quorum.bootstrap.servers", "a:1,b", "must hold host:port, not");
        assertRefused("controller.quorum.bootstrap.servers", "a:70000", "must hold host:port");
        assertRefused("controller.quorum.bootstrap.servers", ":1", "must hold host:port");
    }

    @Test void relations_between_settings_hold() {
        assertRefused("queued.max.request.bytes", "5", "socket.request.max.bytes");
        assertRefused("max.connections.per.ip", "0", "overrides");
        assertRefused("max.connections.per.ip.overrides", "somewhere", "host:count");
        assertRefused("log.retention.hours", "0", "at least 1");
        assertRefused("log.roll.ms", "0", "at least 1");
        assertRefused("log.roll.jitter.ms", "-1", "at least 0");
        assertRefused("group.min.session.timeout.ms", "1800001", "must not exceed");
        assertRefused("group.consumer.session.timeout.ms", "44999", "must not exceed");
        assertRefused("replica.socket.timeout.ms", "499", "must not exceed");
        assertRefused("replica.lag.time.max.ms", "499", "must not exceed");
        assertRefused("log.cleaner.dedupe.buffer.size", "5", "1 MiB");
        accept(Map.of("group.min.session.timeout.ms", "1800000"));
        accept(Map.of("max.connections.per.ip", "0", "max.connections.per.ip.overrides", "a:1"));
    }

    @Test void an_alteration_for_one_broker_is_above_the_clusters_above_the_start() {
        var fixed = accept(Map.of("message.max.bytes", "1", "log.retention.ms", "1"));
        var altered = fixed.withDynamic(Map.of("message.max.bytes", "2", "log.retention.ms", "2"),
            Map.of("message.max.bytes", "3"));
        assertThat(altered.number("message.max.bytes")).isEqualTo(3);
        assertThat(altered.number("log.retention.ms")).isEqualTo(2);
        var entry = altered.entry("message.max.bytes").orElseThrow();
        assertThat(entry.source()).isEqualTo(Source.DYNAMIC_BROKER);
        assertThat(entry.synonyms()).extracting(synonym -> synonym.value().orElseThrow())
            .containsExactly("3", "2", "1", "1048588");
        assertThat(entry.synonyms()).extracting(SettingEntry.Synonym::source).containsExactly(
            Source.DYNAMIC_BROKER, Source.DYNAMIC_DEFAULT_BROKER, Source.STATIC_BROKER,
            Source.DEFAULT);
        assertThat(altered.clusterEntries()).extracting(SettingEntry::name)
            .containsExactly("log.retention.ms", "message.max.bytes");
        assertThat(fixed.withDynamic(Map.of(), Map.of()).number("message.max.bytes")).isEqualTo(1);
    }

    @Test void what_another_release_stored_has_no_effect() {
        var altered = Settings.defaults()
            .withDynamic(Map.of("no.such.setting", "1", "message.max.bytes",
                "many"), Map.of());
        assertThat(altered.number("message.max.bytes")).isEqualTo(1_048_588);
    }

    @Test void an_alteration_keeps_to_the_mode_of_the_setting() {
        assertThat(alteration("node.id", "2", false)).contains("cannot be changed");
        assertThat(alteration("listeners", "PLAINTEXT://127.0.0.1:1", true)).contains("one broker");
        assertThat(alteration("listeners", "PLAINTEXT://127.0.0.1:1", false)).isEmpty();
        assertThat(alteration("message.max.bytes", "-1", true)).contains("at least 0");
        assertThat(alteration("message.max.bytes", "0", true)).isEmpty();
        assertThat(alteration("message.max.byte", "0", true)).contains("did you mean");
        assertThat(alteration("naru.flush.on.ack", "false", true)).isEmpty();
        assertThat(BrokerDefinitions.alterationProblem("message.max.bytes", Optional.empty(), true))
            .isEmpty();
    }

    @Test void an_alteration_keeps_the_relations() {
        var problems = Settings.defaults()
            .problemsWithDynamic(Map.of("log.cleaner.threads", "1000"), Map.of());
        assertThat(problems).hasSize(1).first().asString().contains("1 MiB per cleaner thread");
    }

    @Test void a_password_is_never_given_back() {
        var settings = accept(Map.of("ssl.keystore.password", "hunter2"));
        var entry = settings.entry("ssl.keystore.password").orElseThrow();
        assertThat(entry.isSensitive()).isTrue();
        assertThat(entry.value()).isEmpty();
        assertThat(settings.entries().toString()).doesNotContain("hunter2");
    }

    @Test void hidden_settings_are_shown_when_they_are_given() {
        var name = "log.initial.task.delay.ms";
        assertThat(Settings.defaults().entries()).extracting(SettingEntry::name)
            .doesNotContain(name);
        assertThat(accept(Map.of(name, "5")).entries()).extracting(SettingEntry::name)
            .contains(name);
    }

    @Test void entries_are_sorted_and_say_what_can_be_changed() {
        var entries = Settings.defaults().entries();
        assertThat(entries).extracting(SettingEntry::name).isSorted();
        var nodeId = Settings.defaults().entry("node.id").orElseThrow();
        assertThat(nodeId.isReadOnly()).isTrue();
        assertThat(nodeId.type()).isEqualTo(Type.INT);
        var size = Settings.defaults().entry("message.max.bytes").orElseThrow();
        assertThat(size.isReadOnly()).isFalse();
        assertThat(size.source()).isEqualTo(Source.DEFAULT);
        assertThat(Settings.defaults().entry("no.such.setting")).isEmpty();
    }

    @Test void a_coarser_unit_stands_behind_a_finer_one() {
        var settings = accept(Map.of("log.retention.minutes", "3"));
        var entry = settings.entry("log.retention.minutes").orElseThrow();
        assertThat(entry.synonyms()).extracting(SettingEntry.Synonym::name)
            .containsExactly("log.retention.minutes", "log.retention.hours");
        assertThat(settings.entry("log.retention.ms").orElseThrow().value()).isEmpty();
    }

    @Test void to_read_a_name_that_is_not_a_setting_is_a_bug() {
        assertThrows(Invariant.Broken.class, () -> Settings.defaults().text("no.such.setting"));
        assertThrows(Invariant.Broken.class, () -> Settings.defaults().text("broker.rack"));
    }

    @Test void connections_of_single_hosts_are_counted_apart() {
        var settings = accept(Map.of("max.connections.per.ip.overrides", "10.0.0.1:5, h:7"));
        assertThat(settings.connectionsPerHost()).isEqualTo(Map.of("10.0.0.1", 5, "h", 7));
    }

    private static void assertRefused(String name, String value, String words) {
        var problems = reject(Map.of(name, value));
        assertThat(problems).as(name).hasSize(1);
        assertThat(problems.getFirst()).contains(words);
    }

    private static String alteration(String name, String value, boolean isClusterWide) {
        return BrokerDefinitions.alterationProblem(name, Optional.of(value), isClusterWide)
            .orElse("");
    }

    static Settings accept(Map<String, String> given) {
        var outcome = Settings.of(given);
        assertThat(outcome).isInstanceOf(Settings.Outcome.Accepted.class);
        return ((Settings.Outcome.Accepted) outcome).settings();
    }

    static List<String> reject(Map<String, String> given) {
        var outcome = Settings.of(given);
        assertThat(outcome).as(given.toString()).isInstanceOf(Settings.Outcome.Rejected.class);
        return ((Settings.Outcome.Rejected) outcome).problems();
    }
}
