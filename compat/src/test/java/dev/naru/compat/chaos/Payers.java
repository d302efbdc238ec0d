package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/// A client that writes in transactions, most of which it commits. When one goes wrong it begins anew under
/// the same transactional id, which settles what the last one left.
final class Payers implements Activity {
    private static final int WRITES_MAX = 5;
    private static final int COMMITS_OF_TEN = 8;
    private static final long PAUSE_MS = 60;

    private final Recorder recorder;
    private final Door door;
    private final List<Slot> slots;
    private final int process;
    private final Random chance;
    private Producer<String, String> producer;
    private boolean isFresh = true;

    Payers(Recorder recorder, Door door, List<Slot> slots) {
        this.recorder = recorder;
        this.door = door;
        this.slots = slots;
        process = recorder.process();
        chance = new Random(process);
        producer = door.transactional(id());
    }

    private String id() {
        return "payer-" + process;
    }

    @Override public void turn() {
        try {
            if (isFresh) producer.initTransactions();
            isFresh = false;
            transaction();
        } catch (KafkaException broken) {
            renew();
        }
        Wait.forMs(PAUSE_MS);
    }

    private void transaction() {
        producer.beginTransaction();
        var transaction = recorder.begins(process);
        int writes = 1 + chance.nextInt(WRITES_MAX);
        for (int each = 0; each < writes; each++) {
            var slot = slots.get(chance.nextInt(slots.size()));
            var write = recorder.writes(transaction, process, slot);
            producer.send(new ProducerRecord<>(slot.topic(), slot.partition(), null,
                Integer.toString(write.number())));
        }
        if (chance.nextInt(10) < COMMITS_OF_TEN) {
            commit(recorder, producer, transaction);
        } else {
            producer.abortTransaction();
            recorder.ended(transaction, Outcome.REFUSED);
        }
    }

    /// What is not answered may have happened.
    static void commit(Recorder recorder, Producer<String, String> producer,
        Transaction transaction) {
        recorder.asksToCommit(transaction);
        try {
            producer.commitTransaction();
            recorder.ended(transaction, Outcome.OK);
        } catch (KafkaException unknown) {
            recorder.ended(transaction, Outcome.UNKNOWN);
            throw unknown;
        }
    }

    private void renew() {
        producer.close(Duration.ZERO);
        producer = door.transactional(id());
        isFresh = true;
    }

    /// Also settles what the last one left.
    @Override public boolean isIdle() {
        if (!isFresh) return true;
        try {
            producer.initTransactions();
            isFresh = false;
            return true;
        } catch (KafkaException notYet) {
            renew();
            return false;
        }
    }

    @Override public void close() {
        producer.close(Duration.ZERO);
    }
}
