package dev.naru.compat.share;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Kafka's share consumer, as it comes.
@ExtendWith(SharedBroker.class)
class ShareConsumerTest {
    private final Broker broker;
    private final Clients clients;
    private final Admin admin;
    private final Queue queue;

    ShareConsumerTest(Broker broker) {
        this.broker = broker;
        clients = new Clients(broker);
        admin = clients.admin();
        queue = new Queue(broker, Clients.name("queue"));
    }

    @AfterEach void close() {
        admin.close();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(each -> "v" + each).toList();
    }

    @Test void records_that_were_produced_are_consumed_and_not_given_out_again() {
        var topic = clients.topic(2);
        queue.fromTheStart(admin);
        clients.send(topic, 0, numbers(0, 30));
        clients.sendOneBatch(topic, 1, numbers(30, 60));
        try (var member = queue.member(topic)) {
            var values = new TreeSet<>(Queue.values(Queue.take(member, 60)));
            assertThat(values).isEqualTo(new TreeSet<>(numbers(0, 60)));
            assertThat(member.commitSync()).allSatisfy((_, failed) -> assertThat(failed).isEmpty());
        }
        clients.send(topic, 0, List.of("last"));
        try (var member = queue.member(topic)) {
            assertThat(Queue.values(Queue.take(member, 1))).containsExactly("last");
        }
    }

    @Test void two_members_share_the_records_of_one_partition() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        try (var one = queue.member(topic); var other = queue.member(topic)) {
            var seen = new ArrayList<String>();
            var counts = new int[2];
            int sent = 0;
            while (counts[0] == 0 || counts[1] == 0 || seen.size() < sent) {
                if (counts[0] == 0 || counts[1] == 0) {
                    clients.send(topic, 0, numbers(sent, sent + 20));
                    sent += 20;
                }
                one.poll(Duration.ofMillis(50)).forEach(each -> {
                    seen.add(each.value());
                    counts[0]++;
                });
                other.poll(Duration.ofMillis(50)).forEach(each -> {
                    seen.add(each.value());
                    counts[1]++;
                });
            }
            assertThat(new TreeSet<>(seen)).hasSize(sent);
            assertThat(seen).hasSize(sent);
        }
    }

    @Test void what_is_released_comes_again_and_what_is_rejected_does_not() {
        var topic = clients.topic(1);
        queue.fromTheStart(admin);
        clients.send(topic, 0, List.of("accept", "release", "reject"));
        try (var member = queue.careful(topic)) {
            var again = new ArrayList<ConsumerRecord<String, String>>();
            for (var record : Queue.take(member, 3)) {
                assertThat(record.deliveryCount()).contains((short) 1);
                member.acknowledge(record, switch (record.value()) {
                    case "accept" -> AcknowledgeType.ACCEPT;
                    case "release" -> AcknowledgeType.RELEASE;
                    default -> AcknowledgeType.REJECT;
                });
            }
            member.commitSync();
            again.addAll(Queue.take(member, 1));
            assertThat(Queue.values(again)).containsExactly("release");
            assertThat(again.getFirst().deliveryCount()).contains((short) 2);
            again.forEach(each -> member.acknowledge(each, AcknowledgeType.ACCEPT));
            member.commitSync();
            clients.send(topic, 0, List.of("next"));
            var next = Queue.take(member, 1);
            assertThat(Queue.values(next)).containsExactly("next");
            member.acknowledge(next.getFirst(), AcknowledgeType.ACCEPT);
        }
    }

    @Test void a_record_is_given_up_after_as_many_deliveries_as_the_group_allows() {
        var topic = clients.topic(1);
        queue.configure(admin, Map.of("share.auto.offset.reset", "earliest",
            "share.delivery.count.limit", "3"));
        clients.send(topic, 0, List.of("poison", "good"));
        try (var member = queue.careful(topic)) {
            int deliveries = 0;
            boolean isGoodDone = false;
            while (deliveries < 3 || !isGoodDone) {
                for (var record : Queue.take(member, 1)) {
                    boolean isPoison = record.value().equals("poison");
                    if (isPoison) deliveries++;
                    isGoodDone |= !isPoison;
                    member.acknowledge(record,
                        isPoison ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
                }
                member.commitSync();
            }
            assertThat(deliveries).isEqualTo(3);
            clients.send(topic, 0, List.of("next"));
            var next = Queue.take(member, 1);
            assertThat(Queue.values(next)).containsExactly("next");
            member.acknowledge(next.getFirst(), AcknowledgeType.ACCEPT);
        }
    }

    @Test void every_group_gets_every_record() {
        var topic = clients.topic(3);
        var second = new Queue(broker, Clients.name("queue"));
        queue.fromTheStart(admin);
        second.fromTheStart(admin);
        for (int partition = 0; partition < 3; partition++)
            clients.send(topic, partition, numbers(partition * 10, partition * 10 + 10));
        try (var one = queue.member(topic); var other = second.member(topic)) {
            assertThat(new TreeSet<>(Queue.values(Queue.take(one, 30)))).hasSize(30);
            assertThat(new TreeSet<>(Queue.values(Queue.take(other, 30)))).hasSize(30);
        }
    }
}
