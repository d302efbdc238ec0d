package dev.naru.group;

import dev.naru.base.Uuid;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ShareGroupCurrentMemberAssignmentKey;
import dev.naru.wire.message.ShareGroupCurrentMemberAssignmentValue;
import dev.naru.wire.message.ShareGroupMemberMetadataKey;
import dev.naru.wire.message.ShareGroupMemberMetadataValue;
import dev.naru.wire.message.ShareGroupMetadataKey;
import dev.naru.wire.message.ShareGroupMetadataValue;
import dev.naru.wire.message.ShareGroupStatePartitionMetadataKey;
import dev.naru.wire.message.ShareGroupStatePartitionMetadataValue;
import dev.naru.wire.message.ShareGroupTargetAssignmentMemberKey;
import dev.naru.wire.message.ShareGroupTargetAssignmentMemberValue;
import dev.naru.wire.message.ShareGroupTargetAssignmentMetadataKey;
import dev.naru.wire.message.ShareGroupTargetAssignmentMetadataValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The records of share groups: types 10 to 15 of `__consumer_offsets`.
final class ShareCodec {
    static final short MEMBER = ShareGroupMemberMetadataKey.RECORD_TYPE;
    static final short EPOCH = ShareGroupMetadataKey.RECORD_TYPE;
    static final short TARGET_EPOCH = ShareGroupTargetAssignmentMetadataKey.RECORD_TYPE;
    static final short TARGET = ShareGroupTargetAssignmentMemberKey.RECORD_TYPE;
    static final short CURRENT = ShareGroupCurrentMemberAssignmentKey.RECORD_TYPE;
    static final short INITIALIZED = ShareGroupStatePartitionMetadataKey.RECORD_TYPE;
    private static final short VERSION = 0;

    private ShareCodec() {}

    static KeyValue encode(ShareFact.Stored fact) {
        return switch (fact) {
            case ShareFact.EpochSet set -> new KeyValue(epochKey(set.group()),
                ShareGroupMetadataValue.builder().epoch(set.epoch())
                    .metadataHash(set.topicsHash()).build().toBuffer(VERSION, VERSION));
            case ShareFact.EpochRemoved gone -> new KeyValue(epochKey(gone.group()), null);
            case ShareFact.MemberPut put -> new KeyValue(memberKey(put.group(), put.memberId()),
                value(put.terms()));
            case ShareFact.MemberRemoved gone ->
                new KeyValue(memberKey(gone.group(), gone.memberId()), null);
            case ShareFact.TargetEpochSet set -> new KeyValue(targetEpochKey(set.group()),
                ShareGroupTargetAssignmentMetadataValue.builder().assignmentEpoch(set.epoch())
                    .assignmentTimestamp(set.atMs()).build().toBuffer(VERSION, VERSION));
            case ShareFact.TargetEpochRemoved gone ->
                new KeyValue(targetEpochKey(gone.group()), null);
            case ShareFact.TargetPut put -> new KeyValue(targetKey(put.group(), put.memberId()),
                target(put.partitions()));
            case ShareFact.TargetRemoved gone ->
                new KeyValue(targetKey(gone.group(), gone.memberId()), null);
            case ShareFact.CurrentPut put -> new KeyValue(currentKey(put.group(), put.memberId()),
                value(put));
            case ShareFact.CurrentRemoved gone ->
                new KeyValue(currentKey(gone.group(), gone.memberId()), null);
            case ShareFact.InitializedSet set -> new KeyValue(initializedKey(set.group()),
                initialized(set));
            case ShareFact.InitializedRemoved gone ->
                new KeyValue(initializedKey(gone.group()), null);
        };
    }

    private static ByteBuffer epochKey(String group) {
        return ShareGroupMetadataKey.builder().groupId(group).build().toBuffer(EPOCH, VERSION);
    }

    private static ByteBuffer memberKey(String group, String member) {
        return ShareGroupMemberMetadataKey.builder().groupId(group).memberId(member).build()
            .toBuffer(MEMBER, VERSION);
    }

    private static ByteBuffer targetEpochKey(String group) {
        return ShareGroupTargetAssignmentMetadataKey.builder().groupId(group).build()
            .toBuffer(TARGET_EPOCH, VERSION);
    }

    private static ByteBuffer targetKey(String group, String member) {
        return ShareGroupTargetAssignmentMemberKey.builder().groupId(group).memberId(member)
            .build().toBuffer(TARGET, VERSION);
    }

    private static ByteBuffer currentKey(String group, String member) {
        return ShareGroupCurrentMemberAssignmentKey.builder().groupId(group).memberId(member)
            .build().toBuffer(CURRENT, VERSION);
    }

    private static ByteBuffer initializedKey(String group) {
        return ShareGroupStatePartitionMetadataKey.builder().groupId(group).build()
            .toBuffer(INITIALIZED, VERSION);
    }

    private static ByteBuffer value(ShareMember.Terms terms) {
        return ShareGroupMemberMetadataValue.builder().rackId(terms.rackId())
            .clientId(terms.clientId()).clientHost(terms.clientHost())
            .subscribedTopicNames(terms.topics()).build().toBuffer(VERSION, VERSION);
    }

    private static ByteBuffer target(SortedMap<Uuid, List<Integer>> partitions) {
        var topics = new ArrayList<ShareGroupTargetAssignmentMemberValue.TopicPartition>();
        partitions.forEach(
            (topicId, of) -> topics.add(ShareGroupTargetAssignmentMemberValue.TopicPartition
                .builder().topicId(topicId).partitions(of).build()));
        return ShareGroupTargetAssignmentMemberValue.builder().topicPartitions(topics).build()
            .toBuffer(VERSION, VERSION);
    }

