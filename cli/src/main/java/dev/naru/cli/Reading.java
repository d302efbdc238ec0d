package dev.naru.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Reads records from topics, with or without a group, until the plan's end is reached or it is
/// stopped. Used by one thread; only [#stop()] may come from another.
final class Reading {
    static final long NO_LIMIT = Long.MAX_VALUE;
    static final long FOR_EVER = -1;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long REFRESH_NS = 10_000_000_000L;

    /// What to read. `idleMs` ends the reading after so long without a record.
    record Plan(List<String> topics, Optional<Pattern> include, List<Integer> partitions,
        boolean inGroup, Place.Range range, boolean exitAtEnd, long recordsMax, long idleMs) {
        boolean isBounded() {
            return exitAtEnd || range.until().isPresent();
        }
    }

    /// Takes what was read.
    interface Sink {
        void take(ConsumerRecord<byte[], byte[]> record, long count);

        /// After each round. False when nobody wants more.
        boolean roundDone(long count);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Plan plan;
    private final Terminal terminal;
    private final Places places;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private boolean assignedOnce;
    private boolean saidWaiting;
    private long refreshedNs;
    private long count;
    private volatile boolean stopped;

    Reading(KafkaConsumer<byte[], byte[]> consumer, Plan plan, Terminal terminal) {
        this.consumer = consumer;
        this.plan = plan;
        this.terminal = terminal;
        this.places = new Places(consumer);
    }

    /// Ends the reading soon; may be called by any thread.
    void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /// Reads until the end. Returns how many records were taken.
    long run(Sink sink) {
        try (consumer) {
            try {
                begin();
                loop(sink);
            } catch (WakeupException e) {
                if (!stopped) throw e;
            }
            sink.roundDone(count);
        }
        return count;
    }

    private void begin() {
        if (!plan.inGroup()) {
            refresh(plan.range().from());
            return;
        }
        var listener = new OnAssigned();
        plan.include().ifPresentOrElse(pattern -> consumer.subscribe(pattern, listener),
            () -> consumer.subscribe(plan.topics(), listener));
    }

    private void loop(Sink sink) {
        long lastRecordNs = System.nanoTime();
        while (!stopped && count < plan.recordsMax() && !isAtEnd()) {
            ConsumerRecords<byte[], byte[]> records = poll();
            if (!records.isEmpty()) {
                takeAll(records, sink);
                lastRecordNs = System.nanoTime();
            }
            if (!sink.roundDone(count)) return;
            if (plan.idleMs() >= 0
                && System.nanoTime() - lastRecordNs > plan.idleMs() * 1_000_000L) return;
            if (!plan.inGroup() && !plan.isBounded()) refreshSometimes();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        if (!plan.inGroup() && consumer.assignment().isEmpty()) {
            java.util.concurrent.locks.LockSupport.parkNanos(POLL.toNanos());
            refresh(new Place.Start());
            return ConsumerRecords.empty();
        }
        return consumer.poll(POLL);
    }

    private void takeAll(ConsumerRecords<byte[], byte[]> records, Sink sink) {
        for (TopicPartition partition : records.partitions()) {
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                if (record.offset() >= ends.getOrDefault(partition, Long.MAX_VALUE)) break;
                if (count >= plan.recordsMax()) {
                    consumer.seek(partition, record.offset());
                    break;
                }
                count++;
                sink.take(record, count);
            }
        }
    }

    private boolean isAtEnd() {
        if (!plan.isBounded()) return false;
        if (plan.inGroup() && !assignedOnce) return false;
        var assigned = consumer.assignment();
        if (!plan.inGroup() && assigned.isEmpty()) return false;
        boolean all = true;
        for (TopicPartition partition : assigned) {
            Long end = ends.get(partition);
            boolean here = end != null && consumer.position(partition) >= end;
            if (here) consumer.pause(List.of(partition));
            all &= here;
        }
        return all;
    }

    private void refreshSometimes() {
        long nowNs = System.nanoTime();
        if (nowNs - refreshedNs < REFRESH_NS) return;
        refresh(new Place.Start());
    }

    /// Looks which partitions there are and starts the new ones at `from`.
    private void refresh(Place from) {
        refreshedNs = System.nanoTime();
        var wanted = new ArrayList<TopicPartition>();
        for (String topic : places.topics(plan)) {
            places.partitions(topic).stream().filter(this::isWanted).forEach(wanted::add);
        }
        var known = consumer.assignment();
        var fresh = wanted.stream().filter(partition -> !known.contains(partition)).toList();
        if (wanted.isEmpty()) sayWaiting();
        if (fresh.isEmpty()) return;
        wanted.addAll(known.stream().filter(partition -> !wanted.contains(partition)).toList());
        consumer.assign(wanted);
        places.resolve(fresh, from).forEach(consumer::seek);
        bound(fresh);
    }

    private boolean isWanted(TopicPartition partition) {
        return plan.partitions().isEmpty() || plan.partitions().contains(partition.partition());
    }

    private void bound(Collection<TopicPartition> partitions) {
        if (plan.exitAtEnd()) ends.putAll(places.resolve(partitions, new Place.End()));
        plan.range().until().ifPresent(until -> places.resolve(partitions, until)
            .forEach((partition, offset) -> ends.merge(partition, offset, Math::min)));
    }

    private void sayWaiting() {
        String what = plan.include().map(pattern -> "topics that match " + pattern)
            .orElseGet(() -> "topic " + String.join(", ", plan.topics()));
        if (!plan.partitions().isEmpty()) what += ", partition " + plan.partitions().getFirst();
        if (plan.isBounded()) throw Failed.because(what + " is not there; create it first");
        if (!saidWaiting) terminal.complain(what + " is not there yet; waiting for it");
        saidWaiting = true;
    }

    private final class OnAssigned implements ConsumerRebalanceListener {
        @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(ends::remove);
        }

        @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assignedOnce = true;
            bound(partitions);
        }
    }
}
