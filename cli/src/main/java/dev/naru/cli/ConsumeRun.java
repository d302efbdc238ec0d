package dev.naru.cli;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads records as fast as it may, as a member of a group, and measures how many. Used by one
/// thread.
final class ConsumeRun {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long MS_NS = 1_000_000L;

    /// What to read: a topic, or topics that match.
    record Plan(String topic, String include, long recordCount, long idleMs, long reportMs) {}

    /// How far it was at the end of a stretch of time that began at `startMs`. `joinMs` is the
    /// part of it that went into joining the group.
    record Reached(long startMs, long endMs, long bytes, long records, Stretch stretch) {}

    /// What was added since the last report.
    record Stretch(long ms, long bytes, long records, long joinMs) {
        double mebibytes() {
            return (double) bytes / (1 << 20);
        }

        /// `amount` a second of this stretch.
        double rate(double amount) {
            return ms <= 0 ? 0 : amount / ms * 1_000;
        }

        /// `amount` a second of the time that did not go into joining.
        double fetchRate(double amount) {
            return fetchMs() <= 0 ? 0 : amount / fetchMs() * 1_000;
        }

        long fetchMs() {
            return Math.max(0, ms - joinMs);
        }
    }

    private final Plan plan;
    private final Consumer<Reached> onReport;
    private final long startNs = System.nanoTime();
    private final long startMs = System.currentTimeMillis();
    private long bytes;
    private long records;
    private long joinNs;
    private long joinStartNs = startNs;
    private boolean joining = true;
    private long reportNs = startNs;
    private long reportBytes;
    private long reportRecords;
    private long reportJoinNs;
    private volatile boolean stopped;

    ConsumeRun(Plan plan, Consumer<Reached> onReport) {
        this.plan = plan;
        this.onReport = onReport;
    }

    /// Ends the reading soon; may be called by any thread.
    void stop() {
        stopped = true;
    }

    /// Reads until there are enough, or until nothing came for too long.
    Reached run(KafkaConsumer<byte[], byte[]> consumer) {
        var listener = new OnRebalance();
        if (plan.include().isEmpty()) consumer.subscribe(List.of(plan.topic()), listener);
        else
            consumer.subscribe(Pattern.compile(plan.include()), listener);
        long lastRecordNs = System.nanoTime();
        while (!stopped && records < plan.recordCount()) {
            ConsumerRecords<byte[], byte[]> found = consumer.poll(POLL);
            long nowNs = System.nanoTime();
            if (!found.isEmpty()) lastRecordNs = nowNs;
            for (ConsumerRecord<byte[], byte[]> record : found) {
                bytes += Math.max(0, record.serializedKeySize())
                    + Math.max(0, record.serializedValueSize());
                records++;
            }
            if (nowNs - lastRecordNs > plan.idleMs() * MS_NS) break;
            if (nowNs - reportNs >= plan.reportMs() * MS_NS) report(nowNs);
        }
        long nowNs = System.nanoTime();
        return reached(nowNs, new Stretch((nowNs - startNs) / MS_NS, bytes, records,
            joined(nowNs) / MS_NS));
    }

    boolean isShort() {
        return records < plan.recordCount();
    }

    private void report(long nowNs) {
        long joinedNs = joined(nowNs);
        onReport.accept(reached(nowNs, new Stretch((nowNs - reportNs) / MS_NS,
            bytes - reportBytes, records - reportRecords, (joinedNs - reportJoinNs) / MS_NS)));
        reportNs = nowNs;
        reportBytes = bytes;
        reportRecords = records;
        reportJoinNs = joinedNs;
    }

    private Reached reached(long nowNs, Stretch stretch) {
        return new Reached(startMs, startMs + (nowNs - startNs) / MS_NS, bytes, records, stretch);
    }

    private long joined(long nowNs) {
        return joining ? joinNs + nowNs - joinStartNs : joinNs;
    }

    private final class OnRebalance implements ConsumerRebalanceListener {
        @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (joining) return;
            joining = true;
            joinStartNs = System.nanoTime();
        }

        @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!joining) return;
            joining = false;
            joinNs += System.nanoTime() - joinStartNs;
        }
    }
}
