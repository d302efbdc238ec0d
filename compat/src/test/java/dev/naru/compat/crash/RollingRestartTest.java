package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.Test;

/// Three nodes, each stopped and started again in turn, while clients work as they come out of the box:
/// nobody has to be told anything, and nothing is lost or doubled.
class RollingRestartTest {
    private static final int PARTITIONS = 3;
    private static final int LOOKS_MAX = 600;
    private static final long LOOK_NS = 100_000_000L;
    private static final long PAUSE_NS = 2_000_000L;

    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<String> committed = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> consumed = Collections.synchronizedSet(new TreeSet<>());
    private final AtomicInteger acked = new AtomicInteger();
    private volatile boolean isOver;
    private volatile boolean isRead;

    @Test void clients_notice_nothing_of_a_restart_of_every_node() throws Exception {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        try (var cluster = Cluster.start(3, Map.of())) {
            var everywhere = Map.<String, Object>of("bootstrap.servers", cluster.bootstrap());
            var clients = new Clients(cluster.node(1));
            try (var admin = Admin.create(everywhere)) {
                String plain = topic(admin);
                String whole = topic(admin);
                var workers = List.of(thread(() -> write(clients, everywhere, plain)),
                    thread(() -> transact(clients, everywhere, whole)));
                var reader = thread(() -> consume(clients, everywhere, plain));
                for (int node = 1; node <= 3; node++) {
                    awaitWork();
                    assertThat(cluster.node(node).stop()).isZero();
                    awaitWork();
                    cluster.node(node).restart();
                    awaitInSync(admin, List.of(plain, whole));
                }
                isOver = true;
                for (var worker : workers)
                    worker.join();
                awaitConsumed(reader);
                assertThat(problems).isEmpty();
                assertThat(Clients.values(clients.everythingIn(plain)))
                    .containsExactlyInAnyOrderElementsOf(sent);
                assertThat(Clients.values(clients.everythingIn(whole,
                    Map.of("isolation.level", "read_committed"))))
                    .containsExactlyInAnyOrderElementsOf(committed);
            }
        }
    }

    private static String topic(Admin admin) throws Exception {
        String topic = Clients.name("topic");
        admin.createTopics(Set.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        return topic;
    }

    private Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (RuntimeException failed) {
                problems.add("a client failed: " + failed);
            }
        });
    }

    private void write(Clients clients, Map<String, Object> settings, String topic) {
        try (var producer = clients.producer(settings)) {
            for (int number = 0; !isOver; number++) {
                String value = "value-" + number;
                sent.add(value);
                producer.send(new ProducerRecord<>(topic, number % PARTITIONS, null, value),
                    (_, failure) -> {
                        if (failure == null) acked.incrementAndGet();
                        else
                            problems.add(value + ": " + failure);
                    });
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    /// Every third one is aborted.
    private void transact(Clients clients, Map<String, Object> settings, String topic) {
        var all = new HashMap<>(settings);
        all.put("transactional.id", topic);
        try (var producer = clients.producer(all)) {
            producer.initTransactions();
            for (int number = 0; !isOver; number++) {
                producer.beginTransaction();
                for (int partition = 0; partition < PARTITIONS; partition++)
                    producer.send(new ProducerRecord<>(topic, partition, null, "in-" + number));
                if (number % 3 == 2) {
                    producer.abortTransaction();
                    continue;
                }
                producer.commitTransaction();
                committed.addAll(Collections.nCopies(PARTITIONS, "in-" + number));
            }
        }
    }

    private void consume(Clients clients, Map<String, Object> settings, String topic) {
        try (var member = clients.member(topic, settings)) {
            member.subscribe(Set.of(topic));
            while (!isRead) {
                member.poll(Duration.ofMillis(200)).forEach(each -> consumed.add(each.value()));
                try {
                    member.commitSync();
                } catch (CommitFailedException | RetriableException again) {
                    // what was not committed is read again
                }
            }
        }
    }

    private void awaitConsumed(Thread reader) throws InterruptedException {
        for (int look = 0; look < LOOKS_MAX && consumed.size() < sent.size(); look++)
            LockSupport.parkNanos(LOOK_NS);
        isRead = true;
        reader.join();
        assertThat(consumed).containsExactlyInAnyOrderElementsOf(sent);
    }

    /// Everybody gets on.
    private void awaitWork() {
        int ackedBefore = acked.get();
        int committedBefore = committed.size();
        int consumedBefore = consumed.size();
        await("the clients to get on", () -> acked.get() > ackedBefore + 50
            && committed.size() > committedBefore + PARTITIONS
            && consumed.size() > consumedBefore + 50);
    }

    private interface Look {
        boolean isSo() throws Exception;
    }

    private void await(String what, Look look) {
        for (int turn = 0; turn < LOOKS_MAX; turn++) {
            try {
                if (look.isSo()) return;
            } catch (Exception notNow) {
                if (turn == LOOKS_MAX - 1) throw new AssertionError(what, notNow);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        throw new AssertionError("waited in vain for " + what + "; " + problems);
    }

    private void awaitInSync(Admin admin, List<String> topics) {
        await("all replicas to be in sync", () -> admin.describeTopics(topics).allTopicNames()
            .get().values().stream().flatMap(each -> each.partitions().stream())
            .allMatch(each -> each.isr().size() == 3));
    }
}
