package dev.naru.compat.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class ConsumerTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private final Clients clients;

    ConsumerTest(Broker broker) {
        clients = new Clients(broker);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "n" + n).toList();
    }

    @Test void a_seek_into_the_middle_of_a_batch_gives_that_record_first() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        clients.sendOneBatch(topic, 0, numbers(0, 10));
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(at));
            consumer.seek(at, 5);
            var found = Clients.read(consumer, 5);
            assertThat(found).extracting(ConsumerRecord::offset).containsExactly(5L, 6L, 7L, 8L,
                9L);
            consumer.seekToBeginning(List.of(at));
            assertThat(Clients.values(Clients.read(consumer, 10))).isEqualTo(numbers(0, 10));
            consumer.seekToEnd(List.of(at));
            assertThat(consumer.position(at)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4",
            "zstd"}) void a_seek_into_a_compressed_batch_gives_that_record_first(String codec) {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        var settings = Map.<String, Object>of("compression.type", codec, "linger.ms", "1000");
        try (var producer = clients.producer(settings)) {
            for (var value : numbers(0, 100))
                producer.send(new ProducerRecord<>(topic, value));
        }
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(at));
            consumer.seek(at, 42);
            assertThat(Clients.values(Clients.read(consumer, 58))).isEqualTo(numbers(42, 100));
        }
    }

    @Test void beginning_and_end_offsets_frame_the_log() {
        String topic = clients.topic(2);
        clients.send(topic, 1, numbers(0, 3));
        var empty = new TopicPartition(topic, 0);
        var full = new TopicPartition(topic, 1);
        try (var consumer = clients.consumer(Map.of())) {
            assertThat(consumer.beginningOffsets(List.of(empty, full)))
                .isEqualTo(Map.of(empty, 0L, full, 0L));
            assertThat(consumer.endOffsets(List.of(empty, full)))
                .isEqualTo(Map.of(empty, 0L, full, 3L));
        }
    }

    @Test void offsets_for_times_finds_the_first_record_at_or_after_each_time() {
        String topic = clients.topic(3);
        try (var producer = clients.producer(Map.of("linger.ms", "1000"))) {
            for (long time = 1000; time <= 3000; time += 1000) {
                producer.send(new ProducerRecord<>(topic, 0, time, null, "in one batch"));
            }
        }
        for (long time = 1000; time <= 3000; time += 1000)
            sendAlone(topic, time);
        assertThat(offsetsAt(topic, 1000)).isEqualTo(List.of("0@1000", "0@1000", "none"));
        assertThat(offsetsAt(topic, 1001)).isEqualTo(List.of("1@2000", "1@2000", "none"));
        assertThat(offsetsAt(topic, 3000)).isEqualTo(List.of("2@3000", "2@3000", "none"));
        assertThat(offsetsAt(topic, 3001)).isEqualTo(List.of("none", "none", "none"));
    }

    private void sendAlone(String topic, long time) {
        try (var producer = clients.producer(Map.of())) {
            Clients.got(producer.send(new ProducerRecord<>(topic, 1, time, null, "alone")));
        }
    }

    private List<String> offsetsAt(String topic, long time) {
        var asked = new TreeMap<TopicPartition, Long>(
            Comparator.comparingInt(TopicPartition::partition));
        for (int partition = 0; partition < 3; partition++) {
            asked.put(new TopicPartition(topic, partition), time);
        }
        try (var consumer = clients.consumer(Map.of())) {
            var found = consumer.offsetsForTimes(asked);
            return asked.keySet().stream()
                .map(at -> Optional.ofNullable(found.get(at))
                    .map(hit -> hit.offset() + "@" + hit.timestamp()).orElse("none"))
                .toList();
        }
    }

    @Test void an_offset_committed_with_words_is_read_back_with_them() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        clients.send(topic, 0, numbers(0, 5));
        String group = Clients.name("group");
        try (var consumer = clients.member(group, Map.of())) {
            consumer.assign(List.of(at));
            var position = new OffsetAndMetadata(3, Optional.of(0), "with words");
            consumer.commitSync(Map.of(at, position));
            assertThat(consumer.committed(Set.of(at))).isEqualTo(Map.of(at, position));
        }
        try (var consumer = clients.member(group, Map.of())) {
            consumer.assign(List.of(at));
            assertThat(Clients.values(Clients.read(consumer, 2))).isEqualTo(numbers(3, 5));
        }
    }

    @Test void asynchronous_commits_are_answered_in_order() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        clients.send(topic, 0, numbers(0, 5));
        var answered = Collections.synchronizedList(new ArrayList<Long>());
        try (var consumer = clients.member(Clients.name("group"), Map.of())) {
            consumer.assign(List.of(at));
            for (long offset = 1; offset <= 5; offset++) {
                consumer.commitAsync(Map.of(at, new OffsetAndMetadata(offset)),
                    (offsets, failure) -> {
                        assertThat(failure).isNull();
                        answered.add(offsets.get(at).offset());
                    });
            }
            Clients.eventually("five commits", () -> {
                consumer.poll(SHORT);
                return answered.size() == 5;
            });
            assertThat(answered).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(consumer.committed(Set.of(at)).get(at).offset()).isEqualTo(5);
        }
    }

    @Test void a_group_goes_on_where_it_committed() {
        String topic = clients.topic(2);
        clients.send(topic, 0, numbers(0, 5));
        clients.send(topic, 1, numbers(5, 10));
        String group = Clients.name("group");
        try (var consumer = clients.member(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(Clients.read(consumer, 10)).hasSize(10);
            consumer.commitSync();
        }
        clients.send(topic, 0, List.of("new"));
        try (var consumer = clients.member(group, Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("new");
        }
    }

    @Test void offsets_committed_by_themselves_on_close_are_kept() {
        String topic = clients.topic(1);
        clients.send(topic, 0, numbers(0, 5));
        String group = Clients.name("group");
        try (var consumer = clients.member(group, Map.of("enable.auto.commit", "true"))) {
            consumer.subscribe(List.of(topic));
            assertThat(Clients.read(consumer, 5)).hasSize(5);
        }
        var at = new TopicPartition(topic, 0);
        try (var consumer = clients.member(group, Map.of())) {
            assertThat(consumer.committed(Set.of(at)).get(at).offset()).isEqualTo(5);
        }
    }

    @Test void a_partition_without_a_commit_has_none() {
        var at = new TopicPartition(clients.topic(1), 0);
        try (var consumer = clients.member(Clients.name("group"), Map.of())) {
            assertThat(consumer.committed(Set.of(at)).get(at)).isNull();
        }
    }

    @Test void a_paused_partition_gives_nothing_until_it_is_resumed() {
        String topic = clients.topic(2);
        var paused = new TopicPartition(topic, 0);
        var open = new TopicPartition(topic, 1);
        clients.send(topic, 0, List.of("paused"));
        clients.send(topic, 1, List.of("open"));
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(paused, open));
            consumer.pause(List.of(paused));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("open");
            consumer.resume(List.of(paused));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("paused");
        }
    }

    @Test void without_a_reset_policy_a_missing_offset_is_an_error() {
        var at = new TopicPartition(clients.topic(1), 0);
        var settings = Map.<String, Object>of("auto.offset.reset", "none");
        try (var consumer = clients.member(Clients.name("group"), settings)) {
            consumer.assign(List.of(at));
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(60)))
                .isInstanceOf(NoOffsetForPartitionException.class);
        }
    }

    @Test void a_fetch_past_the_end_is_out_of_range() {
        String topic = clients.topic(1);
        clients.send(topic, 0, numbers(0, 3));
        var at = new TopicPartition(topic, 0);
        var settings = Map.<String, Object>of("auto.offset.reset", "none");
        try (var consumer = clients.member(Clients.name("group"), settings)) {
            consumer.assign(List.of(at));
            consumer.seek(at, 4);
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(60)))
                .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test void a_fetch_past_the_end_is_reset_as_the_policy_says() {
        String topic = clients.topic(1);
        clients.send(topic, 0, numbers(0, 3));
        var at = new TopicPartition(topic, 0);
        try (var consumer = clients.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(at));
            consumer.seek(at, 100);
            assertThat(Clients.values(Clients.read(consumer, 3))).isEqualTo(numbers(0, 3));
        }
    }

    @Test void a_pattern_finds_topics_that_come_later() {
        String start = Clients.name("pattern");
        clients.send(start + "-a", 0, List.of("a"));
        try (var consumer = clients.member(Clients.name("group"),
            Map.of("metadata.max.age.ms", "300"))) {
            consumer.subscribe(Pattern.compile(Pattern.quote(start) + "-.*"));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("a");
            consumer.commitSync();
            clients.send(start + "-b", 0, List.of("b"));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("b");
        }
    }

    @Test void a_record_larger_than_every_fetch_limit_is_still_read() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("x".repeat(100_000), "after"));
        var tight = Map.<String, Object>of("max.partition.fetch.bytes", "1000", "fetch.max.bytes",
            "1000");
        try (var consumer = clients.consumer(tight)) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(Clients.read(consumer, 2)).extracting(one -> one.value().length())
                .containsExactly(100_000, 5);
        }
    }

    @Test void a_poll_that_waits_long_ends_when_a_record_comes() {
        String topic = clients.topic(1);
        var patient = Map.<String, Object>of("fetch.max.wait.ms", "4000", "request.timeout.ms",
            "60000");
        try (var consumer = clients.consumer(patient)) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.poll(SHORT);
            var sent = CompletableFuture.runAsync(() -> clients.send(topic, 0, List.of("here")));
            assertThat(Clients.values(Clients.read(consumer, 1))).containsExactly("here");
            sent.join();
        }
    }

    @Test void a_session_over_many_partitions_brings_each_new_record_once() {
        String topic = clients.topic(30);
        var all = IntStream.range(0, 30).mapToObj(n -> new TopicPartition(topic, n)).toList();
        try (var consumer = clients.consumer(Map.of()); var producer = clients.producer(Map.of())) {
            consumer.assign(all);
            for (int round = 0; round < 3; round++) {
                for (int n = 0; n < 30; n++) {
                    producer.send(new ProducerRecord<>(topic, n, null, round + "/" + n));
                }
                producer.flush();
                var found = Clients.read(consumer, 30);
                assertThat(found).hasSize(30);
                assertThat(found.stream().map(ConsumerRecord::value).distinct()).hasSize(30);
                assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            }
        }
    }

    @Test void no_poll_gives_more_records_than_asked_for() {
        String topic = clients.topic(1);
        clients.sendOneBatch(topic, 0, numbers(0, 20));
        try (var consumer = clients.consumer(Map.of("max.poll.records", "7"))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            var found = new ArrayList<ConsumerRecord<String, String>>();
            Clients.eventually("twenty records", () -> {
                var some = consumer.poll(SHORT);
                assertThat(some.count()).isLessThanOrEqualTo(7);
                some.forEach(found::add);
                return found.size() == 20;
            });
            assertThat(Clients.values(found)).isEqualTo(numbers(0, 20));
        }
    }

    @Test void a_reader_of_committed_records_sees_those_of_plain_producers() {
        String topic = clients.topic(1);
        clients.send(topic, 0, numbers(0, 3));
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            var at = new TopicPartition(topic, 0);
            consumer.assign(List.of(at));
            assertThat(Clients.values(Clients.read(consumer, 3))).isEqualTo(numbers(0, 3));
            assertThat(consumer.endOffsets(List.of(at)).get(at)).isEqualTo(3);
        }
    }

    @Test void lag_is_the_end_less_the_position() {
        String topic = clients.topic(1);
        clients.send(topic, 0, numbers(0, 10));
        var at = new TopicPartition(topic, 0);
        try (var consumer = clients.consumer(Map.of("max.poll.records", "4"))) {
            consumer.assign(List.of(at));
            assertThat(Clients.read(consumer, 1)).hasSize(4);
            assertThat(consumer.currentLag(at)).hasValue(6);
        }
    }
}
