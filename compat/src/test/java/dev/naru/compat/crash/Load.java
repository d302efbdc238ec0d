package dev.naru.compat.crash;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Idempotent producers with acks=all that send without end, each in a thread of its own, and write down
/// what they were told.
final class Load implements AutoCloseable {
    static final int PARTITIONS = 3;
    private static final int UNANSWERED_MAX = 200;
    private static final Map<String, Object> SETTINGS = Map.of("acks", "all", "enable.idempotence",
        "true",
        "linger.ms", "1", "reconnect.backoff.ms", "20", "reconnect.backoff.max.ms", "100",
        "retry.backoff.ms", "20", "delivery.timeout.ms", "120000");

    private final History history;
    private final String topic;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Producer<String, String>> producers = new ArrayList<>();
    private volatile boolean isStopping;

    Load(Broker broker, String topic, History history, int count) {
        this.history = history;
        this.topic = topic;
        var clients = new Clients(broker);
        for (int n = 0; n < count; n++) {
            String name = Clients.name("p");
            var producer = clients.producer(SETTINGS);
            producers.add(producer);
            threads.add(Thread.ofPlatform().name(name).unstarted(() -> send(name, producer)));
        }
    }

    Load start() {
        threads.forEach(Thread::start);
        return this;
    }

    private void send(String name, Producer<String, String> producer) {
        var room = new Semaphore(UNANSWERED_MAX);
        for (int n = 0; !isStopping; n++) {
            room.acquireUninterruptibly();
            var one = new History.Sent(name, n, n % PARTITIONS);
            history.sends(one);
            try {
                send(producer, one, room);
            } catch (IllegalStateException closed) {
                return;
            }
        }
    }

    private void send(Producer<String, String> producer, History.Sent one, Semaphore room) {
        var record = new ProducerRecord<String, String>(topic, one.partition(), null, one.value());
        producer.send(record, (where, failure) -> {
            if (failure == null) history.acknowledges(one, where.offset());
            room.release();
        });
    }

    /// Lets what is under way end: everything that can be acknowledged is.
    void finish() throws InterruptedException {
        isStopping = true;
        for (var thread : threads)
            thread.join();
        producers.forEach(producer -> producer.close(Duration.ofSeconds(60)));
    }

    /// Drops what is under way.
    @Override public void close() {
        isStopping = true;
        producers.forEach(producer -> producer.close(Duration.ZERO));
    }
}
