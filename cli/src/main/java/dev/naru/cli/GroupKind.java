package dev.naru.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// The kinds of groups that keep offsets, and what all of them can be asked for. Classic groups
/// of consumers count as `CONSUMER`, as they do for Kafka's tools.
enum GroupKind {
    CONSUMER, SHARE, STREAMS;

    static GroupKind of(GroupListing listing) {
        return of(listing.type().orElse(GroupType.CLASSIC));
    }

    static GroupKind of(GroupType type) {
        return switch (type) {
            case SHARE -> SHARE;
            case STREAMS -> STREAMS;
            case CLASSIC, CONSUMER, UNKNOWN -> CONSUMER;
        };
    }

    /// `consumer`, `share` or `streams`.
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// Groups of this kind, by name.
    List<GroupListing> list(Admin admin) {
        return list(admin, switch (this) {
            case CONSUMER -> ListGroupsOptions.forConsumerGroups();
            case SHARE -> ListGroupsOptions.forShareGroups();
            case STREAMS -> ListGroupsOptions.forStreamsGroups();
        });
    }

    /// Groups of all kinds, by name; also classic ones that have nothing to do with consumers.
    static List<GroupListing> all(Admin admin) {
        return list(admin, new ListGroupsOptions());
    }

    private static List<GroupListing> list(Admin admin, ListGroupsOptions options) {
        return Explain.get(admin.listGroups(options).all()).stream()
            .sorted(Comparator.comparing(GroupListing::groupId)).toList();
    }

    /// Throws `GroupIdNotFoundException` if there is no such group of this kind.
    GroupState state(Admin admin, String group) {
        var one = List.of(group);
        return switch (this) {
            case CONSUMER -> Explain.get(admin.describeConsumerGroups(one).describedGroups()
                .get(group)).groupState();
            case SHARE -> Explain.get(admin.describeShareGroups(one).describedGroups()
                .get(group)).groupState();
            case STREAMS -> Explain.get(admin.describeStreamsGroups(one).describedGroups()
                .get(group)).groupState();
        };
    }

    /// What the group has committed; for a share group, where each partition begins for it.
    Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
        var committed = new TreeMap<TopicPartition, OffsetAndMetadata>(Order.BY_PARTITION);
        Map<TopicPartition, OffsetAndMetadata> found = switch (this) {
            case CONSUMER -> Explain.get(admin.listConsumerGroupOffsets(
                Map.of(group, new ListConsumerGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group));
            case STREAMS -> Explain.get(admin.listStreamsGroupOffsets(
                Map.of(group, new ListStreamsGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group));
            case SHARE -> starts(admin, group);
        };
        found.forEach((partition, offset) -> {
            if (offset != null) committed.put(partition, offset);
        });
        return committed;
    }

    private static Map<TopicPartition, OffsetAndMetadata> starts(Admin admin, String group) {
        var starts = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
        Explain.get(admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(group)).forEach((partition, found) -> {
                // a partition that nobody has read yet has no offset to begin at
                if (found == null || found.startOffset() < 0) return;
                starts.put(partition, new OffsetAndMetadata(found.startOffset()));
            });
        return starts;
    }

    void move(Admin admin, String group, Map<TopicPartition, Long> plan) {
        if (this == SHARE) {
            Explain.get(admin.alterShareGroupOffsets(group, plan).all());
            return;
        }
        var offsets = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
        plan.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        Explain.get(this == STREAMS
            ? admin.alterStreamsGroupOffsets(group, offsets).all()
            : admin.alterConsumerGroupOffsets(group, offsets).all());
    }

    Map<String, KafkaFuture<Void>> delete(Admin admin, Collection<String> groups) {
        if (groups.isEmpty()) return Map.of();
        return switch (this) {
            case CONSUMER -> admin.deleteConsumerGroups(groups).deletedGroups();
            case SHARE -> admin.deleteShareGroups(groups).deletedGroups();
            case STREAMS -> admin.deleteStreamsGroups(groups).deletedGroups();
        };
    }

    /// Deletes what the group has committed. A share group forgets whole topics only.
    Map<String, KafkaFuture<Void>> deleteOffsets(Admin admin, String group,
        Collection<TopicPartition> partitions) {
        var answers = new LinkedHashMap<String, KafkaFuture<Void>>();
        var all = Set.copyOf(partitions);
        switch (this) {
            case CONSUMER -> {
                var answer = admin.deleteConsumerGroupOffsets(group, all);
                partitions.forEach(one -> answers.put(one.toString(),
                    answer.partitionResult(one)));
            }
            case STREAMS -> {
                var answer = admin.deleteStreamsGroupOffsets(group, all);
                partitions.forEach(one -> answers.put(one.toString(),
                    answer.partitionResult(one)));
            }
            case SHARE -> {
                var topics = partitions.stream().map(TopicPartition::topic).distinct().toList();
                answers.putAll(deleteTopics(admin, group, topics));
            }
        }
        return answers;
    }

    static Map<String, KafkaFuture<Void>> deleteTopics(Admin admin, String group,
        Collection<String> topics) {
        var answers = new LinkedHashMap<String, KafkaFuture<Void>>();
        var answer = admin.deleteShareGroupOffsets(group, Set.copyOf(topics));
        topics.forEach(topic -> answers.put(topic, answer.topicResult(topic)));
        return answers;
    }

    /// The kind of each of these groups; those that are not there count as consumers, whose
    /// description says so.
    static Map<String, GroupKind> kinds(Admin admin, Collection<String> groups) {
        var listed = new LinkedHashMap<String, GroupKind>();
        all(admin).forEach(listing -> listed.put(listing.groupId(), of(listing)));
        var kinds = new LinkedHashMap<String, GroupKind>();
        for (String group : groups) {
            kinds.put(group, listed.getOrDefault(group, CONSUMER));
        }
        return kinds;
    }

    static GroupKind kind(Admin admin, String group) {
        return kinds(admin, List.of(group)).getOrDefault(group, CONSUMER);
    }
}
