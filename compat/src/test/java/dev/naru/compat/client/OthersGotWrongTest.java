package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What brokers that speak the protocol without being Kafka were found to do wrong, one test each.
@ExtendWith(SharedBroker.class)
class OthersGotWrongTest {
    private final Clients clients;

    OthersGotWrongTest(Broker broker) {
        clients = new Clients(broker);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(n -> "n" + n).toList();
    }

    @Test void offsets_by_time_are_found_within_batches_and_across_segments() {
        String topic = clients.topic(1, Map.of("segment.bytes", "1048576"));
        var at = new TopicPartition(topic, 0);
        var patient = Map.<String, Object>of("linger.ms", "200", "batch.size", "400000");
        try (var producer = clients.producer(patient)) {
            for (long n = 0; n < 300; n++) {
                producer.send(new ProducerRecord<>(topic, 0, 1000 + n, null, "x".repeat(10_000)));
            }
        }
        try (var consumer = clients.consumer(Map.of())) {
            for (long n : new long[]{0, 1, 37, 150, 299}) {
                var found = consumer.offsetsForTimes(Map.of(at, 1000 + n)).get(at);
                assertThat(found.offset()).isEqualTo(n);
                assertThat(found.timestamp()).isEqualTo(1000 + n);
            }
        }
    }

    @Test void a_fetch_from_the_middle_of_a_batch_skips_nothing_and_repeats_nothing() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        clients.sendOneBatch(topic, 0, numbers(100));
        try (var consumer = clients.consumer(Map.of("max.poll.records", "1"))) {
            consumer.assign(List.of(at));
            for (int from : new int[]{99, 1, 50, 0}) {
                consumer.seek(at, from);
                assertThat(Clients.read(consumer, 1)).extracting(ConsumerRecord::offset)
                    .containsExactly((long) from);
            }
        }
    }

    @Test void created_partitions_are_answered_topic_by_topic() {
        String one = clients.topic(1);
        String two = clients.topic(1);
        try (var admin = clients.admin()) {
            var created = admin.createPartitions(Map.of(one, NewPartitions.increaseTo(2), two,
                NewPartitions.increaseTo(1), "not-there", NewPartitions.increaseTo(2))).values();
            got(created.get(one));
            assertThat(failure(created.get(two))).isInstanceOf(KafkaException.class);
            assertThat(failure(created.get("not-there"))).isInstanceOf(KafkaException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TOPIC", "BROKER"}) void described_configs_have_their_entries(
        ConfigResource.Type type) {
        try (var admin = clients.admin()) {
            int node = got(admin.describeCluster().nodes()).iterator().next().id();
            var name = type == ConfigResource.Type.TOPIC
                ? clients.topic(1)
                : Integer.toString(node);
            var resource = new ConfigResource(type, name);
            assertThat(got(admin.describeConfigs(Set.of(resource)).all()).get(resource).entries())
                .hasSizeGreaterThan(20);
        }
    }

    @Test void the_words_of_a_commit_come_back_even_when_they_are_many() {
        var at = new TopicPartition(clients.topic(1), 0);
        for (var words : List.of("", "a", "나루", "x".repeat(4096))) {
            String group = Clients.name("group");
            try (var consumer = clients.member(group, Map.of())) {
                consumer.assign(List.of(at));
                consumer.commitSync(Map.of(at, new OffsetAndMetadata(7, words)));
                assertThat(consumer.committed(Set.of(at)).get(at).metadata()).isEqualTo(words);
            }
        }
    }

    @Test void the_words_of_a_commit_have_a_limit() {
        var at = new TopicPartition(clients.topic(1), 0);
        try (var consumer = clients.member(Clients.name("group"), Map.of())) {
            consumer.assign(List.of(at));
            var tooLong = new OffsetAndMetadata(7, "x".repeat(4097));
            assertThatThrownBy(() -> consumer.commitSync(Map.of(at, tooLong)))
                .isInstanceOf(OffsetMetadataTooLarge.class);
        }
    }

    @Test void a_transaction_that_would_outlast_its_limit_is_refused_at_once() {
        var endless = Map.<String, Object>of("transactional.id", Clients.name("txn"),
            "transaction.timeout.ms", Integer.toString(Integer.MAX_VALUE));
        try (var producer = clients.producer(endless)) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(KafkaException.class)
                .isNotInstanceOf(TimeoutException.class);
        }
    }

    @Test void a_record_without_a_key_is_refused_by_a_compacted_topic() {
        String topic = clients.topic(1, Map.of("cleanup.policy", "compact"));
        for (var codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (var producer = clients.producer(Map.of("compression.type", codec))) {
                assertThat(failure(producer.send(new ProducerRecord<>(topic, null, "keyless"))))
                    .isInstanceOf(InvalidRecordException.class);
                got(producer.send(new ProducerRecord<>(topic, "key", codec)));
            }
        }
        assertThat(clients.everythingIn(topic)).hasSize(5);
    }

    @Test void the_largest_message_is_the_topics_own_and_may_change() {
        String topic = clients.topic(1, Map.of("max.message.bytes", "1000"));
        String value = "x".repeat(5000);
        try (var producer = clients.producer(Map.of()); var admin = clients.admin()) {
            assertThat(failure(producer.send(new ProducerRecord<>(topic, value))))
                .isInstanceOf(RecordTooLargeException.class);
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var larger = new AlterConfigOp(
                new ConfigEntry("max.message.bytes", "10000"),
                AlterConfigOp.OpType.SET);
            got(admin.incrementalAlterConfigs(Map.of(resource, List.of(larger))).all());
            got(producer.send(new ProducerRecord<>(topic, value)));
        }
    }

    @Test void members_that_come_and_go_at_once_never_share_a_partition_nor_lose_their_ids() {
        String topic = clients.topic(12);
        var settings = Map.<String, Object>of("heartbeat.interval.ms", "100", "session.timeout.ms",
            "10000",
            "partition.assignment.strategy",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        try (var members = new Members(clients, topic, settings)) {
            var all = new ArrayList<Members.Member>();
            for (int wave = 0; wave < 3; wave++) {
                for (int n = 0; n < 4; n++)
                    all.add(members.join());
                members.settle(12, 1);
                for (int n = 0; n < 3; n++) {
                    var leaver = all.removeFirst();
                    members.forget(leaver);
                    leaver.consumer.close();
                }
                members.settle(12, 1);
            }
            var owned = new HashSet<TopicPartition>();
            all.forEach(member -> owned.addAll(member.consumer.assignment()));
            assertThat(owned).hasSize(12);
        }
    }
}
