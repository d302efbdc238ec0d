package dev.naru.cli;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.WakeupException;

/// Reads records as a member of a share group and acknowledges each (KIP-932). Used by one
/// thread; only [#stop()] may come from another.
final class ShareReading {
    private static final Duration POLL = Duration.ofMillis(250);

    /// What to read. `idleMs` ends the reading after so long without a record, unless it is
    /// negative.
    record Plan(List<String> topics, long recordsMax, long idleMs) {}

    /// Takes a record and says what became of it.
    interface Sink {
        AcknowledgeType take(ConsumerRecord<byte[], byte[]> record, long count);

        /// After each round. False when nobody wants more.
        boolean roundDone(long count);
    }

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Plan plan;
    private long count;
    private volatile boolean stopped;

    ShareReading(KafkaShareConsumer<byte[], byte[]> consumer, Plan plan) {
        this.consumer = consumer;
        this.plan = plan;
    }

    void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /// Reads until the end. Returns how many records were taken.
    long run(Sink sink) {
        try (consumer) {
            consumer.subscribe(plan.topics());
            try {
                loop(sink);
            } catch (WakeupException e) {
                if (!stopped) throw e;
            }
            sink.roundDone(count);
        }
        return count;
    }

    private void loop(Sink sink) {
        long lastRecordNs = System.nanoTime();
        while (!stopped && count < plan.recordsMax()) {
            var found = consumer.poll(POLL);
            if (!found.isEmpty()) lastRecordNs = System.nanoTime();
            found.forEach(record -> take(record, sink));
            if (!found.isEmpty()) consumer.commitSync();
            if (!sink.roundDone(count)) return;
            boolean idle = plan.idleMs() >= 0
                && System.nanoTime() - lastRecordNs > plan.idleMs() * 1_000_000L;
            if (idle) return;
        }
    }

    /// What is too much goes back to the group.
    private void take(ConsumerRecord<byte[], byte[]> record, Sink sink) {
        if (count >= plan.recordsMax()) {
            consumer.acknowledge(record, AcknowledgeType.RELEASE);
            return;
        }
        count++;
        consumer.acknowledge(record, sink.take(record, count));
    }
}
