package dev.naru.compat.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka Streams 4.3.1, each instance in a process of its own.
class StreamsTest {
    private static final Map<String, String> QUICK = Map.of(
        "group.streams.min.heartbeat.interval.ms", "100",
        "group.streams.heartbeat.interval.ms", "200",
        "group.streams.assignment.interval.ms", "100",
        "group.streams.initial.rebalance.delay.ms", "300",
        "group.streams.min.session.timeout.ms", "1000",
        "group.streams.session.timeout.ms", "4000",
        "group.streams.max.standby.replicas", "2");
    private static final Path JARS = Path
        .of(System.getProperty("compat.streams.jars", "target/streams"));
    private static final List<String> WORDS = List.of("one", "two", "three", "four", "five",
        "six");
    private static final int KILLS = Integer.getInteger("compat.streams.kills", 2);

    private static Broker broker;
    private final Clients clients = new Clients(broker);
    private final String name = Clients.name("app");

    @TempDir
    Path states;

    @BeforeAll static void start() {
        broker = Brokers.start(QUICK);
    }

    @AfterAll static void stop() {
        broker.close();
    }

    private void createTopics() {
        var topics = new ArrayList<NewTopic>();
        for (var each : List.of("words", "counts", "left", "right", "joined")) {
            topics.add(new NewTopic(name + "-" + each, 3, (short) 1));
        }
        try (var admin = clients.admin()) {
            Clients.got(admin.createTopics(topics).all());
        }
    }

