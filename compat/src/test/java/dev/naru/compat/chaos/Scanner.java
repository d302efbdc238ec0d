package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.FinalScan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Reads everything there is, by a fresh reader, while nobody writes.
final class Scanner {
    private static final long PATIENCE_NS = 45_000_000_000L;

    private Scanner() {}

    /// Throws AssertionError when the end is not reached.
    static FinalScan scan(Door door, List<Slot> slots, boolean isOfCommitted, String name) {
        var isolation = isOfCommitted ? "read_committed" : "read_uncommitted";
        try (var consumer = door.consumer(Map.of("isolation.level", isolation))) {
            var partitions = slots.stream().map(Readers::partition).toList();
            consumer.assign(partitions);
            var scan = new FinalScan(name);
            consumer.beginningOffsets(partitions).forEach((partition, offset) -> {
                scan.starts(Readers.slot(partition), offset);
                consumer.seek(partition, offset);
            });
            var ends = consumer.endOffsets(partitions);
            ends.forEach((partition, offset) -> scan.ends(Readers.slot(partition), offset));
            read(consumer, ends, scan);
            return scan;
        }
    }

    private static void read(Consumer<String, String> consumer, Map<TopicPartition, Long> ends,
        FinalScan scan) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!ends.keySet().stream()
            .allMatch(each -> consumer.position(each) >= ends.get(each))) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("hang: " + scan.name() + " does not reach the ends "
                    + ends);
            }
            for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200)))
                scan.read(new Slot(one.topic(), one.partition()), one.offset(),
                    Integer.parseInt(one.value()));
        }
    }

    /// Undecided transactions hold nothing back once all have ended.
    static List<String> stuck(Door door, List<Slot> slots) {
        var partitions = slots.stream().map(Readers::partition).toList();
        Map<TopicPartition, Long> all;
        try (var plain = door.consumer(Map.of())) {
            all = plain.endOffsets(partitions);
        }
        try (var committed = door.consumer(Map.of("isolation.level", "read_committed"))) {
            var stable = committed.endOffsets(partitions);
            return partitions.stream().filter(each -> stable.get(each) < all.get(each))
                .map(each -> "stuck: the last stable offset of " + each + " is "
                    + stable.get(each) + ", its end " + all.get(each))
                .toList();
        }
    }
}
