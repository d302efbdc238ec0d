package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;

/// A producer that sends to all partitions in turn, as long as it may, with some requests under way.
final class Writers implements Activity {
    static final Write.Promise IDEMPOTENT = new Write.Promise((short) -1, true);
    static final Write.Promise PLAIN = new Write.Promise((short) -1, false);
    private static final int UNANSWERED_MAX = 60;
    private static final int BURST = 6;
    private static final long PAUSE_MS = 25;

    private final Recorder recorder;
    private final int process;
    private final List<Slot> slots;
    private final Write.Promise promise;
    private final Producer<String, String> producer;
    private final Semaphore room = new Semaphore(UNANSWERED_MAX);
    private int turn;

    Writers(Recorder recorder, Door door, List<Slot> slots, Write.Promise promise) {
        this.recorder = recorder;
        this.process = recorder.process();
        this.slots = slots;
        this.promise = promise;
        producer = door.producer(promise.isIdempotent());
    }

    @Override public void turn() {
        for (int each = 0; each < BURST && room.tryAcquire(); each++)
            send(slots.get(turn++ % slots.size()));
        Wait.forMs(PAUSE_MS);
    }

    private void send(Slot slot) {
        var write = recorder.sends(process, slot, promise);
        producer.send(new ProducerRecord<>(slot.topic(), slot.partition(), null,
            Integer.toString(write.number())), (where, failure) -> ended(write, where, failure));
    }

    private void ended(Write write, RecordMetadata where, Exception failure) {
        room.release();
        if (failure == null) {
            recorder.acked(write, where.offset());
            return;
        }
        recorder.unknown(write);
        // an idempotent producer hears this when something before it is gone
        if (failure instanceof OutOfOrderSequenceException)
            recorder.violation("out of order: " + write + ": " + failure.getMessage());
    }

    /// Nothing is under way.
    @Override public boolean isIdle() {
        return room.availablePermits() == UNANSWERED_MAX;
    }

    @Override public void close() {
        producer.close(Duration.ZERO);
    }
}
