package dev.naru.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Asks the cluster which partitions there are and which offset a [Place] is in each of them.
final class Places {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Places(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    List<String> topics(Reading.Plan plan) {
        if (plan.include().isEmpty()) return plan.topics();
        return consumer.listTopics().keySet().stream()
            .filter(topic -> plan.include().get().matcher(topic).matches()).sorted().toList();
    }

    /// Empty if there is no such topic.
    List<TopicPartition> partitions(String topic) {
        try {
            return consumer.partitionsFor(topic).stream()
                .map(found -> new TopicPartition(topic, found.partition())).toList();
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    /// Where `place` is in each partition, never outside of what the partition holds.
    Map<TopicPartition, Long> resolve(Collection<TopicPartition> partitions, Place place) {
        return switch (place) {
            case Place.Start start -> consumer.beginningOffsets(partitions);
            case Place.End end -> consumer.endOffsets(partitions);
            case Place.Stored stored -> committed(partitions);
            case Place.At at -> within(partitions, tp -> at.offset());
            case Place.AfterStart after -> {
                var starts = consumer.beginningOffsets(partitions);
                yield within(partitions, tp -> value(starts, tp) + after.count());
            }
            case Place.BeforeEnd before -> {
                var ends = consumer.endOffsets(partitions);
                yield within(partitions, tp -> value(ends, tp) - before.count());
            }
            case Place.Time time -> atTime(partitions, time.timestampMs());
        };
    }

    private Map<TopicPartition, Long> within(Collection<TopicPartition> partitions,
        ToLongFunction<TopicPartition> wanted) {
        var starts = consumer.beginningOffsets(partitions);
        var ends = consumer.endOffsets(partitions);
        var found = new TreeMap<TopicPartition, Long>(Order.BY_PARTITION);
        for (TopicPartition partition : partitions) {
            long low = value(starts, partition);
            long high = Math.max(low, value(ends, partition));
            found.put(partition, Math.clamp(wanted.applyAsLong(partition), low, high));
        }
        return found;
    }

    private Map<TopicPartition, Long> atTime(Collection<TopicPartition> partitions, long timeMs) {
        var asked = partitions.stream().collect(Collectors.toMap(tp -> tp, tp -> timeMs));
        var answers = consumer.offsetsForTimes(asked);
        var ends = consumer.endOffsets(partitions);
        var found = new TreeMap<TopicPartition, Long>(Order.BY_PARTITION);
        for (TopicPartition partition : partitions) {
            var answer = answers.get(partition);
            found.put(partition, answer == null ? value(ends, partition) : answer.offset());
        }
        return found;
    }

    private Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions) {
        var answers = consumer.committed(java.util.Set.copyOf(partitions));
        var starts = consumer.beginningOffsets(partitions);
        var found = new TreeMap<TopicPartition, Long>(Order.BY_PARTITION);
        for (TopicPartition partition : partitions) {
            var answer = answers.get(partition);
            found.put(partition, answer == null ? value(starts, partition) : answer.offset());
        }
        return found;
    }

    private static long value(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
