package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The feature transaction.version goes down and up again on a broker at work (KIP-890).
class TransactionVersionTest {
    private static final String FEATURE = "transaction.version";
    private static final String ID = "pays";

    private final Broker broker = Brokers.start(Map.of());
    private final Clients clients = new Clients(broker);
    private final Admin admin = clients.admin();
    private final String topic = clients.topic(2);
    private final List<String> expected = new ArrayList<>();

    @AfterEach void close() {
        admin.close();
        broker.close();
    }

    private Producer<String, String> begun() {
        var producer = clients.producer(Map.of("transactional.id", ID));
        producer.initTransactions();
        return producer;
    }

    private void send(Producer<String, String> producer, String value) {
        for (int index = 0; index < 2; index++) {
            got(producer.send(new ProducerRecord<>(topic, index, null, value + "/" + index)));
            expected.add(value + "/" + index);
        }
    }

    private void commit(Producer<String, String> producer, String value) {
        producer.beginTransaction();
        send(producer, value);
        producer.commitTransaction();
    }

    private void level(int level, UpgradeType how) {
        got(admin.updateFeatures(Map.of(FEATURE, new FeatureUpdate((short) level, how)),
            new UpdateFeaturesOptions()).all());
    }

    private int finalized() {
        var levels = got(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        return levels.containsKey(FEATURE) ? levels.get(FEATURE).maxVersionLevel() : 0;
    }

    /// The epoch of the id once its transaction is complete.
    private int epoch() {
        var epochs = new ArrayList<Integer>();
        Clients.eventually("the end of the transaction", () -> {
            var now = got(admin.describeTransactions(Set.of(ID)).description(ID));
            epochs.add(now.producerEpoch());
            return now.state() == TransactionState.COMPLETE_COMMIT;
        });
        return epochs.getLast();
    }

    private void assertRaises(Producer<String, String> producer, boolean isRaised) {
        commit(producer, "one at " + expected.size());
        int before = epoch();
        commit(producer, "two at " + expected.size());
        assertThat(epoch()).isEqualTo(isRaised ? before + 1 : before);
    }

    @Test void the_level_may_be_lowered_and_raised_while_a_producer_is_in_a_transaction() {
        assertThat(finalized()).isEqualTo(2);
        try (var old = begun()) {
            assertRaises(old, true);
            old.beginTransaction();
            send(old, "across the downgrade");
            level(0, UpgradeType.SAFE_DOWNGRADE);
            send(old, "after the downgrade");
            old.commitTransaction();
            assertThat(finalized()).isZero();
            // it has not connected anew, and goes on as it began
            assertRaises(old, true);
        }
        try (var classic = begun()) {
            assertRaises(classic, false);
            classic.beginTransaction();
            send(classic, "across the upgrade");
            level(2, UpgradeType.UPGRADE);
            send(classic, "after the upgrade");
            classic.commitTransaction();
            assertRaises(classic, false);
            broker.stop();
            broker.restart();
            assertThat(finalized()).isEqualTo(2);
            // a broker that came back is connected to anew
            commit(classic, "first after the restart");
            assertRaises(classic, true);
        }
        try (var newest = begun()) {
            assertRaises(newest, true);
        }
        assertThat(committed()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test void an_abandoned_transaction_is_aborted_for_its_successor_at_either_level() {
        var left = begun();
        left.beginTransaction();
        send(left, "never");
        expected.clear();
        level(0, UpgradeType.SAFE_DOWNGRADE);
        try (var successor = begun()) {
            commit(successor, "classic");
            successor.beginTransaction();
            got(successor.send(new ProducerRecord<>(topic, 0, null, "never either")));
            level(2, UpgradeType.UPGRADE);
            try (var last = begun()) {
                commit(last, "V2");
            }
        }
        left.close(Duration.ZERO);
        assertThat(committed()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<String> committed() {
        epoch();
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var found = new ArrayList<String>();
            Clients.eventually("the end", () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(each -> found.add(each.value()));
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }
}
