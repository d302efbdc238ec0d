package dev.naru.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// One record to each partition of a topic, again and again, by a few producers that share the
/// partitions; remembers for each partition the longest time between two acknowledgements.
final class Pulse implements AutoCloseable {
    private static final int PRODUCERS = 3;
    private static final long BEAT_NS = 100_000_000;
    private static final int RECORD_BYTES = 100;
    private static final double SECOND_NS = 1e9;

    private final String topic;
    private final int partitions;
    private final AtomicLongArray lastNs;
    private final AtomicLongArray longestNs;
    /// When the last acknowledged record was sent.
    private final AtomicLongArray sentNs;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Pulse(String address, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        this.lastNs = new AtomicLongArray(partitions);
        this.longestNs = new AtomicLongArray(partitions);
        this.sentNs = new AtomicLongArray(partitions);
        for (int at = 0; at < PRODUCERS; at++)
            producers.add(Clients.producer(address, Clients.DEFAULTS));
    }

    void start() {
        long nowNs = System.nanoTime();
        for (int partition = 0; partition < partitions; partition++)
            lastNs.set(partition, nowNs);
        for (int at = 0; at < PRODUCERS; at++) {
            int share = at;
            var thread = new Thread(() -> beat(share), "pulse-" + at);
            threads.add(thread);
            thread.start();
        }
    }

    private void beat(int share) {
        var producer = producers.get(share);
        var value = Flood.payload(RECORD_BYTES);
        long dueNs = System.nanoTime();
        try {
            while (!isOver.get()) {
                for (int partition = share; partition < partitions; partition += PRODUCERS)
                    send(producer, partition, value);
                dueNs += BEAT_NS;
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
        } catch (RuntimeException stopped) {
            if (!isOver.get()) failure.compareAndSet(null, stopped);
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] value) {
        long beganNs = System.nanoTime();
        var record = new ProducerRecord<byte[], byte[]>(topic, partition, new byte[0], value);
        producer.send(record, (done, failed) -> {
            if (failed == null) acknowledged(partition, beganNs);
            else if (!isOver.get()) failure.compareAndSet(null, failed);
        });
    }

    /// On the thread of the partition's producer.
    private void acknowledged(int partition, long beganNs) {
        long nowNs = System.nanoTime();
        long gapNs = nowNs - lastNs.get(partition);
        if (gapNs > longestNs.get(partition)) longestNs.set(partition, gapNs);
        lastNs.set(partition, nowNs);
        sentNs.set(partition, beganNs);
    }

    /// Forgets gaps that have ended.
    void forget() {
        for (int partition = 0; partition < partitions; partition++)
            longestNs.set(partition, 0);
    }

    /// Waits until every partition took a record that was sent from now on.
    void awaitAll(Duration most) throws IOException, InterruptedException {
        long fromNs = System.nanoTime();
        for (int partition = 0; partition < partitions; partition++) {
            while (sentNs.get(partition) - fromNs < 0 || sentNs.get(partition) == 0) {
                var failed = failure.get();
                if (failed != null) throw new IOException("a record was not taken", failed);
                if (System.nanoTime() - fromNs > most.toNanos())
                    throw new IOException("partition " + partition + " takes nothing");
                Thread.sleep(10);
            }
        }
    }

    /// The longest gap of each partition in seconds, sorted.
    double[] gaps() {
        var gaps = new double[partitions];
        for (int partition = 0; partition < partitions; partition++)
            gaps[partition] = longestNs.get(partition) / SECOND_NS;
        Arrays.sort(gaps);
        return gaps;
    }

    @Override public void close() {
        isOver.set(true);
        producers.forEach(Clients::close);
        threads.forEach(LockSupport::unpark);
    }
}
