package dev.naru.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaruTest {
    @Test void what_a_client_produces_a_group_consumes() throws Exception {
        try (var naru = Naru.start()) {
            produce(naru, "one", "two");
            assertThat(consume(naru, 2)).containsExactly("one", "two");
        }
    }

    @Test void a_directory_of_its_own_is_served_again_after_a_restart(@TempDir Path directory)
        throws Exception {
        try (var naru = Naru.start(directory, Map.of())) {
            produce(naru, "kept");
        }
        try (var naru = Naru.start(directory, Map.of())) {
            assertThat(consume(naru, 1)).containsExactly("kept");
        }
    }

    @Test void a_temporary_directory_is_gone_after_the_close() throws Exception {
        var naru = Naru.start();
        produce(naru, "gone");
        naru.close();
        naru.close();
        assertThat(Files.exists(naru.dataDirectory())).isFalse();
    }

    @Test void two_brokers_live_side_by_side() {
        try (var first = Naru.start(); var second = Naru.start()) {
            assertThat(first.port()).isNotEqualTo(second.port());
            assertThat(first.clusterId()).isNotEqualTo(second.clusterId());
        }
    }

    @Test void a_second_broker_on_the_same_directory_is_refused(@TempDir Path directory) {
        try (var naru = Naru.start(directory, Map.of())) {
            assertThat(naru.port()).isPositive();
            assertThatThrownBy(() -> Naru.start(directory, Map.of()))
                .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test void a_misspelt_setting_is_named_with_the_right_one() {
        assertThatThrownBy(() -> Naru.start(Map.of("log.retenton.ms", "1")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("log.retention.ms");
    }

    private static void produce(Naru naru, String... values) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", naru.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(),
            new StringSerializer())) {
            for (var value : values) {
                producer.send(new ProducerRecord<>("words", value)).get();
            }
        }
    }

    private static List<String> consume(Naru naru, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", naru.bootstrapServers(),
            "group.id",
            "readers", "auto.offset.reset", "earliest");
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(),
            new StringDeserializer())) {
            consumer.subscribe(List.of("words"));
            for (int poll = 0; poll < 300 && values.size() < count; poll++) {
                for (var record : consumer.poll(Duration.ofMillis(100)))
                    values.add(record.value());
            }
            consumer.commitSync();
        }
        return values;
    }
}
