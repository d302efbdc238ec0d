package dev.naru.compat.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Row 21: nodes are killed while they compact. The last value of a key that was acknowledged, or a later
/// one that was sent, is what a reader finds; offsets only rise, and stay those that were promised.
final class CompactionFaults {
    private static final int KEYS = 40;
    private static final int VALUES = 24_000;
    private static final String PADDING = "x".repeat(200);
    private static final Map<String, String> SETTINGS = Map.of("cleanup.policy", "compact",
        "segment.bytes", "1048576", "min.cleanable.dirty.ratio", "0.01", "max.compaction.lag.ms",
        "1");
    private static final int KILLS = 3;
    private static final int QUARTER = VALUES / (KILLS + 1);

    /// How nodes are told to compact often.
    static final Map<String, String> OFTEN = Map.of("log.cleaner.backoff.ms", "50",
        "log.retention.check.interval.ms", "200");

    private final Session session;
    private final TopicPartition where;
    private final Map<String, Integer> acked = new TreeMap<>();
    private final Map<Integer, Long> offsets = new HashMap<>();

    private CompactionFaults(Session session, TopicPartition where) {
        this.session = session;
        this.where = where;
    }

    static void strike(Session session, int round) {
        var topic = "compacted-" + round;
        create(session, topic);
        new CompactionFaults(session, new TopicPartition(topic, 0)).run();
    }

    private static void create(Session session, String topic) {
        try {
            session.admin().createTopics(List.of(new NewTopic(topic, 1, (short) session.fleet()
                .size()).configs(SETTINGS))).all().get();
        } catch (ExecutionException refused) {
            throw new AssertionError("no topic", refused);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    private void run() {
        try (var producer = session.door().producer(true)) {
            for (int value = 0; value < VALUES; value++) {
                send(producer, value);
                if (value % QUARTER != QUARTER - 1 || value == VALUES - 1) continue;
                producer.flush();
                Wait.forMs(session.chance().nextInt(400));
                restart(session.chance().nextInt(session.fleet().size()) + 1);
            }
            producer.flush();
        }
        var first = read();
        check(first);
        check(read());
        session.note(VALUES + " values of " + KEYS + " keys, " + first.size()
            + " records left, " + KILLS + " kills");
        if (first.size() == VALUES) session.finding("nothing was compacted");
    }

    private void send(Producer<String, String> producer, int value) {
        String key = "key-" + session.chance().nextInt(KEYS);
        producer.send(new ProducerRecord<>(where.topic(), 0, key, value + " " + PADDING),
            (told, failure) -> {
                if (failure == null) acked(key, value, told.offset());
            });
    }

    private synchronized void acked(String key, int value, long offset) {
        acked.merge(key, value, Math::max);
        offsets.put(value, offset);
    }

    private void restart(int nodeId) {
        var victim = session.fleet().member(nodeId);
        victim.kill();
        victim.start();
        victim.awaitReady();
    }

    private List<ConsumerRecord<String, String>> read() {
        var all = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = session.door().consumer(Map.of())) {
            consumer.assign(List.of(where));
            consumer.seekToBeginning(List.of(where));
            long end = consumer.endOffsets(List.of(where)).get(where);
            boolean isRead = Wait.upTo(30_000, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
                return consumer.position(where) >= end;
            });
            if (!isRead) session.finding("hang: the compacted topic is not read to its end");
        }
        return all;
    }

    private synchronized void check(List<ConsumerRecord<String, String>> read) {
        var last = new TreeMap<String, Integer>();
        long before = -1;
        for (var each : read) {
            int value = Integer.parseInt(each.value().substring(0, each.value().indexOf(' ')));
            if (each.offset() <= before) session.finding("offsets do not rise: " + each.offset());
            before = each.offset();
            var promised = offsets.get(value);
            if (promised != null && promised != each.offset()) {
                session.finding("value " + value + " is at " + each.offset() + ", was promised at "
                    + promised);
            }
            last.put(each.key(), value);
        }
        acked.forEach((key, value) -> {
            if (last.getOrDefault(key, -1) < value) {
                session.finding("lost: the last value of " + key + " is " + last.get(key)
                    + ", acknowledged was " + value);
            }
        });
    }
}
