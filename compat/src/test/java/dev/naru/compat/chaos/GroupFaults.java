package dev.naru.compat.chaos;

import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Row 18: a group's coordinator is killed while members join.
final class GroupFaults {
    private static final int MEMBERS = 12;
    private static final int PARTITIONS = 4;
    private static final long STABLE_MS = 40_000;

    private GroupFaults() {}

    static void strike(Session session, int round) {
        boolean isNew = round % 2 == 0;
        var group = new Group(session, "group-" + round, isNew);
        try (group) {
            for (int member = 0; member < MEMBERS; member++) {
                group.join();
                if (member == 1) Wait.upTo(STABLE_MS, group::isOwned);
                if (member == MEMBERS / 2) killCoordinator(session, group.name);
            }
            long startNs = System.nanoTime();
            boolean isStable = Wait.upTo(STABLE_MS, group::isOwned);
            session.note((isNew ? "consumer" : "classic") + " protocol, every partition owned "
                + (System.nanoTime() - startNs) / 1_000_000 + " ms after the last join");
            if (!isStable) session.finding("hang: not every partition has an owner");
            Wait.forMs(2000);
        }
        for (var member : session.fleet().members()) {
            if (member.isAlive()) continue;
            member.start();
            member.awaitReady();
        }
    }

    private static void killCoordinator(Session session, String group) {
        try {
            int node = session.admin().describeConsumerGroups(Set.of(group)).all().get()
                .get(group).coordinator().id();
            session.note("killed coordinator " + node);
            session.fleet().member(node).kill();
        } catch (ExecutionException noAnswer) {
            session.finding("the group cannot be described: " + noAnswer.getCause());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    /// The members of one group, each in a thread of its own.
    private static final class Group implements AutoCloseable {
        private final Session session;
        private final String name;
        private final boolean isNew;
        private final List<Thread> threads = new ArrayList<>();
        private final Map<TopicPartition, String> owners = new TreeMap<>(
            (one, other) -> Integer.compare(one.partition(), other.partition()));
        private volatile boolean isOver;

        Group(Session session, String name, boolean isNew) {
            this.session = session;
            this.name = name;
            this.isNew = isNew;
        }

        synchronized boolean isOwned() {
            return owners.size() == PARTITIONS;
        }

        synchronized void gained(Listener member, Collection<TopicPartition> some) {
            for (var each : some) {
                owners.put(each, member.id);
                if (isNew)
                    session.recorder().saw(new Seen.Gained(name, member.id, Readers.slot(each),
                        member.epoch(), System.nanoTime()));
            }
            if (!isNew && !some.isEmpty())
                session.recorder().saw(new Seen.Assigned(name, member.epoch(), member.id,
                    some.stream().map(Readers::slot).toList(), System.nanoTime()));
        }

        synchronized void lost(Listener member, Collection<TopicPartition> some) {
            for (var each : some) {
                owners.remove(each, member.id);
                if (isNew)
                    session.recorder().saw(new Seen.Lost(name, member.id, Readers.slot(each),
                        System.nanoTime()));
            }
        }

        void join() {
            String id = "member-" + threads.size();
            threads.add(Thread.ofPlatform().daemon().name(id).start(() -> belong(id)));
        }

        private void belong(String id) {
            var protocol = isNew
                ? Map.<String, Object>of("group.id", name, "group.protocol", "consumer",
                    "auto.offset.reset", "earliest")
                : Map.<String, Object>of("group.id", name, "auto.offset.reset", "earliest");
            try (var consumer = session.door().consumer(protocol)) {
                var listener = new Listener(this, consumer, id);
                consumer.subscribe(List.of(Topics.DATA), listener);
                while (!isOver)
                    turn(consumer, listener);
                consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
            } catch (KafkaException unexpected) {
                session.finding("a member failed: " + id + ": " + unexpected);
            }
        }

        private void turn(Consumer<String, String> consumer, Listener listener) {
            if (consumer.poll(Duration.ofMillis(200)).isEmpty()) return;
            for (var each : consumer.assignment()) {
                long offset = consumer.position(each);
                int epoch = listener.epoch();
                long startNs = System.nanoTime();
                var outcome = Outcome.OK;
                try {
                    consumer.commitSync(Map.of(each,
                        new OffsetAndMetadata(offset)));
                } catch (KafkaException refused) {
                    outcome = Outcome.UNKNOWN;
                }
                session.recorder().saw(new Seen.Committed(name, Readers.slot(each), offset, epoch,
                    outcome, startNs, System.nanoTime()));
            }
        }

        @Override public void close() {
            isOver = true;
            for (var thread : threads) {
                try {
                    thread.join(20_000);
                } catch (InterruptedException hurried) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /// What one member is told.
    private record Listener(Group group, Consumer<String, String> consumer, String id)
        implements
            ConsumerRebalanceListener {
        int epoch() {
            return consumer.groupMetadata().generationId();
        }

        @Override public void onPartitionsAssigned(Collection<TopicPartition> some) {
            group.gained(this, some);
        }

        @Override public void onPartitionsRevoked(Collection<TopicPartition> some) {
            group.lost(this, some);
        }
    }
}
