package dev.naru.group;

import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.OffsetCommitKey;
import dev.naru.wire.message.OffsetCommitValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Committed offsets as records.
final class OffsetCodec {
    static final short LEGACY_OFFSET = 0;
    static final short OFFSET = 1;
    private static final short KEY_VERSION = 0;
    private static final short THAT_EXPIRES = 1;
    private static final short USUAL = 4;

    private OffsetCodec() {}

    static KeyValue encode(GroupFact.OffsetCommitted fact) {
        return new KeyValue(key(fact.group(), fact.topic(), fact.partition()),
            value(fact.committed()));
    }

    static KeyValue encode(GroupFact.OffsetRemoved fact) {
        return new KeyValue(key(fact.group(), fact.topic(), fact.partition()), null);
    }

    private static ByteBuffer key(String group, String topic, int partition) {
        return OffsetCommitKey.builder().group(group).topic(topic).partition(partition).build()
            .toBuffer(OFFSET, KEY_VERSION);
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
        return committed.expireTimestampMs() >= 0 ? THAT_EXPIRES : USUAL;
    }

    static GroupFact decode(Reader in, @Nullable ByteBuffer value) throws Malformed {
        var key = OffsetCommitKey.read(in, KEY_VERSION);
        if (value == null)
            return new GroupFact.OffsetRemoved(key.group(), key.topic(), key.partition());
        var fields = new Reader(value);
        short version = GroupCodec.known(fields.int16(), OffsetCommitValue.HIGHEST_VERSION);
        var read = OffsetCommitValue.read(fields, version);
        var committed = new CommittedOffset(read.offset(), read.leaderEpoch(), read.metadata(),
            read.commitTimestamp(), read.expireTimestamp(), read.topicId());
        return new GroupFact.OffsetCommitted(key.group(), key.topic(), key.partition(), committed);
    }
}
