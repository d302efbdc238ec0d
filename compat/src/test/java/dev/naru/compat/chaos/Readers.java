package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/// A consumer of given partitions from their start on, without a group.
final class Readers implements Activity {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Recorder recorder;
    private final int process;
    private final Consumer<String, String> consumer;
    private final boolean isOfCommitted;
    private int stretch;

    Readers(Recorder recorder, Door door, List<Slot> slots, boolean isOfCommitted) {
        this.recorder = recorder;
        this.process = recorder.process();
        this.isOfCommitted = isOfCommitted;
        consumer = door.consumer(Map.of("isolation.level",
            isOfCommitted ? "read_committed" : "read_uncommitted"));
        var partitions = slots.stream().map(Readers::partition).toList();
        consumer.assign(partitions);
        for (var each : partitions)
            consumer.seek(each, 0);
    }

    static TopicPartition partition(Slot slot) {
        return new TopicPartition(slot.topic(), slot.partition());
    }

    static Slot slot(TopicPartition partition) {
        return new Slot(partition.topic(), partition.partition());
    }

    @Override public void turn() {
        try {
            consumer.poll(POLL).forEach(this::read);
        } catch (OffsetOutOfRangeException gone) {
            recorder.violation("out of range: a reader at " + gone.offsetOutOfRangePartitions());
            stretch++;
            consumer.seekToBeginning(gone.offsetOutOfRangePartitions().keySet());
        }
    }

    private void read(ConsumerRecord<String, String> one) {
        var slot = new Slot(one.topic(), one.partition());
        int value = Integer.parseInt(one.value());
        long nowNs = System.nanoTime();
        recorder.saw(isOfCommitted
            ? new Seen.ReadCommitted(process, stretch, slot, one.offset(), value, nowNs)
            : new Seen.Read(process, stretch, slot, one.offset(), value, nowNs));
    }

    @Override public boolean isIdle() {
        return true;
    }

    @Override public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
