package dev.naru.group;

import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The records of `__consumer_offsets`, as Kafka writes and reads them.
///
/// ```
///   key   | int16 record type                    | fields             |
///   value | int16 version of the value           | fields             |   absent: a tombstone
///
///   type 0, 1 offsets   2 classic   3-8, 16 consumer   10-15 share   17, 19-23 streams groups
///        0x4E01 description of a topology: Naru's own, the request of KIP-1331 as its value
/// ```
/// Writes the versions that Kafka 4.4 writes; reads every version.
public final class GroupCodec implements FactCodec<GroupFact> {
    @Override public KeyValue encode(GroupFact fact) {
        return switch (fact) {
            case GroupFact.OffsetCommitted offset -> OffsetCodec.encode(offset);
            case GroupFact.OffsetRemoved offset -> OffsetCodec.encode(offset);
            case GroupFact.OfGroup ofGroup -> encode(ofGroup);
            case GroupFact.Swept _,GroupFact.KindChosen _ -> throw notLogged();
        };
    }

    private static KeyValue encode(GroupFact.OfGroup fact) {
        return switch (fact) {
            case ClassicFact classic -> ClassicCodec.encode(classic);
            case ConsumerFact consumer -> ConsumerCodec.encode(consumer);
            case StreamsFact streams -> StreamsCodec.encode(streams);
            case ShareFact.Stored share -> ShareCodec.encode(share);
            case ShareFact.Clearing _,ShareFact.TopicsSeen _ -> throw notLogged();
        };
    }

    static IllegalArgumentException notLogged() {
        return new IllegalArgumentException("not a logged fact");
    }

    @Override public Decoded<GroupFact> decode(KeyValue bytes) {
        try {
            var in = new Reader(bytes.key());
            short type = in.int16();
            var fact = decode(type, in, bytes.value());
            return fact == null
                ? new Decoded.Unknown<>("a record of type " + type)
                : new Decoded.Known<>(fact);
        } catch (Malformed malformed) {
            return new Decoded.Unknown<>("an unreadable record: " + malformed.getMessage());
        }
    }

    private static @Nullable GroupFact decode(short type, Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        if (ConsumerCodec.knows(type)) return ConsumerCodec.decode(type, in, value);
        if (StreamsCodec.knows(type)) return StreamsCodec.decode(type, in, value);
        return switch (type) {
            case OffsetCodec.LEGACY_OFFSET, OffsetCodec.OFFSET -> OffsetCodec.decode(in, value);
            case ClassicCodec.GROUP -> ClassicCodec.decode(in, value);
            default -> ShareCodec.decode(type, in, value);
        };
    }

    /// The fields of a value whose first version is its only one.
    static Reader fields(ByteBuffer value) throws Malformed {
        var fields = new Reader(value);
        known(fields.int16(), Short.MAX_VALUE);
        return fields;
    }

    /// Versions to come only add tagged fields.
    static short known(short version, short highest) throws Malformed {
        if (version < 0) throw new Malformed("a value of version " + version);
        return (short) Math.min(version, highest);
    }
}
