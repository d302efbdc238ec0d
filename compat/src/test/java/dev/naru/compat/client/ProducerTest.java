package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class ProducerTest {
    private static final List<String> THOUSAND = IntStream.range(0, 1000)
        .mapToObj(n -> "value-" + n).toList();

    private final Clients clients;

    ProducerTest(Broker broker) {
        clients = new Clients(broker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "all"}) void an_acknowledged_record_has_its_offset(String acks) {
        String topic = clients.topic(1);
        var plain = Map.<String, Object>of("acks", acks, "enable.idempotence", "false");
        try (var producer = clients.producer(plain)) {
            for (int n = 0; n < 10; n++) {
                var sent = got(producer.send(new ProducerRecord<>(topic, "value-" + n)));
                assertThat(sent.hasOffset()).isTrue();
                assertThat(sent.offset()).isEqualTo(n);
            }
        }
        assertThat(Clients.values(clients.everythingIn(topic))).isEqualTo(THOUSAND.subList(0, 10));
    }

    @Test void without_acks_a_record_has_no_offset_and_arrives() {
        String topic = clients.topic(1);
        var plain = Map.<String, Object>of("acks", "0", "enable.idempotence", "false");
        try (var producer = clients.producer(plain)) {
            var sent = got(producer.send(new ProducerRecord<>(topic, "value-0")));
            assertThat(sent.hasOffset()).isFalse();
        }
        assertThat(readFrom(topic, 1)).containsExactly("value-0");
    }

    private List<String> readFrom(String topic, int count) {
        var all = new ArrayList<String>();
        Clients.eventually(count + " records in " + topic, () -> {
            all.clear();
            all.addAll(Clients.values(clients.everythingIn(topic)));
            return all.size() >= count;
        });
        return all;
    }

    @Test void an_idempotent_producer_keeps_order_with_five_requests_in_flight() {
        String topic = clients.topic(3);
        var idempotent = Map.<String, Object>of("enable.idempotence", "true", "batch.size", "200",
            "max.in.flight.requests.per.connection", "5");
        try (var producer = clients.producer(idempotent)) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (int n = 0; n < 1000; n++) {
                sent.add(producer.send(new ProducerRecord<>(topic, n % 3, null, THOUSAND.get(n))));
            }
            for (var one : sent)
                got(one);
        }
        var found = clients.everythingIn(topic);
        for (int partition = 0; partition < 3; partition++) {
            int at = partition;
            assertThat(
                found.stream().filter(one -> one.partition() == at).map(ConsumerRecord::value))
                .containsExactlyElementsOf(
                    IntStream.range(0, 1000).filter(n -> n % 3 == at).mapToObj(THOUSAND::get)
                        .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4",
            "zstd"}) void records_of_every_codec_come_back_as_they_were(String codec) {
        String topic = clients.topic(1);
        try (var producer = clients
            .producer(Map.of("compression.type", codec, "linger.ms", "100"))) {
            for (var value : THOUSAND)
                producer.send(new ProducerRecord<>(topic, value));
        }
        assertThat(Clients.values(clients.everythingIn(topic))).isEqualTo(THOUSAND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "gzip", "snappy", "lz4",
            "zstd"}) void a_topic_that_names_a_codec_is_readable_whatever_was_sent(String codec) {
        String topic = clients.topic(1, Map.of("compression.type", codec));
        for (var sent : List.of("none", "gzip", "lz4")) {
            try (var producer = clients.producer(Map.of("compression.type", sent))) {
                for (var value : THOUSAND)
                    producer.send(new ProducerRecord<>(topic, value));
            }
        }
        assertThat(clients.everythingIn(topic)).hasSize(3000);
    }

    @Test void keys_headers_and_timestamps_come_back_as_they_were() {
        String topic = clients.topic(1);
        var headers = new RecordHeaders()
            .add("twice", bytes("one"))
            .add("twice", bytes("two"))
            .add("empty", new byte[0])
            .add("null", null)
            .add("나루", bytes("渡"));
        try (var producer = clients.producer(Map.of())) {
            got(producer
                .send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L, "key", "value", headers)));
            got(producer.send(new ProducerRecord<>(topic, 0, 0L, "", "")));
            got(producer
                .send(new ProducerRecord<>(topic, 0, 1_600_000_000_000L, "deleted", null, null)));
        }
        var found = clients.everythingIn(topic);
        assertThat(found.get(0).headers()).isEqualTo(headers);
        assertThat(found).extracting(ConsumerRecord::key).containsExactly("key", "", "deleted");
        assertThat(found).extracting(ConsumerRecord::value).containsExactly("value", "", null);
        assertThat(found).extracting(ConsumerRecord::timestamp)
            .containsExactly(1_700_000_000_000L, 0L, 1_600_000_000_000L);
        assertThat(found).allMatch(one -> one.timestampType() == TimestampType.CREATE_TIME);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test void a_topic_of_log_append_time_stamps_records_itself_and_says_so() {
        String topic = clients.topic(1, Map.of("message.timestamp.type", "LogAppendTime"));
        RecordMetadata sent;
        try (var producer = clients.producer(Map.of())) {
            sent = got(producer.send(new ProducerRecord<>(topic, 0, 1000L, "key", "value")));
        }
        var found = clients.everythingIn(topic).getFirst();
        assertThat(found.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(found.timestamp()).isGreaterThan(1_700_000_000_000L);
        assertThat(sent.timestamp()).isEqualTo(found.timestamp());
    }

    @Test void a_partitioner_of_the_users_own_decides() {
        String topic = clients.topic(3);
        try (var producer = clients
            .producer(Map.of("partitioner.class", ByLength.class.getName()))) {
            assertThat(got(producer.send(new ProducerRecord<>(topic, "a", ""))).partition())
                .isEqualTo(1);
            assertThat(got(producer.send(new ProducerRecord<>(topic, "ab", ""))).partition())
                .isEqualTo(2);
            assertThat(got(producer.send(new ProducerRecord<>(topic, "abc", ""))).partition())
                .isZero();
        }
    }

    /// A key goes to the partition of its length.
    public static final class ByLength implements Partitioner {
        @Override public int partition(String topic, Object key, byte[] keyBytes, Object value,
            byte[] valueBytes, Cluster cluster) {
            return ((String) key).length() % cluster.partitionCountForTopic(topic);
        }

        @Override public void close() {}

        @Override public void configure(Map<String, ?> settings) {}
    }

    @Test void equal_keys_go_to_one_partition() {
        String topic = clients.topic(8);
        try (var producer = clients.producer(Map.of())) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (int n = 0; n < 20; n++)
                sent.add(producer.send(new ProducerRecord<>(topic, "key", "" + n)));
            assertThat(sent.stream().map(one -> got(one).partition()).distinct()).hasSize(1);
        }
    }

    @Test void a_batch_over_the_topics_limit_is_refused_and_the_producer_goes_on() {
        String topic = clients.topic(1, Map.of("max.message.bytes", "2000"));
        try (var producer = clients.producer(Map.of())) {
            assertThat(failure(producer.send(new ProducerRecord<>(topic, "x".repeat(3000)))))
                .isInstanceOf(RecordTooLargeException.class);
            assertThat(got(producer.send(new ProducerRecord<>(topic, "small"))).offset()).isZero();
        }
    }

    @Test void a_batch_over_the_topics_limit_that_can_be_split_arrives_whole() {
        String topic = clients.topic(1, Map.of("max.message.bytes", "2000"));
        try (var producer = clients.producer(Map.of("linger.ms", "200", "batch.size", "30000"))) {
            for (int n = 0; n < 20; n++)
                producer.send(new ProducerRecord<>(topic, "x".repeat(800) + n));
        }
        assertThat(clients.everythingIn(topic)).hasSize(20);
    }

    @Test void a_record_of_one_mebibyte_less_its_frame_passes_by_default() {
        String topic = clients.topic(1);
        String large = "x".repeat(1_048_000);
        clients.send(topic, 0, List.of(large));
        assertThat(clients.everythingIn(topic).getFirst().value()).isEqualTo(large);
    }

    @Test void a_timestamp_out_of_the_topics_bounds_is_refused() {
        String topic = clients.topic(1, Map.of("message.timestamp.before.max.ms", "1000",
            "message.timestamp.after.max.ms", "1000"));
        long now = System.currentTimeMillis();
        try (var producer = clients.producer(Map.of())) {
            assertThat(failure(producer.send(new ProducerRecord<>(topic, 0, 1000L, "k", "old"))))
                .isInstanceOf(InvalidTimestampException.class);
            long tomorrow = now + 86_400_000L;
            assertThat(
                failure(producer.send(new ProducerRecord<>(topic, 0, tomorrow, "k", "early"))))
                .isInstanceOf(InvalidTimestampException.class);
        }
    }

    @Test void sending_to_a_topic_that_is_not_there_creates_it() {
        String topic = Clients.name("by-sending");
        clients.send(topic, 0, List.of("first"));
        assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("first");
    }

    @Test void a_topic_name_that_no_topic_can_have_is_refused() {
        try (var producer = clients.producer(Map.of())) {
            assertThat(failure(producer.send(new ProducerRecord<>("a b", "value"))))
                .isInstanceOf(InvalidTopicException.class);
        }
    }

    @Test void a_producer_closed_and_opened_again_continues_the_log() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b"));
        clients.send(topic, 0, List.of("c"));
        assertThat(clients.everythingIn(topic)).extracting(ConsumerRecord::offset)
            .containsExactly(0L, 1L, 2L);
    }
}
