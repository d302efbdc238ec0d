package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// What the clients of a session write to.
record Topics(int partitions) {
    static final String DATA = "data";
    static final String PAID = "paid";
    static final String RECEIPTS = "receipts";
    static final List<String> ALL = List.of(DATA, PAID, RECEIPTS);

    void create(Admin admin, int replicas) {
        var topics = ALL.stream().map(name -> new NewTopic(name, partitions, (short) replicas)
            .configs(Map.of("segment.bytes", "1048576"))).toList();
        try {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException refused) {
            throw new AssertionError("no topics", refused);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    List<Slot> slots(String name) {
        return IntStream.range(0, partitions).mapToObj(index -> new Slot(name, index)).toList();
    }

    /// Those whose readers see only what is committed.
    List<Slot> transactional() {
        return Stream.concat(slots(PAID).stream(), slots(RECEIPTS).stream()).toList();
    }
}
