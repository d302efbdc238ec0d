package dev.naru.group;

import dev.naru.base.Uuid;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ConsumerGroupCurrentMemberAssignmentKey;
import dev.naru.wire.message.ConsumerGroupCurrentMemberAssignmentValue;
import dev.naru.wire.message.ConsumerGroupMemberMetadataKey;
import dev.naru.wire.message.ConsumerGroupMemberMetadataValue;
import dev.naru.wire.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import dev.naru.wire.message.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import dev.naru.wire.message.ConsumerGroupMetadataKey;
import dev.naru.wire.message.ConsumerGroupMetadataValue;
import dev.naru.wire.message.ConsumerGroupPartitionMetadataKey;
import dev.naru.wire.message.ConsumerGroupRegularExpressionKey;
import dev.naru.wire.message.ConsumerGroupRegularExpressionValue;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMemberKey;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMemberValue;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMemberValue.TopicPartition;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMetadataKey;
import dev.naru.wire.message.ConsumerGroupTargetAssignmentMetadataValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Consumer groups as records: several for each member, so that a heartbeat writes little.
final class ConsumerCodec {
    static final short GROUP = 3;
    static final short TOPICS = 4;
    static final short MEMBER = 5;
    static final short TARGETED = 6;
    static final short TARGET = 7;
    static final short CURRENT = 8;
    static final short PATTERN = 16;
    private static final short V0 = 0;

    private ConsumerCodec() {}

    static boolean knows(short type) {
        return (type >= GROUP && type <= CURRENT) || type == PATTERN;
    }

    static KeyValue encode(ConsumerFact fact) {
        return switch (fact) {
            case ConsumerFact.EpochRaised raised -> new KeyValue(groupKey(raised.group()),
                bytes(ConsumerGroupMetadataValue.builder().epoch(raised.groupEpoch())
                    .metadataHash(raised.metadataHash()).build()));
            case ConsumerFact.MemberStored stored -> new KeyValue(
                memberKey(stored.group(), stored.said().memberId()), bytes(value(stored.said())));
            case ConsumerFact.Targeted targeted -> new KeyValue(targetedKey(targeted.group()),
                bytes(ConsumerGroupTargetAssignmentMetadataValue.builder()
                    .assignmentEpoch(targeted.targetEpoch())
                    .assignmentTimestamp(targeted.atMs()).build()));
            case ConsumerFact.TargetStored stored -> new KeyValue(
                targetKey(stored.group(), stored.memberId()), bytes(value(stored.target())));
            case ConsumerFact.CurrentStored stored -> new KeyValue(
                currentKey(stored.group(), stored.memberId()), bytes(value(stored.current())));
            case ConsumerFact.PatternResolved resolved -> new KeyValue(
                patternKey(resolved.group(), resolved.pattern()), bytes(value(resolved)));
            case ConsumerFact.Removal removal -> new KeyValue(key(removal), null);
            case ConsumerFact.TopicsSeen _,ConsumerFact.AskedToJoin _ ->
                throw GroupCodec.notLogged();
        };
    }

    private static ByteBuffer bytes(Message value) {
        return value.toBuffer(V0, V0);
    }

    private static ByteBuffer key(ConsumerFact.Removal removal) {
        return switch (removal) {
            case ConsumerFact.GroupRemoved(String group) -> groupKey(group);
            case ConsumerFact.TopicsNoted(String group) ->
                ConsumerGroupPartitionMetadataKey.builder().groupId(group).build()
                    .toBuffer(TOPICS, V0);
            case ConsumerFact.MemberRemoved(String group, String memberId) ->
                memberKey(group, memberId);
            case ConsumerFact.TargetsRemoved(String group) -> targetedKey(group);
            case ConsumerFact.TargetRemoved(String group, String memberId) ->
                targetKey(group, memberId);
            case ConsumerFact.CurrentRemoved(String group, String memberId) ->
                currentKey(group, memberId);
            case ConsumerFact.PatternRemoved(String group, String pattern) ->
                patternKey(group, pattern);
        };
    }

    private static ByteBuffer groupKey(String group) {
        return ConsumerGroupMetadataKey.builder().groupId(group).build().toBuffer(GROUP, V0);
    }

