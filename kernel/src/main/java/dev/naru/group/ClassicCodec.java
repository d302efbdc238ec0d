package dev.naru.group;

import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.GroupMetadataKey;
import dev.naru.wire.message.GroupMetadataValue;
import dev.naru.wire.message.GroupMetadataValue.MemberMetadata;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Classic groups as records: one for a whole group.
final class ClassicCodec {
    static final short GROUP = 2;
    private static final short KEY_VERSION = 0;
    private static final short USUAL = 3;

    private ClassicCodec() {}

    static KeyValue encode(ClassicFact fact) {
        return switch (fact) {
            case ClassicFact.GroupStored(String group, StoredGroup stored) -> new KeyValue(
                key(group), value(stored));
            case ClassicFact.GroupRemoved(String group) -> new KeyValue(key(group), null);
            case ClassicFact.Live _ -> throw GroupCodec.notLogged();
        };
    }

    private static ByteBuffer key(String group) {
        return GroupMetadataKey.builder().group(group).build().toBuffer(GROUP, KEY_VERSION);
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
            .toBuffer(USUAL, USUAL);
    }

    static GroupFact decode(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = GroupMetadataKey.read(in, KEY_VERSION);
        if (value == null) return new ClassicFact.GroupRemoved(key.group());
        var fields = new Reader(value);
        var read = GroupMetadataValue.read(fields,
            GroupCodec.known(fields.int16(), GroupMetadataValue.HIGHEST_VERSION));
        var members = read.members().stream()
            .map(member -> new StoredGroup.Member(member.memberId(), member.groupInstanceId(),
                member.clientId(), member.clientHost(), member.rebalanceTimeout(),
                member.sessionTimeout(), Blob.copyOf(member.subscription()),
                Blob.copyOf(member.assignment())))
            .toList();
        return new ClassicFact.GroupStored(key.group(), new StoredGroup(read.protocolType(),
            read.generation(), read.protocol(), read.leader(), read.currentStateTimestamp(),
            members));
    }
}
