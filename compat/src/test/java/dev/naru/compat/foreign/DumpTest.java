package dev.naru.compat.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Segment files, read by Kafka's DumpLogSegments and by our kafka-dump-log: both say the same of files
/// that either broker wrote.
class DumpTest {
    /// Warnings of libraries; and what Kafka's tool says of any segment that does not start at zero, its own
    /// ones included.
    private static final Pattern NOISE = Pattern
        .compile("^(SLF4J|WARNING|Non-consecutive offsets in |  -1 is followed by )");
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private static List<String> withoutNoise(String output) {
        return output.lines().filter(line -> !NOISE.matcher(line).find()).toList();
    }

    private static List<String> byKafka(Path directory, List<String> words) {
        var ran = Tool.run(directory, "",
            Tool.kafka("org.apache.kafka.tools.DumpLogSegments", words));
        assertThat(ran.code()).as(ran.output()).isZero();
        return withoutNoise(ran.output());
    }

    private static List<String> byNaru(Path directory, List<String> words) {
        var ran = Tool.run(directory, "", Tool.naru("kafka-dump-log", words));
        assertThat(ran.code()).as(ran.output()).isZero();
        return withoutNoise(ran.output());
    }

    private static List<String> words(Path directory, String... more) {
        try (Stream<Path> files = Files.list(directory)) {
            var names = files.map(path -> path.getFileName().toString())
                .filter(name -> name.matches("\\d{20}\\.(log|index|timeindex|snapshot)"))
                .sorted()
                .toList();
            return Stream.concat(Stream.of("--files", String.join(",", names)), Stream.of(more))
                .toList();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Test void kafka_reads_every_file_that_was_written_and_we_say_what_kafka_says()
        throws IOException {
        try (var broker = Brokers.start(Map.of())) {
            String topic = filled(broker);
            assertThat(broker.stop()).isIn(0, 130, 143);
            var directory = broker.dataDirectory().resolve(topic + "-0");
            var words = words(directory, "--print-data-log", "--deep-iteration");
            var kafkas = byKafka(directory, words);
            assertThat(kafkas).noneMatch(line -> line.contains("isvalid: false"))
                .noneMatch(line -> line.contains("Found") || line.contains("Exception"))
                .noneMatch(line -> line.contains("is followed by"));
            for (var codec : CODECS) {
                assertThat(kafkas).anyMatch(line -> line.contains("compresscodec: " + codec));
            }
            assertThat(kafkas.stream().filter(line -> line.startsWith("| offset: "))).hasSize(552);
            assertThat(kafkas.stream().filter(line -> line.contains(".log"))).hasSizeGreaterThan(1);
            assertThat(kafkas).anyMatch(line -> line.startsWith("producerId: "));
            assertThat(byNaru(directory, words)).isEqualTo(kafkas);
            assertThat(Files.readString(directory.resolve("leader-epoch-checkpoint")))
                .isEqualTo("0\n1\n0 0\n");
        }
    }

    /// 500 small records in all codecs, two that roll the log, fifty more; and a commit of a group.
    private static String filled(Broker broker) {
        var clients = new Clients(broker);
        String topic = clients.topic(1,
            Map.of("segment.bytes", "1048576", "index.interval.bytes", "1000"));
        for (var codec : CODECS) {
            var settings = Map.<String, Object>of("compression.type", codec, "batch.size", "500");
            try (var producer = clients.producer(settings)) {
                for (int n = 0; n < 100; n++) {
                    var one = new ProducerRecord<>(topic, "key-" + n,
                        "a value of " + codec + " " + n);
                    one.headers().add("codec", codec.getBytes(StandardCharsets.UTF_8));
                    producer.send(one);
                }
            }
        }
        clients.send(topic, 0, List.of("x".repeat(600_000), "y".repeat(600_000)));
        for (int n = 0; n < 5; n++)
            clients.sendOneBatch(topic, 0, List.of("a", "b", "c", "d", "e", "f",
                "g", "h", "i", "j"));
        try (var consumer = clients.member("dumped", Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(Clients.read(consumer, 552)).hasSize(552);
            consumer.commitSync();
        }
        return topic;
    }

    @Test void kafka_reads_the_offsets_topic_and_we_say_what_kafka_says() {
        try (var broker = Brokers.start(Map.of("offsets.topic.num.partitions", "1"))) {
            String topic = filled(broker);
            broker.stop();
            var directory = broker.dataDirectory().resolve("__consumer_offsets-0");
            var words = words(directory, "--offsets-decoder");
            var kafkas = byKafka(directory, words);
            assertThat(kafkas)
                .anyMatch(line -> line.contains("\"group\":\"dumped\",\"topic\":\"" + topic)
                    && line.contains("\"offset\":552"));
            assertThat(kafkas).anyMatch(line -> line.contains("\"protocolType\":\"consumer\""));
            assertThat(byNaru(directory, words)).isEqualTo(kafkas);
        }
    }

    @Test void we_read_what_a_kafka_broker_wrote() throws IOException, URISyntaxException {
        var golden = Path.of(DumpTest.class.getResource("/kafka-4.4").toURI());
        var words = words(golden.resolve("golden-0"), "--print-data-log", "--deep-iteration");
        assertThat(byNaru(golden.resolve("golden-0"), words))
            .isEqualTo(Files.readAllLines(golden.resolve("golden-0.txt")));
        var offsets = golden.resolve("__consumer_offsets-0");
        assertThat(byNaru(offsets, words(offsets, "--offsets-decoder")))
            .isEqualTo(Files.readAllLines(golden.resolve("__consumer_offsets-0.txt")));
    }
}
