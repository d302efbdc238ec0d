package dev.naru.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Records sent at a steady rate. A record's time runs from when it was due, so that a stall counts
/// for everything that had to wait behind it.
final class Paced implements AutoCloseable {
    private static final int RECORD_BYTES = 1024;
    private static final long TICK_NS = 1_000_000;
    private static final double MS = 1e6;
    private static final int DIGITS = 3;
    private static final long NS_MAX = 120_000_000_000L;

    private final String topic;
    private final int recordsPerTick;
    private final KafkaProducer<byte[], byte[]> producer;

    /// `recordsPerTick` every millisecond.
    Paced(String topic, int recordsPerTick, KafkaProducer<byte[], byte[]> producer) {
        this.topic = topic;
        this.recordsPerTick = recordsPerTick;
        this.producer = producer;
    }

    record Latency(double p50, double p99) {
        static Latency of(Histogram times) {
            return new Latency(times.getValueAtPercentile(50) / MS,
                times.getValueAtPercentile(99) / MS);
        }
    }

    static Histogram histogram() {
        return new Histogram(NS_MAX, DIGITS);
    }

    /// Until each record is acknowledged.
    Latency produce(long seconds) throws IOException {
        var times = histogram();
        var value = Flood.payload(RECORD_BYTES);
        send(seconds, due -> value, times);
        return Latency.of(times);
    }

    /// Until each record is at a consumer of the topic's only partition.
    Latency endToEnd(String address, long warmSeconds, long seconds) throws IOException {
        var times = histogram();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try (var consumer = Clients.consumer(address, topic, 1)) {
            long measuredFromNs = System.nanoTime() + warmSeconds * 1_000_000_000L;
            long total = (warmSeconds + seconds) * 1000 * recordsPerTick;
            Future<?> reading = reader.submit(() -> read(consumer, total, measuredFromNs, times));
            send(warmSeconds + seconds, Paced::stamped, histogram());
            reading.get();
        } catch (ExecutionException failed) {
            throw new IOException("reading failed", failed);
        } catch (InterruptedException stopped) {
            throw new IOException("stopped", stopped);
        } finally {
            reader.shutdownNow();
        }
        return Latency.of(times);
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, long total,
        long measuredFromNs, Histogram times) {
        long lastNs = System.nanoTime();
        for (long seen = 0; seen < total;) {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
                lastNs = System.nanoTime();
                long dueNs = ByteBuffer.wrap(record.value()).getLong();
                if (dueNs - measuredFromNs >= 0) times.recordValue(lastNs - dueNs);
                seen++;
            }
            if (System.nanoTime() - lastNs > NS_MAX / 4)
                throw new IllegalStateException("records are missing");
        }
    }

    private static byte[] stamped(long dueNs) {
        var value = Flood.payload(RECORD_BYTES);
        ByteBuffer.wrap(value).putLong(dueNs);
        return value;
    }

    private void send(long seconds, Value value, Histogram times) throws IOException {
        var failure = new AtomicReference<@Nullable Exception>();
        long beganNs = System.nanoTime();
        for (long tick = 0; tick < seconds * 1000; tick++) {
            long dueNs = beganNs + tick * TICK_NS;
            for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime())
                LockSupport.parkNanos(left);
            for (int at = 0; at < recordsPerTick; at++) {
                var record = new ProducerRecord<byte[], byte[]>(topic, value.dueAt(dueNs));
                producer.send(record, (done, failed) -> {
                    // called by the producer's one thread
                    if (failed == null) times.recordValue(System.nanoTime() - dueNs);
                    else
                        failure.set(failed);
                });
            }
        }
        producer.flush();
        var failed = failure.get();
        if (failed != null) throw new IOException("a record was not taken", failed);
    }

    @Override public void close() {
        Clients.close(producer);
    }

    private interface Value {
        byte[] dueAt(long dueNs);
    }
}