    private Child app(int instance, Map<String, String> more) throws URISyntaxException {
        var settings = new TreeMap<String, String>();
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put("application.id", name);
        settings.put("application.server", "127.0.0.1:" + (7000 + instance));
        settings.put("state.dir", states.resolve("state-" + instance).toString());
        settings.put("num.stream.threads", "2");
        settings.put("commit.interval.ms", "100");
        settings.put("replication.factor", "1");
        settings.put("main.consumer.auto.offset.reset", "earliest");
        settings.put("default.key.serde",
            "org.apache.kafka.common.serialization.Serdes$StringSerde");
        settings.put("default.value.serde",
            "org.apache.kafka.common.serialization.Serdes$StringSerde");
        settings.putAll(more);
        var own = Path
            .of(StreamsProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var arguments = new ArrayList<String>();
        settings.forEach((key, value) -> arguments.add(key + "=" + value));
        return Child.java(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"),
            JARS + "/*" + File.pathSeparator + own, StreamsProbe.class.getName(), arguments);
    }

    /// Lines of words; what they come to is added to `expected`.
    private void write(int lines, Random chance, Map<String, Long> expected) {
        try (var producer = clients.producer(Map.of())) {
            for (int line = 0; line < lines; line++) {
                var words = new ArrayList<String>();
                for (int each = 0; each < 5; each++) {
                    var word = WORDS.get(chance.nextInt(WORDS.size()));
                    words.add(word);
                    expected.merge(word, 1L, Long::sum);
                }
                producer.send(
                    new ProducerRecord<>(name + "-words", "k" + line, String.join(" ", words)));
            }
            producer.flush();
        }
    }

    private Consumer<String, String> reader(String topic) {
        var consumer = clients.member(Clients.name("reader"),
            Map.of("isolation.level", "read_committed"));
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    /// The newest count of each word, until it is what it should be.
    private void awaitCounts(Map<String, Long> expected) {
        var newest = new HashMap<String, Long>();
        try (var counts = reader(name + "-counts")) {
            Clients.eventually("the counts " + expected, () -> {
                counts.poll(Duration.ofMillis(100))
                    .forEach(one -> newest.put(one.key(), Long.parseLong(one.value())));
                return newest.equals(expected);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "classic"}) void words_are_counted_and_streams_are_joined(
        String protocol) throws Exception {
        createTopics();
        var expected = new HashMap<String, Long>();
        write(100, new Random(1), expected);
        try (var app = app(1, Map.of("group.protocol", protocol))) {
            app.await(Pattern.compile("state RUNNING"));
            awaitCounts(expected);
            write(100, new Random(2), expected);
            awaitCounts(expected);
            pair(0, 20);
            assertJoinedOnce(20);
        }
    }

    @Test void instances_share_the_tasks_and_know_where_each_key_is() throws Exception {
        createTopics();
        var expected = new HashMap<String, Long>();
        write(50, new Random(3), expected);
        var how = Map.of("group.protocol", "streams");
        try (var first = app(1, how); var second = app(2, how); var admin = clients.admin()) {
            first.await(Pattern.compile("state RUNNING"));
            second.await(Pattern.compile("state RUNNING"));
            awaitCounts(expected);
            var listed = Clients.got(admin.listGroups(
                new ListGroupsOptions().withTypes(Set.of(GroupType.STREAMS))).all());
            assertThat(listed).extracting(it -> it.groupId()).contains(name);
            Clients.eventually("tasks in both", () -> {
                var seen = Clients.got(admin.describeStreamsGroups(List.of(name))
                    .describedGroups().get(name));
                return seen.members().size() == 4 && seen.members().stream()
                    .allMatch(it -> !it.assignment().activeTasks().isEmpty());
            });
            var here = Pattern.compile("one at (\\S+) here (\\d+)");
            var there = Pattern.compile("one at (\\S+) here null");
            Clients.eventually("one owner that both know", () -> {
                var output = first.output() + second.output();
                return here.matcher(output).find() && there.matcher(output).find();
            });
        }
    }

    @Test void with_copies_the_other_takes_over_at_once() throws Exception {
        createTopics();
        var expected = new HashMap<String, Long>();
        write(50, new Random(4), expected);
        var how = Map.of("group.protocol", "streams", "processing.guarantee", "exactly_once_v2");
        try (var survivor = app(2, how)) {
            try (var first = app(1, how)) {
                first.await(Pattern.compile("state RUNNING"));
                survivor.await(Pattern.compile("state RUNNING"));
                awaitCounts(expected);
            }
            write(50, new Random(5), expected);
            awaitCounts(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "classic"}) void killed_again_and_again_it_counts_once(
        String protocol) throws Exception {
        createTopics();
        var expected = new HashMap<String, Long>();
        var chance = new Random(6);
        var how = Map.of("group.protocol", protocol, "processing.guarantee", "exactly_once_v2",
            "transaction.timeout.ms", "10000", "main.consumer.session.timeout.ms", "6000");
        int pairs = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (var app = app(1, how)) {
                if (chance.nextInt(4) > 0) app.await(Pattern.compile("state RUNNING"));
                for (int portion = chance.nextInt(12); portion >= 0; portion--) {
                    write(10 + chance.nextInt(30), chance, expected);
                    int next = pairs + 1 + chance.nextInt(5);
                    pair(pairs, next);
                    pairs = next;
                }
            }
        }
        try (var app = app(1, how)) {
            awaitCountsOnce(expected);
            assertJoinedOnce(pairs);
            app.await(Pattern.compile("one at 127.0.0.1:7001 here " + expected.get("one")));
        }
    }

    /// Records of the same keys on both sides.
    private void pair(int from, int to) {
        try (var producer = clients.producer(Map.of())) {
            for (int key = from; key < to; key++) {
                producer.send(new ProducerRecord<>(name + "-left", "k" + key, "l" + key));
                producer.send(new ProducerRecord<>(name + "-right", "k" + key, "r" + key));
            }
        }
    }

    /// The counts of each word only grow, up to what it should be: a word that was counted twice, or
    /// a count that was written twice, would show.
    private void awaitCountsOnce(Map<String, Long> expected) {
        var newest = new HashMap<String, Long>();
        try (var counts = reader(name + "-counts")) {
            Clients.eventually("the counts " + expected, () -> {
                for (var one : counts.poll(Duration.ofMillis(100))) {
                    long count = Long.parseLong(one.value());
                    assertThat(count).as(one.key()).isGreaterThan(
                        newest.getOrDefault(one.key(), 0L));
                    newest.put(one.key(), count);
                }
                return newest.equals(expected);
            });
        }
    }

    private void assertJoinedOnce(int pairs) {
        try (var joined = reader(name + "-joined")) {
            var found = Clients.values(Clients.read(joined, pairs));
            var expected = IntStream.range(0, pairs).mapToObj(key -> "l" + key + "+r" + key)
                .toList();
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        }
    }
}
