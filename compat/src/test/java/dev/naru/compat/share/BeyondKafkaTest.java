package dev.naru.compat.share;

import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Dead letters, key order, rests and restarts, with Kafka's share consumer as it comes.
class BeyondKafkaTest {
    private static Broker broker;
    private Clients clients;
    private Admin admin;
    private Queue queue;

    @BeforeAll static void start() {
        broker = Brokers.start(Map.of("group.share.min.record.lock.duration.ms", "1000",
            "errors.deadletterqueue.auto.create.topics.enable", "true"));
    }

    @AfterAll static void stop() {
        broker.close();
    }

    @BeforeEach void open() {
        clients = new Clients(broker);
        admin = clients.admin();
        queue = new Queue(broker, Clients.name("queue"));
    }

    @AfterEach void close() {
        admin.close();
    }

    @Test void what_is_rejected_is_found_in_the_topic_for_dead_letters() {
        var topic = clients.topic(1);
        var letters = "dlq." + Clients.name("letters");
        got(admin.createTopics(List.of(new NewTopic(letters, 1,
            (short) 1).configs(Map.of("errors.deadletterqueue.group.enable", "true")))).all());
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "errors.deadletterqueue.topic.name", letters,
            "errors.deadletterqueue.copy.record.enable", "true"));
        clients.send(topic, 0, List.of("good", "bad"));
        try (var member = queue.careful(topic)) {
            for (var record : Queue.take(member, 2)) {
                member.acknowledge(record, record.value().equals("bad")
                    ? AcknowledgeType.REJECT
                    : AcknowledgeType.ACCEPT);
            }
            member.commitSync();
        }
        var letter = letter(letters);
        assertThat(letter.value()).isEqualTo("bad");
        assertThat(header(letter, "__dlq.errors.topic")).isEqualTo(topic);
        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("1");
        assertThat(header(letter, "__dlq.errors.group")).isEqualTo(queue.group());
        assertThat(header(letter, "__naru.dlq.cause")).isEqualTo("REJECTED");
    }

    private ConsumerRecord<String, String> letter(String letters) {
        var found = new ArrayList<ConsumerRecord<String, String>>();
        Clients.eventually("a dead letter", () -> {
            found.addAll(clients.everythingIn(letters));
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test void records_of_one_key_come_in_their_order_whoever_gets_them() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "naru.share.key.order", "true"));
        int keys = 5;
        int each = 20;
        try (var producer = clients.producer(Map.of())) {
            for (int at = 0; at < keys * each; at++) {
                producer.send(new ProducerRecord<>(topic, 0, "k" + at % keys, "v" + at / keys));
            }
        }
        var next = new TreeMap<String, Integer>();
        try (var one = queue.member(topic);
            var other = queue.member(topic);
            var third = queue.member(topic)) {
            Clients.eventually("all records", () -> {
                step(one, next);
                step(other, next);
                step(third, next);
                return next.values().stream().mapToInt(Integer::intValue).sum() >= keys * each;
            });
        }
        assertThat(next.values()).containsOnly(each);
    }

    private static void step(ShareConsumer<String, String> member, Map<String, Integer> next) {
        for (var record : member.poll(Duration.ofMillis(100))) {
            int expected = next.getOrDefault(record.key(), 0);
            assertThat(record.value()).as(record.key()).isEqualTo("v" + expected);
            next.put(record.key(), expected + 1);
        }
    }

    @Test void a_lock_that_runs_out_gives_the_record_to_another_member() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "share.record.lock.duration.ms", "1000"));
        clients.send(topic, 0, List.of("only"));
        try (var slow = queue.careful(topic); var quick = queue.careful(topic)) {
            Queue.take(slow, 1);
            var again = Queue.take(quick, 1);
            assertThat(again.getFirst().deliveryCount()).contains((short) 2);
            quick.acknowledge(again.getFirst(), AcknowledgeType.ACCEPT);
            assertThat(quick.commitSync()).allSatisfy((_, failed) -> assertThat(failed).isEmpty());
        }
    }

    @Test void what_was_accepted_stays_accepted_when_the_broker_is_killed() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, List.of("a", "b", "c", "d"));
        try (var member = queue.careful(topic)) {
            for (var record : Queue.take(member, 4)) {
                member.acknowledge(record, switch (record.value()) {
                    case "b" -> AcknowledgeType.RELEASE;
                    case "d" -> AcknowledgeType.REJECT;
                    default -> AcknowledgeType.ACCEPT;
                });
            }
            assertThat(member.commitSync()).allSatisfy((_, failed) -> assertThat(failed).isEmpty());
            broker.kill();
            broker.restart();
        }
        try (var member = queue.careful(topic)) {
            var left = Queue.take(member, 1);
            assertThat(Queue.values(left)).containsExactly("b");
            assertThat(left.getFirst().deliveryCount()).contains((short) 2);
            member.acknowledge(left.getFirst(), AcknowledgeType.ACCEPT);
        }
    }

    @Test void what_was_only_lent_when_the_broker_is_killed_is_lent_again() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, List.of("a", "b"));
        try (var member = queue.careful(topic)) {
            Queue.take(member, 2);
            broker.kill();
            broker.restart();
        }
        try (var member = queue.member(topic)) {
            assertThat(Queue.values(Queue.take(member, 2))).containsExactly("a", "b");
        }
    }

    @Test void a_record_that_was_delivered_too_often_goes_to_a_topic_that_is_made_for_it() {
        var topic = clients.topic(1);
        var letters = "dlq." + Clients.name("letters");
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "share.delivery.count.limit", "2",
            "errors.deadletterqueue.topic.name", letters));
        clients.send(topic, 0, List.of("poison"));
        try (var member = queue.careful(topic)) {
            for (short delivery = 1; delivery <= 2; delivery++) {
                var record = Queue.take(member, 1).getFirst();
                assertThat(record.deliveryCount()).contains(delivery);
                member.acknowledge(record, AcknowledgeType.RELEASE);
                member.commitSync();
            }
        }
        Clients.eventually("a topic for dead letters",
            () -> got(admin.listTopics().names()).contains(letters));
        var letter = letter(letters);
        assertThat(letter.value()).isNull();
        assertThat(header(letter, "__dlq.errors.topic")).isEqualTo(topic);
        assertThat(header(letter, "__dlq.errors.partition")).isEqualTo("0");
        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("0");
        assertThat(header(letter, "__dlq.errors.delivery.count")).isEqualTo("2");
        assertThat(header(letter, "__naru.dlq.cause")).isEqualTo("DELIVERY_LIMIT");
    }

    @Test void a_record_that_was_released_rests_while_others_are_lent() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "naru.share.backoff.initial.ms", "3600000", "naru.share.backoff.max.ms", "3600000"));
        clients.send(topic, 0, List.of("tired"));
        try (var member = queue.careful(topic)) {
            member.acknowledge(Queue.take(member, 1).getFirst(), AcknowledgeType.RELEASE);
            member.commitSync();
            clients.send(topic, 0, List.of("fresh"));
            var next = Queue.take(member, 1);
            assertThat(Queue.values(next)).containsExactly("fresh");
            member.acknowledge(next.getFirst(), AcknowledgeType.ACCEPT);
            member.commitSync();
        }
    }

    @Test void a_record_that_was_released_comes_again_after_its_rest() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "naru.share.backoff.initial.ms", "50"));
        clients.send(topic, 0, List.of("tired"));
        try (var member = queue.careful(topic)) {
            for (short delivery = 1; delivery <= 3; delivery++) {
                var record = Queue.take(member, 1).getFirst();
                assertThat(record.deliveryCount()).contains(delivery);
                member.acknowledge(record,
                    delivery < 3 ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
                member.commitSync();
            }
        }
    }

    @Test void a_lock_that_was_renewed_is_still_the_members() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, List.of("long work"));
        try (var member = queue.careful(topic)) {
            var record = Queue.take(member, 1).getFirst();
            for (int turn = 0; turn < 3; turn++) {
                member.acknowledge(record, AcknowledgeType.RENEW);
                assertStored(member);
                record = Queue.take(member, 1).getFirst();
                assertThat(record.deliveryCount()).contains((short) 1);
            }
            member.acknowledge(record, AcknowledgeType.ACCEPT);
            assertStored(member);
        }
    }

    private static void assertStored(ShareConsumer<String, String> member) {
        var outcome = member.commitSync();
        assertThat(outcome).isNotEmpty()
            .allSatisfy((_, failed) -> assertThat(failed).isEmpty());
    }

    @Test void only_committed_records_are_lent_to_a_group_that_wants_no_others() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "share.isolation.level", "read_committed"));
        try (var producer = clients.producer(Map.of("transactional.id", Clients.name("txn")))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, "committed"));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, "open"));
            producer.flush();
            try (var member = queue.member(topic)) {
                assertThat(Queue.values(Queue.take(member, 1))).containsExactly("committed");
                member.commitSync();
                producer.commitTransaction();
                assertThat(Queue.values(Queue.take(member, 1))).containsExactly("open");
            }
        }
    }

    @Test void the_states_of_a_deleted_topic_are_gone_when_it_comes_back() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, List.of("old"));
        try (var member = queue.member(topic)) {
            Queue.take(member, 1);
            member.commitSync();
        }
        got(admin.deleteTopics(List.of(topic)).all());
        broker.kill();
        broker.restart();
        var offsets = got(admin.listShareGroupOffsets(
            Map.of(queue.group(), new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(queue.group()));
        assertThat(offsets).isEmpty();
        got(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
        clients.send(topic, 0, List.of("new"));
        try (var member = queue.member(topic)) {
            assertThat(Queue.values(Queue.take(member, 1))).containsExactly("new");
        }
    }
}
