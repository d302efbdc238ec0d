package dev.naru.compat.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// librdkafka, through Debian's kcat.
@ExtendWith(SharedBroker.class)
class KcatTest {
    private static final List<String> VALUES = IntStream.range(0, 500).mapToObj(n -> "value-" + n)
        .toList();

    private final Broker broker;
    private final Clients clients;

    KcatTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    @BeforeAll static void kcatIsHere() {
        assumeTrue(Tool.find("kcat").isPresent(), "kcat is not installed");
    }

    private Tool.Ran kcat(String input, String... words) {
        var command = new ArrayList<>(List.of("kcat", "-b", broker.bootstrap()));
        command.addAll(List.of(words));
        var ran = Tool.run(Path.of("."), input, command);
        assertThat(ran.code()).as(ran.output()).isZero();
        return ran;
    }

    private static String lines(List<String> values) {
        return values.stream().map(value -> value + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4",
            "zstd"}) void kcat_produces_with_every_codec(String codec) {
        String topic = clients.topic(1);
        kcat(lines(VALUES), "-P", "-t", topic, "-p", "0", "-z", codec, "-X", "linger.ms=100");
        assertThat(Clients.values(clients.everythingIn(topic))).isEqualTo(VALUES);
        // librdkafka leaves out a codec that the broker's versions seem not to know
        long size = topicBytes(topic);
        if (codec.equals("none")) assertThat(size).isGreaterThan(5_000);
        else
            assertThat(size).isLessThan(5_000);
    }

    private long topicBytes(String topic) {
        try (var admin = clients.admin()) {
            int node = Clients.got(admin.describeCluster().nodes()).iterator().next().id();
            var directory = Clients.got(admin.describeLogDirs(List.of(node)).allDescriptions())
                .get(node).values().iterator().next();
            return directory.replicaInfos().entrySet().stream()
                .filter(one -> one.getKey().topic().equals(topic))
                .mapToLong(one -> one.getValue().size()).sum();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4",
            "zstd"}) void kcat_consumes_every_codec(String codec) {
        String topic = clients.topic(1);
        try (var producer = clients
            .producer(Map.of("compression.type", codec, "linger.ms", "100"))) {
            for (var value : VALUES) {
                producer.send(new ProducerRecord<>(topic, value));
            }
        }
        assertThat(kcat("", "-C", "-t", topic, "-e", "-q").lines()).isEqualTo(VALUES);
    }

    @Test void kcat_produces_idempotently_with_keys_and_headers() {
        String topic = clients.topic(3);
        kcat("k1:v1\nk2:v2\nk1:v3\n", "-P", "-t", topic, "-K", ":", "-H", "origin=kcat",
            "-X", "enable.idempotence=true");
        var found = clients.everythingIn(topic);
        assertThat(found).hasSize(3).allSatisfy(one -> assertThat(
            new String(one.headers().lastHeader("origin").value(), StandardCharsets.UTF_8))
            .isEqualTo("kcat"));
        assertThat(found.stream().filter(one -> one.key().equals("k1")).map(one -> one.value()))
            .containsExactly("v1", "v3");
    }

    @Test void kcat_reads_from_an_offset_and_with_a_format() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b", "c", "d"));
        assertThat(
            kcat("", "-C", "-t", topic, "-p", "0", "-o", "2", "-e", "-q", "-f", "%p/%o=%s\\n")
                .lines())
            .containsExactly("0/2=c", "0/3=d");
        assertThat(kcat("", "-C", "-t", topic, "-p", "0", "-o", "-1", "-e", "-q").lines())
            .containsExactly("d");
    }

    @Test void kcat_lists_what_is_there() {
        String topic = clients.topic(2);
        assertThat(kcat("", "-L", "-t", topic).output())
            .contains("1 brokers:").contains("127.0.0.1:" + broker.port())
            .contains("topic \"" + topic + "\" with 2 partitions");
    }

    @Test void kcat_asks_for_offsets_by_time() {
        String topic = clients.topic(1);
        try (var producer = clients.producer(Map.of())) {
            for (long time : new long[]{1000, 2000, 3000}) {
                Clients.got(producer.send(new ProducerRecord<>(topic, 0,
                    time, null, "at " + time)));
            }
        }
        assertThat(kcat("", "-Q", "-t", topic + ":0:1500").output()).contains("[0] offset 1");
        assertThat(kcat("", "-Q", "-t", topic + ":0:-1").output()).contains("[0] offset 3");
        assertThat(kcat("", "-Q", "-t", topic + ":0:-2").output()).contains("[0] offset 0");
    }

    @Test void kcat_consumes_as_a_group_and_goes_on_where_it_stopped() {
        String topic = clients.topic(2);
        String group = Clients.name("kcat");
        clients.send(topic, 0, List.of("a", "b"));
        clients.send(topic, 1, List.of("c"));
        assertThat(group(group, topic, 3)).containsExactlyInAnyOrder("a", "b", "c");
        clients.send(topic, 1, List.of("d"));
        assertThat(group(group, topic, 1)).containsExactly("d");
    }

    private List<String> group(String group, String topic, int count) {
        return kcat("", "-q", "-X", "auto.offset.reset=earliest", "-c", "" + count, "-G", group,
            topic).lines();
    }

    @Test void kcat_makes_a_topic_by_producing_to_it() {
        String topic = Clients.name("by-kcat");
        kcat("a\nb\n", "-P", "-t", topic);
        assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("a", "b");
    }
}
