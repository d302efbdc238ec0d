package dev.naru.bench;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// A producer that sends as fast as the broker takes it, bounded in records and in time.
final class Flood implements AutoCloseable {
    private static final int LOOK_AT_CLOCK_RECORDS = 256;

    private final Served broker;
    private final String topic;
    private final byte[] value;
    private final KafkaProducer<byte[], byte[]> producer;

    Flood(Served broker, String topic, int recordBytes) {
        this.broker = broker;
        this.topic = topic;
        this.value = payload(recordBytes);
        this.producer = Clients.producer(broker.address(), Map.of("buffer.memory", 64L << 20));
    }

    /// What went through, and what it cost the broker.
    record Volume(long records, double megabytes, double seconds, double brokerCpuSeconds) {
        double gigabytes() {
            return megabytes / 1000;
        }

        Volume plus(Volume more) {
            return new Volume(records + more.records, megabytes + more.megabytes,
                seconds + more.seconds, brokerCpuSeconds + more.brokerCpuSeconds);
        }
    }

    Volume run(long recordsMax, long secondsMax) throws IOException {
        var acked = new LongAdder();
        var failure = new AtomicReference<@Nullable Exception>();
        double cpuBefore = broker.cpuSeconds();
        long beganNs = System.nanoTime();
        long endNs = beganNs + secondsMax * 1_000_000_000L;
        for (long sent = 0; sent < recordsMax; sent++) {
            boolean looks = sent % LOOK_AT_CLOCK_RECORDS == 0;
            if (looks && (System.nanoTime() - endNs >= 0 || failure.get() != null)) break;
            producer.send(new ProducerRecord<>(topic, value), (done, failed) -> {
                if (failed == null) acked.increment();
                else
                    failure.set(failed);
            });
        }
        producer.flush();
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        var failed = failure.get();
        if (failed != null) throw new IOException("a record was not taken", failed);
        return new Volume(acked.sum(), acked.sum() * value.length / 1e6, seconds,
            broker.cpuSeconds() - cpuBefore);
    }

    /// Bytes that do not compress and are the same in every run.
    static byte[] payload(int sizeBytes) {
        var bytes = new byte[sizeBytes];
        long state = 0x9E3779B97F4A7C15L;
        for (int at = 0; at < sizeBytes; at++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            bytes[at] = (byte) state;
        }
        return bytes;
    }

    @Override public void close() {
        Clients.close(producer);
    }
}