    private static ByteBuffer memberKey(String group, String memberId) {
        return ConsumerGroupMemberMetadataKey.builder().groupId(group).memberId(memberId).build()
            .toBuffer(MEMBER, V0);
    }

    private static ByteBuffer targetedKey(String group) {
        return ConsumerGroupTargetAssignmentMetadataKey.builder().groupId(group).build()
            .toBuffer(TARGETED, V0);
    }

    private static ByteBuffer targetKey(String group, String memberId) {
        return ConsumerGroupTargetAssignmentMemberKey.builder().groupId(group).memberId(memberId)
            .build().toBuffer(TARGET, V0);
    }

    private static ByteBuffer currentKey(String group, String memberId) {
        return ConsumerGroupCurrentMemberAssignmentKey.builder().groupId(group).memberId(memberId)
            .build().toBuffer(CURRENT, V0);
    }

    private static ByteBuffer patternKey(String group, String pattern) {
        return ConsumerGroupRegularExpressionKey.builder().groupId(group)
            .regularExpression(pattern).build().toBuffer(PATTERN, V0);
    }

    private static Message value(ConsumerMember.Subscription said) {
        var classic = said.classic();
        return ConsumerGroupMemberMetadataValue.builder().instanceId(said.instanceId())
            .rackId(said.rackId()).clientId(said.clientId()).clientHost(said.clientHost())
            .subscribedTopicNames(said.topics())
            .subscribedTopicRegex(said.pattern().isEmpty() ? null : said.pattern())
            .rebalanceTimeoutMs(said.rebalanceTimeoutMs()).serverAssignor(said.assignor())
            .classicMemberMetadata(classic == null ? null : value(classic)).build();
    }

    private static ClassicMemberMetadata value(ConsumerMember.Classic classic) {
        var protocols = classic.protocols().stream()
            .map(protocol -> ClassicProtocol.builder().name(protocol.name())
                .metadata(protocol.metadata().duplicate()).build())
            .toList();
        return ClassicMemberMetadata.builder().sessionTimeoutMs(classic.sessionTimeoutMs())
            .supportedProtocols(protocols).build();
    }

    private static Message value(Partitions target) {
        var topics = new ArrayList<TopicPartition>();
        target.byTopic().forEach((topicId, partitions) -> topics.add(TopicPartition.builder()
            .topicId(topicId).partitions(new ArrayList<>(partitions)).build()));
        return ConsumerGroupTargetAssignmentMemberValue.builder().topicPartitions(topics).build();
    }

    private static Message value(ConsumerMember.Current current) {
        return ConsumerGroupCurrentMemberAssignmentValue.builder().memberEpoch(current.epoch())
            .previousMemberEpoch(current.previousEpoch()).state(current.state().id())
            .assignedPartitions(topics(current.assigned()))
            .partitionsPendingRevocation(topics(current.pending())).build();
    }

    private static List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics(
        Owned owned) {
        var topics = new ArrayList<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions>();
        owned.byTopic().forEach((topicId, partitions) -> topics
            .add(ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions.builder()
                .topicId(topicId).partitions(new ArrayList<>(partitions.keySet()))
                .assignmentEpochs(new ArrayList<>(partitions.values())).build()));
        return topics;
    }

    private static Message value(ConsumerFact.PatternResolved fact) {
        var resolved = fact.resolved();
        return ConsumerGroupRegularExpressionValue.builder().topics(resolved.topics())
            .version(resolved.version()).timestamp(resolved.atMs()).build();
    }

    static GroupFact decode(short type, Reader in, @Nullable ByteBuffer value) throws Malformed {
        return switch (type) {
            case GROUP -> group(in, value);
            case TOPICS -> new ConsumerFact.TopicsNoted(
                ConsumerGroupPartitionMetadataKey.read(in, V0).groupId());
            case MEMBER -> member(in, value);
            case TARGETED -> targeted(in, value);
            case TARGET -> target(in, value);
            case CURRENT -> current(in, value);
            default -> pattern(in, value);
        };
    }

    private static GroupFact group(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = ConsumerGroupMetadataKey.read(in, V0).groupId();
        if (value == null) return new ConsumerFact.GroupRemoved(group);
        var read = ConsumerGroupMetadataValue.read(GroupCodec.fields(value), V0);
        return new ConsumerFact.EpochRaised(group, read.epoch(), read.metadataHash());
    }

