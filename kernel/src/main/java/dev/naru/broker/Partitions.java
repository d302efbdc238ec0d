package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/// Which loop owns which partition. The place follows from the topic's *name*, so that a topic
/// which is deleted and created again meets its old directory on the same loop, after the deletion.
/// Immutable; any loop asks.
final class Partitions {
    private final List<PartitionTable> tables;

    Partitions(List<PartitionTable> tables) {
        this.tables = List.copyOf(tables);
    }

    int loopIndexOf(String topic, int partition) {
        return Math.floorMod(topic.hashCode() + partition, tables.size());
    }

    PartitionTable tableOf(String topic, int partition) {
        return tables.get(loopIndexOf(topic, partition));
    }

    int loopCount() {
        return tables.size();
    }

    PartitionTable table(int loopIndex) {
        return tables.get(loopIndex);
    }

    List<PartitionTable> all() {
        return tables;
    }

    /// The partitions of a topic that live on loop `loopIndex`.
    List<Integer> indexesOn(int loopIndex, TopicImage topic) {
        var indexes = new ArrayList<Integer>();
        for (int index = 0; index < topic.partitionCount(); index++) {
            if (loopIndexOf(topic.name(), index) == loopIndex) indexes.add(index);
        }
        return indexes;
    }

    /// Runs `task` on the loop now when the caller is on it, else as a message.
    static void on(Loop loop, Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
