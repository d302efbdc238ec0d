package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Reads what is committed, makes one value of each value, and commits both together: exactly once,
/// whatever
/// happens. When something goes wrong it begins anew from its committed offsets.
final class Chains implements Activity {
    private static final Duration POLL = Duration.ofMillis(150);
    private static final Map<String, Object> READING = Map.of("group.id", "chain",
        "isolation.level", "read_committed", "auto.offset.reset", "earliest", "max.poll.records",
        "20");

    private final Recorder recorder;
    private final Door door;
    private final List<TopicPartition> from;
    private final String to;
    private final int process;
    private Producer<String, String> producer;
    private Consumer<String, String> consumer;
    private boolean isFresh = true;

    Chains(Recorder recorder, Door door, List<Slot> from, String to) {
        this.recorder = recorder;
        this.door = door;
        this.from = from.stream().map(Readers::partition).toList();
        this.to = to;
        process = recorder.process();
        open();
    }

    private void open() {
        producer = door.transactional("chain-" + process);
        consumer = door.consumer(READING);
        isFresh = true;
    }

    @Override public void turn() {
        try {
            if (isFresh) begin();
            var batch = consumer.poll(POLL);
            if (!batch.isEmpty()) transform(batch);
        } catch (KafkaException broken) {
            renew();
            Wait.forMs(POLL.toMillis());
        }
    }

    /// Only after the id is ours do the committed offsets count.
    private void begin() {
        producer.initTransactions();
        consumer.assign(from);
        isFresh = false;
    }

    private void transform(ConsumerRecords<String, String> batch) {
        producer.beginTransaction();
        var transaction = recorder.begins(process);
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var one : batch) {
            var write = recorder.writes(transaction, process, new Slot(to, one.partition()));
            recorder.derives(write, Integer.parseInt(one.value()));
            producer.send(new ProducerRecord<>(to, one.partition(), null,
                Integer.toString(write.number())));
            positions.put(new TopicPartition(one.topic(), one.partition()),
                new OffsetAndMetadata(one.offset() + 1));
        }
        producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
        Payers.commit(recorder, producer, transaction);
    }

    /// All that is committed has been read and turned into something.
    @Override public boolean isIdle() {
        turn();
        if (isFresh) return false;
        try {
            var ends = consumer.endOffsets(from);
            return from.stream().allMatch(each -> consumer.position(each) >= ends.get(each));
        } catch (KafkaException notYet) {
            return false;
        }
    }

    private void renew() {
        close();
        open();
    }

    @Override public void close() {
        producer.close(Duration.ZERO);
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
