package dev.naru.bench;

import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/// A consumer that reads a topic from its beginning as fast as it comes.
final class Drain implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Broker broker;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Drain(Broker broker, String topic, int partitions) {
        this.broker = broker;
        this.consumer = Clients.consumer(broker.address(), topic, partitions);
    }

    Flood.Volume run(long recordsMax, long secondsMax) throws IOException {
        double cpuBefore = broker.cpuSeconds();
        long beganNs = System.nanoTime();
        long endNs = beganNs + secondsMax * 1_000_000_000L;
        long records = 0;
        long bytes = 0;
        while (records < recordsMax && System.nanoTime() - endNs < 0) {
            for (var record : consumer.poll(POLL)) {
                records++;
                bytes += record.serializedValueSize();
            }
        }
        if (records == 0) throw new IOException("nothing was read");
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        return new Flood.Volume(records, bytes / 1e6, seconds, broker.cpuSeconds() - cpuBefore);
    }

    @Override public void close() {
        consumer.close();
    }
}