    private static ByteBuffer value(ShareFact.CurrentPut put) {
        var topics = new ArrayList<ShareGroupCurrentMemberAssignmentValue.TopicPartitions>();
        put.partitions().forEach(
            (topicId, of) -> topics.add(ShareGroupCurrentMemberAssignmentValue.TopicPartitions
                .builder().topicId(topicId).partitions(of).build()));
        return ShareGroupCurrentMemberAssignmentValue.builder().memberEpoch(put.memberEpoch())
            .previousMemberEpoch(put.previousEpoch()).state((byte) 0)
            .assignedPartitions(topics).build().toBuffer(VERSION, VERSION);
    }

    private static ByteBuffer initialized(ShareFact.InitializedSet set) {
        var all = new ArrayList<ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo>();
        set.topics().forEach(
            (topicId, topic) -> all.add(ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo
                .builder().topicId(topicId).topicName(topic.name())
                .partitions(topic.partitions()).build()));
        var deleting = new ArrayList<ShareGroupStatePartitionMetadataValue.TopicInfo>();
        set.deleting().forEach(
            (topicId, name) -> deleting.add(ShareGroupStatePartitionMetadataValue.TopicInfo
                .builder().topicId(topicId).topicName(name).build()));
        return ShareGroupStatePartitionMetadataValue.builder().initializedTopics(all)
            .deletingTopics(deleting).build().toBuffer(VERSION, VERSION);
    }

    /// The fact in a record of one of these types; null when the type is another's.
    static @Nullable GroupFact decode(short type, Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        if (type == EPOCH) return epoch(in, value);
        if (type == MEMBER) return member(in, value);
        if (type == TARGET_EPOCH) return targetEpoch(in, value);
        if (type == TARGET) return target(in, value);
        if (type == CURRENT) return current(in, value);
        return type == INITIALIZED ? initialized(in, value) : null;
    }

    private static GroupFact epoch(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var group = ShareGroupMetadataKey.read(in, VERSION).groupId();
        if (value == null) return new ShareFact.EpochRemoved(group);
        var read = ShareGroupMetadataValue.read(fields(value), VERSION);
        return new ShareFact.EpochSet(group, read.epoch(), read.metadataHash());
    }

    private static Reader fields(ByteBuffer value) throws Malformed {
        var fields = new Reader(value);
        GroupCodec.known(fields.int16(), VERSION);
        return fields;
    }

    private static GroupFact member(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ShareGroupMemberMetadataKey.read(in, VERSION);
        if (value == null) return new ShareFact.MemberRemoved(key.groupId(), key.memberId());
        var read = ShareGroupMemberMetadataValue.read(fields(value), VERSION);
        return new ShareFact.MemberPut(key.groupId(), key.memberId(),
            new ShareMember.Terms(read.rackId(), read.clientId(), read.clientHost(),
                read.subscribedTopicNames()));
    }

    private static GroupFact targetEpoch(Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        var group = ShareGroupTargetAssignmentMetadataKey.read(in, VERSION).groupId();
        if (value == null) return new ShareFact.TargetEpochRemoved(group);
        var read = ShareGroupTargetAssignmentMetadataValue.read(fields(value), VERSION);
        return new ShareFact.TargetEpochSet(group, read.assignmentEpoch(),
            read.assignmentTimestamp());
    }

    private static GroupFact target(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ShareGroupTargetAssignmentMemberKey.read(in, VERSION);
        if (value == null) return new ShareFact.TargetRemoved(key.groupId(), key.memberId());
        var read = ShareGroupTargetAssignmentMemberValue.read(fields(value), VERSION);
        var partitions = new TreeMap<Uuid, List<Integer>>();
        read.topicPartitions().forEach(each -> partitions.put(each.topicId(), each.partitions()));
        return new ShareFact.TargetPut(key.groupId(), key.memberId(),
            Collections.unmodifiableSortedMap(partitions));
    }

    private static GroupFact current(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = ShareGroupCurrentMemberAssignmentKey.read(in, VERSION);
        if (value == null) return new ShareFact.CurrentRemoved(key.groupId(), key.memberId());
        var read = ShareGroupCurrentMemberAssignmentValue.read(fields(value), VERSION);
        var partitions = new TreeMap<Uuid, List<Integer>>();
        read.assignedPartitions()
            .forEach(each -> partitions.put(each.topicId(), each.partitions()));
        return new ShareFact.CurrentPut(key.groupId(), key.memberId(), read.memberEpoch(),
            read.previousMemberEpoch(), Collections.unmodifiableSortedMap(partitions));
    }

    private static GroupFact initialized(Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        var group = ShareGroupStatePartitionMetadataKey.read(in, VERSION).groupId();
        if (value == null) return new ShareFact.InitializedRemoved(group);
        var read = ShareGroupStatePartitionMetadataValue.read(fields(value), VERSION);
        var topics = new TreeMap<Uuid, ShareTopic>();
        for (var each : read.initializedTopics()) {
            topics.put(each.topicId(), new ShareTopic(each.topicName(), each.partitions()));
        }
        var deleting = new TreeMap<Uuid, String>();
        for (var each : read.deletingTopics())
            deleting.put(each.topicId(), each.topicName());
        return new ShareFact.InitializedSet(group, Collections.unmodifiableSortedMap(topics),
            Collections.unmodifiableSortedMap(deleting));
    }
}
