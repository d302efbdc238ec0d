package dev.naru.cli;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/// The order in which things are shown.
final class Order {
    static final Comparator<TopicPartition> BY_PARTITION = Comparator
        .comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private Order() {}
}
