package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Asks where partitions end, commits offsets for a group of its own, and asks for what it committed.
final class Askers implements Activity {
    private static final int GENERATION = 0;
    /// The protocol does not tell consumers in which epoch a leader answered.
    private static final int UNTOLD = -1;
    private static final long PAUSE_MS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Recorder recorder;
    private final List<Slot> slots;
    private final String group;
    private final Consumer<String, String> consumer;
    private long committing;

    Askers(Recorder recorder, Door door, List<Slot> slots) {
        this.recorder = recorder;
        this.slots = slots;
        this.group = "askers-" + recorder.process();
        consumer = door.consumer(Map.of("group.id", group));
        consumer.assign(slots.stream().map(Readers::partition).toList());
    }

    @Override public void turn() {
        latest();
        var slot = slots.get((int) (committing % slots.size()));
        commit(slot);
        committed(slot);
        Wait.forMs(PAUSE_MS);
    }

    private void latest() {
        long startNs = System.nanoTime();
        Map<TopicPartition, Long> ends;
        try {
            ends = consumer.endOffsets(slots.stream().map(Readers::partition).toList(), PATIENCE);
        } catch (KafkaException noAnswer) {
            return;
        }
        long endNs = System.nanoTime();
        ends.forEach((partition, offset) -> recorder
            .saw(new Seen.Latest(Readers.slot(partition), offset, UNTOLD, startNs, endNs)));
    }

    private void commit(Slot slot) {
        long offset = ++committing;
        long startNs = System.nanoTime();
        var outcome = Outcome.OK;
        try {
            consumer.commitSync(Map.of(Readers.partition(slot), new OffsetAndMetadata(offset)),
                PATIENCE);
        } catch (KafkaException noAnswer) {
            outcome = Outcome.UNKNOWN;
        }
        recorder.saw(new Seen.Committed(group, slot, offset, GENERATION, outcome, startNs,
            System.nanoTime()));
    }

    private void committed(Slot slot) {
        long startNs = System.nanoTime();
        var partition = Readers.partition(slot);
        try {
            var found = consumer.committed(Set.of(partition), PATIENCE).get(partition);
            long offset = found == null ? -1 : found.offset();
            recorder.saw(new Seen.CommittedRead(group, slot, offset, startNs, System.nanoTime()));
        } catch (KafkaException noAnswer) {
            return;
        }
    }

    @Override public boolean isIdle() {
        return true;
    }

    @Override public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
