package dev.naru.group;

import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.GroupMetadataKey;
import dev.naru.wire.message.GroupMetadataValue;
import dev.naru.wire.message.GroupMetadataValue.MemberMetadata;
import dev.naru.wire.message.OffsetCommitKey;
import dev.naru.wire.message.OffsetCommitValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The records of `__consumer_offsets`, as Kafka writes and reads them.
///
/// ```
///   key   | int16 record type: 0 or 1 offset, 2 group | fields           |
///   value | int16 version of the value                | fields           |   absent: a tombstone
/// ```
/// Writes the versions that Kafka 4.4 writes; reads every version.
public final class GroupCodec implements FactCodec<GroupFact> {
    private static final short LEGACY_OFFSET = 0;
    private static final short OFFSET = 1;
    private static final short GROUP = 2;
    private static final short KEY_VERSION = 0;
    private static final short OFFSET_THAT_EXPIRES = 1;
    private static final short OFFSET_USUAL = 4;
    private static final short GROUP_USUAL = 3;

    @Override public KeyValue encode(GroupFact fact) {
        return switch (fact) {
            case GroupFact.OffsetCommitted offset -> new KeyValue(
                key(offset.group(), offset.topic(), offset.partition()), value(offset.committed()));
            case GroupFact.OffsetRemoved offset -> new KeyValue(
                key(offset.group(), offset.topic(), offset.partition()), null);
            case GroupFact.GroupStored(String group, StoredGroup stored) -> new KeyValue(key(group),
                value(stored));
            case GroupFact.GroupRemoved(String group) -> new KeyValue(key(group), null);
            case GroupFact.Live _,GroupFact.Swept _ -> throw new IllegalArgumentException(
                "not a logged fact");
        };
    }

    @Override public Decoded<GroupFact> decode(KeyValue bytes) {
        try {
            var in = new Reader(bytes.key());
            short type = in.int16();
            return switch (type) {
                case LEGACY_OFFSET, OFFSET -> new Decoded.Known<>(offset(in, bytes.value()));
                case GROUP -> new Decoded.Known<>(group(in, bytes.value()));
                default -> new Decoded.Unknown<>("a record of type " + type);
            };
        } catch (Malformed malformed) {
            return new Decoded.Unknown<>("an unreadable record: " + malformed.getMessage());
        }
    }

    private static ByteBuffer key(String group, String topic, int partition) {
        return OffsetCommitKey.builder().group(group).topic(topic).partition(partition).build()
            .toBuffer(OFFSET, KEY_VERSION);
    }

    private static ByteBuffer key(String group) {
        return GroupMetadataKey.builder().group(group).build().toBuffer(GROUP, KEY_VERSION);
    }

    private static ByteBuffer value(CommittedOffset committed) {
        short version = versionFor(committed);
        return OffsetCommitValue.builder().offset(committed.offset())
            .leaderEpoch(committed.leaderEpoch()).metadata(committed.metadata())
            .commitTimestamp(committed.commitTimestampMs())
            .expireTimestamp(committed.expireTimestampMs()).topicId(committed.topicId()).build()
            .toBuffer(version, version);
    }

    /// Only version 1 has an expiry of its own, and then neither a leader epoch nor a topic id.
    private static short versionFor(CommittedOffset committed) {
        return committed.expireTimestampMs() >= 0 ? OFFSET_THAT_EXPIRES : OFFSET_USUAL;
    }

    private static ByteBuffer value(StoredGroup stored) {
        var members = stored.members().stream()
            .map(member -> MemberMetadata.builder().memberId(member.memberId())
                .groupInstanceId(member.instanceId()).clientId(member.clientId())
                .clientHost(member.clientHost()).rebalanceTimeout(member.rebalanceTimeoutMs())
                .sessionTimeout(member.sessionTimeoutMs())
                .subscription(member.subscription().duplicate())
                .assignment(member.assignment().duplicate()).build())
            .toList();
        return GroupMetadataValue.builder().protocolType(stored.protocolType())
            .generation(stored.generation()).protocol(stored.protocol()).leader(stored.leader())
            .currentStateTimestamp(stored.stateTimestampMs()).members(members).build()
            .toBuffer(GROUP_USUAL, GROUP_USUAL);
    }

    private static GroupFact offset(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = OffsetCommitKey.read(in, KEY_VERSION);
        if (value == null)
            return new GroupFact.OffsetRemoved(key.group(), key.topic(), key.partition());
        var fields = new Reader(value);
        short version = known(fields.int16(), OffsetCommitValue.HIGHEST_VERSION);
        var read = OffsetCommitValue.read(fields, version);
        var committed = new CommittedOffset(read.offset(), read.leaderEpoch(), read.metadata(),
            read.commitTimestamp(), read.expireTimestamp(),
            read.topicId());
        return new GroupFact.OffsetCommitted(key.group(), key.topic(), key.partition(), committed);
    }

    private static GroupFact group(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = GroupMetadataKey.read(in, KEY_VERSION);
        if (value == null) return new GroupFact.GroupRemoved(key.group());
        var fields = new Reader(value);
        var read = GroupMetadataValue.read(fields,
            known(fields.int16(), GroupMetadataValue.HIGHEST_VERSION));
        var members = read.members().stream()
            .map(member -> new StoredGroup.Member(member.memberId(), member.groupInstanceId(),
                member.clientId(), member.clientHost(), member.rebalanceTimeout(),
                member.sessionTimeout(), Blob.copyOf(member.subscription()),
                Blob.copyOf(member.assignment())))
            .toList();
        return new GroupFact.GroupStored(key.group(), new StoredGroup(read.protocolType(),
            read.generation(), read.protocol(), read.leader(), read.currentStateTimestamp(),
            members));
    }

    /// Versions to come only add tagged fields.
    private static short known(short version, short highest) throws Malformed {
        if (version < 0) throw new Malformed("a value of version " + version);
        return (short) Math.min(version, highest);
    }
}
