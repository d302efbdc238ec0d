package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// How far a group is, partition by partition: lag = log end offset - committed offset.
final class GroupLag {
    /// One partition that the group has committed or holds.
    record Line(TopicPartition partition, OptionalLong committed, OptionalInt leaderEpoch,
        OptionalLong logEnd, Optional<MemberDescription> owner) {
        OptionalLong lag() {
            if (committed.isEmpty() || logEnd.isEmpty()) return OptionalLong.empty();
            return OptionalLong.of(Math.max(0, logEnd.getAsLong() - committed.getAsLong()));
        }
    }

    /// A group with its lines, in the order of topic and partition.
    record View(ConsumerGroupDescription group, List<Line> lines) {
        long lag() {
            return lines.stream().mapToLong(line -> line.lag().orElse(0)).sum();
        }

        Map<String, Long> lagByTopic() {
            var byTopic = new TreeMap<String, Long>();
            for (Line line : lines) {
                byTopic.merge(line.partition().topic(), line.lag().orElse(0), Long::sum);
            }
            return byTopic;
        }
    }

    private GroupLag() {}

    static Map<String, ConsumerGroupDescription> describe(Admin admin, Collection<String> groups) {
        if (groups.isEmpty()) return Map.of();
        var found = Explain.get(admin.describeConsumerGroups(groups).all());
        var ordered = new LinkedHashMap<String, ConsumerGroupDescription>();
        groups.forEach(group -> ordered.put(group, found.get(group)));
        return ordered;
    }

    static Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Admin admin,
        Collection<String> groups) {
        if (groups.isEmpty()) return Map.of();
        var asked = new LinkedHashMap<String, ListConsumerGroupOffsetsSpec>();
        groups.forEach(group -> asked.put(group, new ListConsumerGroupOffsetsSpec()));
        return Explain.get(admin.listConsumerGroupOffsets(asked).all());
    }

    static List<View> of(Admin admin, Collection<String> groups) {
        var described = describe(admin, groups);
        var committed = committed(admin, groups);
        var partitions = new TreeSet<>(Order.BY_PARTITION);
        for (var group : described.values()) {
            partitions.addAll(of(committed, group).keySet());
            group.members().forEach(member -> partitions.addAll(held(member)));
        }
        var ends = ends(admin, partitions);
        var views = new ArrayList<View>();
        for (var group : described.values()) {
            views.add(new View(group, lines(group.members(), of(committed, group), ends)));
        }
        return views;
    }

    private static Map<TopicPartition, OffsetAndMetadata> of(
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed,
        ConsumerGroupDescription group) {
        return committed.getOrDefault(group.groupId(), Map.of());
    }

    static Set<TopicPartition> held(MemberDescription member) {
        var held = new TreeSet<>(Order.BY_PARTITION);
        held.addAll(member.assignment().topicPartitions());
        return held;
    }

    static List<Line> lines(Collection<MemberDescription> members,
        Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
        var owners = new HashMap<TopicPartition, MemberDescription>();
        members.forEach(member -> held(member)
            .forEach(partition -> owners.put(partition, member)));
        var all = new TreeSet<>(Order.BY_PARTITION);
        all.addAll(owners.keySet());
        all.addAll(committed.keySet());
        var lines = new ArrayList<Line>();
        for (TopicPartition partition : all) {
            OffsetAndMetadata offset = committed.get(partition);
            Long end = ends.get(partition);
            lines.add(new Line(partition,
                offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset()),
                offset == null || offset.leaderEpoch().isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(offset.leaderEpoch().get()),
                end == null ? OptionalLong.empty() : OptionalLong.of(end),
                Optional.ofNullable(owners.get(partition))));
        }
        return lines;
    }

    /// Ends of the partitions that still exist: a group may have committed for a topic since
    /// deleted.
    static Map<TopicPartition, Long> ends(Admin admin, Set<TopicPartition> partitions) {
        var topics = new TreeSet<String>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        var existing = existing(admin, topics);
        var asked = new LinkedHashMap<TopicPartition, OffsetSpec>();
        for (TopicPartition partition : partitions) {
            if (existing.contains(partition)) asked.put(partition, OffsetSpec.latest());
        }
        var ends = new HashMap<TopicPartition, Long>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : Topics.offsets(admin, asked)
            .entrySet()) {
            ends.put(end.getKey(), end.getValue().offset());
        }
        return ends;
    }

    /// Partitions of those topics that are there and have a leader.
    static Set<TopicPartition> existing(Admin admin, Set<String> topics) {
        var existing = new HashSet<TopicPartition>();
        var answers = admin.describeTopics(topics).topicNameValues();
        for (String topic : topics) {
            partitions(topic, answers.get(topic)).forEach(existing::add);
        }
        return existing;
    }

    private static List<TopicPartition> partitions(String topic,
        @Nullable KafkaFuture<TopicDescription> answer) {
        try {
            return Explain.get(answer).partitions().stream().filter(found -> found.leader() != null)
                .map(found -> new TopicPartition(topic, found.partition())).toList();
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }
}
