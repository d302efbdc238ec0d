package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// SIGKILL and restart under load; `-Dcompat.crash.rounds=200` for the long run.
class KillTest {
    private static final int ROUNDS = Integer.getInteger("compat.crash.rounds", 5);

    @Test void nothing_acknowledged_is_lost_doubled_or_reordered_by_kills()
        throws InterruptedException {
        var history = new History();
        var chance = new Random(ROUNDS);
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(Load.PARTITIONS, Map.of("segment.bytes", "1048576"));
            try (var throughout = new Load(broker, topic, history, 2).start()) {
                for (int round = 0; round < ROUNDS; round++) {
                    round(broker, topic, history, 500 + chance.nextInt(2000));
                }
                throughout.finish();
            }
            assertThat(history.acknowledgedCount()).isGreaterThan(ROUNDS * 500);
            assertThat(history.faults(clients.everythingIn(topic))).isEmpty();
        }
    }

    /// With one producer more, whose id is given out by a broker that was restarted.
    private static void round(Broker broker, String topic, History history, int acknowledged)
        throws InterruptedException {
        try (var once = new Load(broker, topic, history, 1).start()) {
            history.awaitMore(acknowledged);
            broker.kill();
            broker.restart();
            history.awaitMore(200);
            once.finish();
        }
    }

    @Test void commits_topics_and_settings_outlive_a_kill() {
        try (var broker = Brokers.start(Map.of()); var admin = new Clients(broker).admin()) {
            var clients = new Clients(broker);
            String topic = clients.topic(2, Map.of("retention.ms", "1234567"));
            var at = new TopicPartition(topic, 1);
            for (long offset = 1; offset <= 2; offset++) {
                Clients.got(admin.alterConsumerGroupOffsets("group",
                    Map.of(at, new OffsetAndMetadata(offset, "words"))).all());
                broker.kill();
                broker.restart();
                assertThat(Clients.got(admin.listConsumerGroupOffsets("group")
                    .partitionsToOffsetAndMetadata()))
                    .containsEntry(at, new OffsetAndMetadata(offset, "words"));
            }
            var described = Clients.got(admin.describeTopics(Set.of(topic)).allTopicNames())
                .get(topic);
            assertThat(described.partitions()).hasSize(2);
        }
    }

    @Test void a_clean_stop_keeps_everything_too() throws InterruptedException {
        var history = new History();
        try (var broker = Brokers.start(Map.of())) {
            var clients = new Clients(broker);
            String topic = clients.topic(Load.PARTITIONS);
            try (var load = new Load(broker, topic, history, 2).start()) {
                for (int round = 0; round < 2; round++) {
                    history.awaitMore(1000);
                    assertThat(broker.stop()).isIn(0, 130, 143);
                    broker.restart();
                }
                history.awaitMore(200);
                load.finish();
            }
            assertThat(history.faults(clients.everythingIn(topic))).isEmpty();
        }
    }
}