    private static GroupFact member(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ConsumerGroupMemberMetadataKey.read(in, V0);
        if (value == null) return new ConsumerFact.MemberRemoved(key.groupId(), key.memberId());
        var read = ConsumerGroupMemberMetadataValue.read(GroupCodec.fields(value), V0);
        var pattern = read.subscribedTopicRegex();
        var classic = read.classicMemberMetadata();
        return new ConsumerFact.MemberStored(key.groupId(),
            new ConsumerMember.Subscription(key.memberId(), read.instanceId(), read.rackId(),
                read.clientId(), read.clientHost(), read.rebalanceTimeoutMs(),
                new ArrayList<>(new TreeSet<>(read.subscribedTopicNames())),
                pattern == null ? "" : pattern, read.serverAssignor(),
                classic == null ? null : classic(classic)));
    }

    private static ConsumerMember.Classic classic(ClassicMemberMetadata read) {
        return new ConsumerMember.Classic(read.sessionTimeoutMs(),
            read.supportedProtocols().stream()
                .map(protocol -> new ClassicMember.Protocol(protocol.name(),
                    Blob.copyOf(protocol.metadata())))
                .toList());
    }

    private static GroupFact targeted(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = ConsumerGroupTargetAssignmentMetadataKey.read(in, V0).groupId();
        if (value == null) return new ConsumerFact.TargetsRemoved(group);
        var read = ConsumerGroupTargetAssignmentMetadataValue.read(GroupCodec.fields(value), V0);
        return new ConsumerFact.Targeted(group, read.assignmentEpoch(),
            read.assignmentTimestamp());
    }

    private static GroupFact target(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ConsumerGroupTargetAssignmentMemberKey.read(in, V0);
        if (value == null) return new ConsumerFact.TargetRemoved(key.groupId(), key.memberId());
        var read = ConsumerGroupTargetAssignmentMemberValue.read(GroupCodec.fields(value), V0);
        var target = new Partitions.Gathering();
        for (var topic : read.topicPartitions()) {
            topic.partitions().forEach(partition -> target.add(topic.topicId(), partition));
        }
        return new ConsumerFact.TargetStored(key.groupId(), key.memberId(), target.done());
    }

    private static GroupFact current(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ConsumerGroupCurrentMemberAssignmentKey.read(in, V0);
        if (value == null) return new ConsumerFact.CurrentRemoved(key.groupId(), key.memberId());
        var read = ConsumerGroupCurrentMemberAssignmentValue.read(GroupCodec.fields(value), V0);
        return new ConsumerFact.CurrentStored(key.groupId(), key.memberId(),
            new ConsumerMember.Current(read.memberEpoch(), read.previousMemberEpoch(),
                ConsumerMember.State.of(read.state()),
                owned(read.assignedPartitions(), read.memberEpoch()),
                owned(read.partitionsPendingRevocation(), read.memberEpoch())));
    }

    /// Records of before Kafka 4.4 do not say in which epoch a partition was given.
    private static Owned owned(
        List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics, int memberEpoch) {
        var byTopic = new TreeMap<Uuid, SortedMap<Integer, Integer>>();
        for (var topic : topics) {
            var epochs = topic.assignmentEpochs();
            for (int index = 0; index < topic.partitions().size(); index++) {
                int epoch = epochs != null && index < epochs.size()
                    ? epochs.get(index)
                    : memberEpoch;
                byTopic.computeIfAbsent(topic.topicId(), _ -> new TreeMap<>())
                    .put(topic.partitions().get(index), epoch);
            }
        }
        return byTopic.isEmpty() ? Owned.NONE : new Owned(byTopic);
    }

    private static GroupFact pattern(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ConsumerGroupRegularExpressionKey.read(in, V0);
        if (value == null) {
            return new ConsumerFact.PatternRemoved(key.groupId(), key.regularExpression());
        }
        var read = ConsumerGroupRegularExpressionValue.read(GroupCodec.fields(value), V0);
        return new ConsumerFact.PatternResolved(key.groupId(), key.regularExpression(),
            new ConsumerFact.Resolved(new ArrayList<>(new TreeSet<>(read.topics())),
                read.version(), read.timestamp()));
    }
}
