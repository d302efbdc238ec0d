package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// The three delivery levels of docs/delivery.md, with clients and brokers that die.
class DeliveryTest {
    private static final Map<String, Object> COMMITTED = Map.of("isolation.level",
        "read_committed");
    private static final int INPUTS = 60;
    private static final int KILLS = 3;

    @Test void at_most_once_a_consumer_that_dies_after_its_commit_sees_nothing_twice() {
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(1);
            clients.send(topic, 0, List.of("a", "b"));
            try (var dies = reader(clients, topic)) {
                Clients.read(dies, 2);
                dies.commitSync();
            }
            clients.send(topic, 0, List.of("c"));
            try (var next = reader(clients, topic)) {
                assertThat(Clients.values(Clients.read(next, 1))).containsExactly("c");
            }
        }
    }

    @Test void at_least_once_a_consumer_that_dies_before_its_commit_sees_it_again() {
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(1);
            clients.send(topic, 0, List.of("a", "b"));
            try (var dies = reader(clients, topic)) {
                Clients.read(dies, 2);
            }
            broker.kill();
            broker.restart();
            try (var next = reader(clients, topic)) {
                assertThat(Clients.values(Clients.read(next, 2))).containsExactly("a", "b");
            }
        }
    }

    private static Consumer<String, String> reader(Clients clients, String topic) {
        var consumer = clients.member("readers-of-" + topic, Map.of());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    @Test void exactly_once_a_chain_that_is_killed_makes_one_output_of_each_input() {
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String from = clients.topic(1);
            String to = clients.topic(2);
            var inputs = IntStream.range(0, INPUTS).mapToObj(n -> "in-" + n).toList();
            clients.send(from, 0, inputs);
            for (int life = 0; life < KILLS; life++)
                live(broker, clients, from, to, life);
            finish(clients, from, to);
            Clients.eventually("every output",
                () -> committedIn(clients, to).size() >= INPUTS);
            assertThat(committedIn(clients, to))
                .containsExactlyInAnyOrderElementsOf(inputs.stream().map(v -> "of " + v).toList());
        }
    }

    /// A few transactions; then the broker is killed in the middle of one, and the chain with it.
    private static void live(Broker broker, Clients clients, String from, String to, int life) {
        try (var consumer = chainReader(clients);
            var producer = clients
                .producer(Map.of("transactional.id", "chain-" + from, "max.block.ms", "20000"))) {
            consumer.assign(List.of(new TopicPartition(from, 0)));
            producer.initTransactions();
            for (int round = 0; round < 3; round++)
                transform(consumer, producer, to);
            producer.beginTransaction();
            var batch = consumer.poll(Duration.ofSeconds(5));
            batch.forEach(one -> producer
                .send(new ProducerRecord<>(to, life % 2, null, "of " + one.value())));
            producer.flush();
            broker.kill();
            broker.restart();
        } catch (KafkaException brokenOff) {
            // the next life goes on from what is committed
            assertThat(brokenOff).isNotNull();
        }
    }

    private static void finish(Clients clients, String from, String to) {
        var at = new TopicPartition(from, 0);
        try (var consumer = chainReader(clients);
            var producer = clients.producer(Map.of("transactional.id", "chain-" + from))) {
            consumer.assign(List.of(at));
            producer.initTransactions();
            Clients.eventually("the end of " + from, () -> {
                transform(consumer, producer, to);
                return consumer.position(at) >= INPUTS;
            });
        }
    }

    private static Consumer<String, String> chainReader(Clients clients) {
        var settings = new HashMap<>(COMMITTED);
        settings.put("max.poll.records", "4");
        return clients.member("chain", settings);
    }

    private static void transform(Consumer<String, String> consumer,
        Producer<String, String> producer, String to) {
        var batch = consumer.poll(Duration.ofSeconds(1));
        if (batch.isEmpty()) return;
        producer.beginTransaction();
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var one : batch) {
            producer.send(new ProducerRecord<>(to, (int) (one.offset() % 2), null,
                "of " + one.value()));
            positions.put(new TopicPartition(one.topic(), one.partition()),
                new OffsetAndMetadata(one.offset() + 1));
        }
        producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
        producer.commitTransaction();
    }

    private static List<String> committedIn(Clients clients, String topic) {
        try (var consumer = clients.consumer(COMMITTED)) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new ArrayList<String>();
            Clients.eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(one -> found.add(one.value()));
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }
}
