package dev.naru.compat.foreign;

import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.junit.jupiter.api.Test;

/// Compacted topics as Kafka's clients and its DumpLogSegments see them.
class CompactionTest {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int KEYS = 10;
    private static final int ROUNDS = 30;

    @Test void of_each_key_the_newest_committed_record_is_left_in_files_that_kafka_reads()
        throws IOException {
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(1, Map.of("cleanup.policy", "compact"));
            for (var codec : CODECS)
                fill(clients, topic, codec);
            transact(clients, topic, "aborted", false);
            transact(clients, topic, "committed", true);

            var ran = Tool.run(broker.dataDirectory(), "", Tool.naru("topic",
                List.of("compact", topic, "--now", "-b", broker.bootstrap())));
            assertThat(ran.code()).as(ran.output()).isZero();
            assertThat(ran.output()).contains(topic + "-0 compacted");

            assertThat(newestIn(clients, topic)).isEqualTo(expected());
            assertThat(broker.stop()).isIn(0, 130, 143);
            assertDumps(broker.dataDirectory(), topic);
        }
    }

    @Test void a_topic_that_is_not_compacted_cannot_be_compacted_now() {
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(1);
            clients.send(topic, 0, List.of("a"));
            try (var admin = clients.admin()) {
                var partition = new TopicPartition(topic, 0);
                var answer = admin.deleteRecords(Map.of(partition,
                    RecordsToDelete.beforeOffset(-2))).lowWatermarks().get(partition);
                assertThat(answer).isNotNull();
                assertThat(Clients.failure(answer)).isInstanceOf(PolicyViolationException.class);
            }
        }
    }

    private static void fill(Clients clients, String topic, String codec) {
        var settings = Map.<String, Object>of("compression.type", codec, "linger.ms", "5");
        try (var producer = clients.producer(settings)) {
            for (int n = 0; n < KEYS * ROUNDS; n++) {
                producer.send(new ProducerRecord<>(topic, "key-" + n % KEYS,
                    "a value of " + codec + " " + n));
            }
            producer.send(new ProducerRecord<>(topic, "key-0", null));
        }
    }

    private static void transact(Clients clients, String topic, String value, boolean isCommitted) {
        try (var producer = clients.producer(Map.of("transactional.id", "compacting"))) {
            producer.initTransactions();
            producer.beginTransaction();
            got(producer.send(new ProducerRecord<>(topic, "key-1", value)));
            got(producer.send(new ProducerRecord<>(topic, "key-2", value)));
            if (isCommitted) producer.commitTransaction();
            else
                producer.abortTransaction();
        }
    }

    private static Map<String, String> expected() {
        var expected = new TreeMap<String, String>();
        int last = KEYS * (ROUNDS - 1);
        for (int key = 3; key < KEYS; key++)
            expected.put("key-" + key, "a value of zstd " + (last + key));
        expected.put("key-1", "committed");
        expected.put("key-2", "committed");
        return expected;
    }

    /// By key; every key may be there once, tombstones not counted.
    private static Map<String, String> newestIn(Clients clients, String topic) {
        var newest = new TreeMap<String, String>();
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (var record : Clients.read(consumer, KEYS)) {
                if (record.value() == null) continue;
                assertThat(newest.put(record.key(), record.value())).as(record.key()).isNull();
            }
        }
        return newest;
    }

    private static void assertDumps(Path data, String topic) throws IOException {
        var directory = data.resolve(topic + "-0");
        try (Stream<Path> files = Files.list(directory)) {
            var names = files.map(path -> path.getFileName().toString())
                .filter(name -> name.matches("\\d{20}\\.(log|index|timeindex|snapshot|txnindex)"))
                .sorted().toList();
            var words = List.of("--files", String.join(",", names), "--print-data-log",
                "--deep-iteration");
            var kafka = Tool.run(directory, "",
                Tool.kafka("org.apache.kafka.tools.DumpLogSegments", words));
            assertThat(kafka.code()).as(kafka.output()).isZero();
            assertThat(kafka.lines()).noneMatch(line -> line.contains("isvalid: false"))
                .noneMatch(line -> line.contains("Exception") || line.contains("Found"))
                .anyMatch(line -> line.contains("endTxnMarker: COMMIT"))
                .anyMatch(line -> line.contains("compresscodec: zstd"));
            var naru = Tool.run(directory, "", Tool.naru("kafka-dump-log", words));
            assertThat(naru.code()).as(naru.output()).isZero();
            assertThat(batches(naru)).isEqualTo(batches(kafka));
        }
    }

    private static List<String> batches(Tool.Ran ran) {
        return ran.lines().stream().filter(line -> line.startsWith("baseOffset: ")).toList();
    }
}
