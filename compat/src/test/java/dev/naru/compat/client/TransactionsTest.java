package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Transactions of the newest client, which raises its epoch with each.
@ExtendWith(SharedBroker.class)
class TransactionsTest {
    private static final Map<String, Object> COMMITTED = Map.of("isolation.level",
        "read_committed");

    private final Clients clients;

    TransactionsTest(Broker broker) {
        clients = new Clients(broker);
    }

    private Producer<String, String> transactional(String id) {
        return clients.producer(Map.of("transactional.id", id));
    }

    private static void send(Producer<String, String> producer, String topic, int partition,
        String... values) {
        for (var value : values)
            producer.send(new ProducerRecord<>(topic, partition, null, value));
    }

    /// What a reader of committed data sees of a topic.
    private List<String> committedIn(String topic) {
        try (var consumer = clients.consumer(COMMITTED)) {
            var partitions = consumer.partitionsFor(topic).stream()
                .map(at -> new TopicPartition(topic, at.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = new HashMap<>(consumer.endOffsets(partitions));
            var found = new ArrayList<String>();
            Clients.eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(one -> found.add(one.value()));
                return partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
            });
            return found;
        }
    }

    private void committedBecome(String topic, String... values) {
        Clients.eventually("the committed values of " + topic,
            () -> committedIn(topic).size() >= values.length);
        assertThat(committedIn(topic)).containsExactlyInAnyOrder(values);
    }

