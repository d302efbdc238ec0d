package dev.naru.compat.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Spring Kafka: a template with transactions, a listener with a transaction manager, and a
/// recoverer for dead letters.
@ExtendWith(SharedBroker.class)
class SpringTest {
    private static final Path JARS = Path
        .of(System.getProperty("compat.spring.jars", "target/spring"));
    private static final int COUNT = 60;
    private static final int PARTITIONS = 2;
    private static final List<String> INPUTS = IntStream.range(0, COUNT)
        .mapToObj(SpringProbe::value).toList();
    private static final List<String> POISON = INPUTS.stream()
        .filter(each -> each.startsWith(SpringProbe.POISON)).toList();
    private static final List<String> COPIES = INPUTS.stream()
        .filter(each -> !POISON.contains(each)).map(each -> "copy of " + each).toList();
    private static final int FAIL_ONCE = (int) INPUTS.stream()
        .filter(each -> each.startsWith(SpringProbe.FAILS_ONCE)).count();
    /// Copies that are written, those of tries that fail among them.
    private static final int WRITTEN = COPIES.size() + FAIL_ONCE
        + POISON.size() * (1 + SpringProbe.RETRIES);

    private final Broker broker;
    private final Clients clients;
    private final String app = Clients.name("spring");

    SpringTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    private void createTopics() {
        try (var admin = clients.admin()) {
            var topics = List.of("-in", "-out", "-in-dlt").stream()
                .map(each -> new NewTopic(app + each, PARTITIONS, (short) 1)).toList();
            Clients.got(admin.createTopics(topics).all());
        }
    }

    private Child application(int count, String listener) throws Exception {
        var own = Path
            .of(SpringProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return Child.java(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            own + File.pathSeparator + JARS + "/*", SpringProbe.class.getName(),
            List.of(broker.bootstrap(), app, "" + count, listener));
    }

    private static void stop(Child spring) {
        spring.feed("");
        spring.await(Pattern.compile("stopped"));
        assertThat(spring.exitCode()).isZero();
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, PARTITIONS)
            .mapToObj(index -> new TopicPartition(topic, index)).toList();
    }

    private Map<TopicPartition, Long> ends(String topic, String isolation) {
        try (var consumer = clients.consumer(Map.of("isolation.level", isolation))) {
            return consumer.endOffsets(partitions(topic));
        }
    }

    /// All of it, when no transaction is open in it any more.
    private List<ConsumerRecord<String, String>> committedIn(String topic) {
        Clients.eventually("every transaction in " + topic + " ends", () -> ends(topic,
            "read_committed").equals(ends(topic, "read_uncommitted")));
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            var partitions = partitions(topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new ArrayList<ConsumerRecord<String, String>>();
            Clients.eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }

    /// Until every input is dealt with, as far as the group's progress says.
    private void awaitProgress(Child spring) {
        var inputs = committedIn(app + "-in");
        try (var admin = clients.admin()) {
            Clients.eventually("progress past every input: " + spring.output(), () -> {
                var progress = Clients.got(admin.listConsumerGroupOffsets(app)
                    .partitionsToOffsetAndMetadata(app));
                return inputs.stream().allMatch(each -> {
                    var at = progress.get(new TopicPartition(each.topic(), each.partition()));
                    return at != null && at.offset() > each.offset();
                });
            });
        }
    }

    private void assertCopiedOnce() {
        assertThat(Clients.values(committedIn(app + "-in")))
            .containsExactlyInAnyOrderElementsOf(INPUTS);
        assertThat(Clients.values(committedIn(app + "-out")))
            .containsExactlyInAnyOrderElementsOf(COPIES);
        assertThat(Clients.values(committedIn(app + "-in-dlt")))
            .containsExactlyInAnyOrderElementsOf(POISON);
    }

    @Test void a_listener_copies_each_input_once_and_poison_goes_to_the_dead_letters_once()
        throws Exception {
        createTopics();
        try (var spring = application(COUNT, "transactions")) {
            spring.await(Pattern.compile("gave up"));
            spring.await(Pattern.compile("written"));
            awaitProgress(spring);
            stop(spring);
        }
        assertCopiedOnce();
        // they were written, and taken back
        assertThat(Clients.values(clients.everythingIn(app + "-in"))).contains("never");
        assertThat(clients.everythingIn(app + "-out")).hasSize(WRITTEN);
        for (var letter : committedIn(app + "-in-dlt")) {
            var origin = letter.headers().lastHeader("kafka_dlt-original-topic").value();
            assertThat(new String(origin, StandardCharsets.UTF_8)).isEqualTo(app + "-in");
        }
    }

    @Test void killed_in_its_work_it_has_still_copied_once() throws Exception {
        createTopics();
        try (var killed = application(COUNT, "transactions")) {
            killed.await(Pattern.compile("(copied [\\s\\S]*){7}"));
        }
        try (var spring = application(0, "transactions")) {
            awaitProgress(spring);
            stop(spring);
        }
        assertCopiedOnce();
    }

    /// The control: the same listener without transactions writes copies of what failed.
    @Test void without_transactions_the_same_listener_copies_more_than_once() throws Exception {
        createTopics();
        try (var spring = application(COUNT, "plain")) {
            spring.await(Pattern.compile("written"));
            awaitProgress(spring);
            stop(spring);
        }
        assertThat(committedIn(app + "-out")).hasSize(WRITTEN);
        assertThat(Clients.values(committedIn(app + "-in-dlt")))
            .containsExactlyInAnyOrderElementsOf(POISON);
    }
}