    @Test void what_is_committed_is_seen_and_what_is_aborted_is_not() {
        String topic = clients.topic(2);
        try (var producer = transactional(Clients.name("txn"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, 0, "a", "b");
            send(producer, topic, 1, "c");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, topic, 0, "never");
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, 1, "d");
            producer.commitTransaction();
        }
        committedBecome(topic, "a", "b", "c", "d");
        assertThat(Clients.values(clients.everythingIn(topic)))
            .containsExactlyInAnyOrder("a", "b", "c", "d", "never");
    }

    @Test void a_hundred_transactions_in_a_row_are_all_there() {
        String topic = clients.topic(3);
        var expected = new ArrayList<String>();
        try (var producer = transactional(Clients.name("txn"))) {
            producer.initTransactions();
            for (int n = 0; n < 100; n++) {
                producer.beginTransaction();
                send(producer, topic, n % 3, "v" + n);
                send(producer, topic, (n + 1) % 3, "w" + n);
                if (n % 4 == 3) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    expected.addAll(List.of("v" + n, "w" + n));
                }
            }
        }
        committedBecome(topic, expected.toArray(String[]::new));
    }

    @Test void readers_of_committed_data_stop_before_an_open_transaction() {
        String topic = clients.topic(1);
        try (var producer = transactional(Clients.name("txn"))) {
            producer.initTransactions();
            producer.beginTransaction();
            got(producer.send(new ProducerRecord<>(topic, 0, null, "open")));
            clients.send(topic, 0, List.of("after"));
            assertThat(committedIn(topic)).isEmpty();
            producer.commitTransaction();
            committedBecome(topic, "open", "after");
        }
    }

    @Test void a_second_producer_of_the_same_id_fences_the_first() {
        String topic = clients.topic(1);
        String id = Clients.name("txn");
        try (var first = transactional(id); var second = transactional(id)) {
            first.initTransactions();
            first.beginTransaction();
            got(first.send(new ProducerRecord<>(topic, 0, null, "of the first")));
            second.initTransactions();
            second.beginTransaction();
            send(second, topic, 0, "of the second");
            second.commitTransaction();
            assertThatThrownBy(first::commitTransaction)
                .isInstanceOf(ProducerFencedException.class);
        }
        committedBecome(topic, "of the second");
    }

    @Test void an_empty_transaction_may_be_committed_or_aborted() {
        try (var producer = transactional(Clients.name("txn"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.commitTransaction();
        }
    }

    @Test void offsets_move_with_the_transaction_or_not_at_all() {
        String from = clients.topic(1);
        String to = clients.topic(1);
        String group = Clients.name("group");
        var at = new TopicPartition(from, 0);
        clients.send(from, 0, List.of("1", "2", "3"));
        try (var consumer = clients.member(group, COMMITTED);
            var producer = transactional(Clients.name("txn"))) {
            consumer.subscribe(List.of(from));
            Clients.read(consumer, 3);
            producer.initTransactions();

            producer.beginTransaction();
            send(producer, to, 0, "never");
            producer.sendOffsetsToTransaction(Map.of(at, new OffsetAndMetadata(2)),
                consumer.groupMetadata());
            producer.abortTransaction();
            assertThat(consumer.committed(Set.of(at)).get(at)).isNull();

            producer.beginTransaction();
            send(producer, to, 0, "one two three");
            producer.sendOffsetsToTransaction(Map.of(at, new OffsetAndMetadata(3, "words")),
                consumer.groupMetadata());
            producer.commitTransaction();
            // waits for what is undecided
            assertThat(consumer.committed(Set.of(at)))
                .containsEntry(at, new OffsetAndMetadata(3, "words"));
        }
        committedBecome(to, "one two three");
    }

    @Test void offsets_of_a_member_that_lost_its_place_are_refused() {
        String from = clients.topic(1);
        String group = Clients.name("group");
        clients.send(from, 0, List.of("1"));
        try (var consumer = clients.member(group, COMMITTED);
            var producer = transactional(Clients.name("txn"))) {
            consumer.subscribe(List.of(from));
            Clients.read(consumer, 1);
            var before = consumer.groupMetadata();
            consumer.unsubscribe();
            consumer.subscribe(List.of(from));
            Clients.eventually("a newer generation", () -> {
                consumer.poll(Duration.ofMillis(100));
                return consumer.groupMetadata().generationId() > before.generationId();
            });
            producer.initTransactions();
            producer.beginTransaction();
            assertThatThrownBy(() -> producer.sendOffsetsToTransaction(
                Map.of(new TopicPartition(from, 0), new OffsetAndMetadata(1)), before))
                .isInstanceOf(CommitFailedException.class);
            producer.abortTransaction();
        }
    }

    @Test void tools_see_an_open_transaction_and_fence_its_producer() {
        String topic = clients.topic(1);
        String id = Clients.name("txn");
        try (var admin = clients.admin(); var producer = transactional(id)) {
            producer.initTransactions();
            producer.beginTransaction();
            got(producer.send(new ProducerRecord<>(topic, 0, null, "open")));

            var listed = got(admin.listTransactions(new ListTransactionsOptions()
                .filterStates(Set.of(TransactionState.ONGOING))
                .filterOnTransactionalIdPattern(id)).all());
            assertThat(listed).extracting(TransactionListing::transactionalId)
                .containsExactly(id);
            var described = got(admin.describeTransactions(Set.of(id)).description(id));
            assertThat(described.state()).isEqualTo(TransactionState.ONGOING);
            assertThat(described.topicPartitions()).containsExactly(new TopicPartition(topic, 0));
            assertThat(described.transactionStartTimeMs()).isPresent();

            got(admin.fenceProducers(Set.of(id)).all());
            assertThatThrownBy(producer::commitTransaction)
                .isInstanceOf(ProducerFencedException.class);
        }
        committedBecome(topic);
    }

    @Test void a_hanging_transaction_is_found_and_aborted() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        try (var admin = clients.admin(); var producer = transactional(Clients.name("txn"))) {
            producer.initTransactions();
            producer.beginTransaction();
            got(producer.send(new ProducerRecord<>(topic, 0, null, "hangs")));
            clients.send(topic, 0, List.of("after"));
            var found = got(admin.describeProducers(Set.of(at)).partitionResult(at))
                .activeProducers().stream()
                .filter(one -> one.currentTransactionStartOffset().isPresent()).findFirst()
                .orElseThrow();
            assertThat(committedIn(topic)).isEmpty();

            got(admin.abortTransaction(new AbortTransactionSpec(at, found.producerId(),
                (short) found.producerEpoch(), found.coordinatorEpoch().orElse(0))).all());

            committedBecome(topic, "after");
        }
    }

    @Test void a_deleted_topic_does_not_keep_a_transaction_open() {
        String kept = clients.topic(1);
        String gone = clients.topic(1);
        String id = Clients.name("txn");
        try (var admin = clients.admin(); var producer = transactional(id)) {
            producer.initTransactions();
            producer.beginTransaction();
            got(producer.send(new ProducerRecord<>(kept, 0, null, "kept")));
            got(producer.send(new ProducerRecord<>(gone, 0, null, "gone")));
            got(admin.deleteTopics(Set.of(gone)).all());
            producer.commitTransaction();
            committedBecome(kept, "kept");
            Clients.eventually("the end", () -> got(
                admin.describeTransactions(Set.of(id)).description(id))
                .state() == TransactionState.COMPLETE_COMMIT);
        }
    }
}
