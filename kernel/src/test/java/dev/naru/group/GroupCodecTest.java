package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.base.Uuid;
import dev.naru.shard.FactCodec.Decoded;
import dev.naru.shard.KeyValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The bytes were written by Kafka 4.4.0's own record classes.
final class GroupCodecTest {
    private static final String OFFSET_KEY = "000100016700017400000003";
    private static final String GROUP_KEY = "0002000167";
    private static final List<String> OFFSETS = List.of(
        "0000000000000000002a00016d00000000000003e8",
        "0001000000000000002a00016d00000000000003e800000000000007d0",
        "0002000000000000002a00016d00000000000003e8",
        "0003000000000000002a0000000700016d00000000000003e8",
        "0004000000000000002a00000007026d00000000000003e801001000000000000000010000000000000002");
    private static final List<String> GROUPS = List.of(
        "00000008636f6e73756d657200000005000572616e67650003632d31000000010003632d3100016300022f68"
            + "000000640000000201020000000103",
        "00010008636f6e73756d657200000005000572616e67650003632d31000000010003632d3100016300022f68"
            + "0000012c000000640000000201020000000103",
        "00020008636f6e73756d657200000005000572616e67650003632d3100000000000003e8000000010003632d"
            + "3100016300022f680000012c000000640000000201020000000103",
        "00030008636f6e73756d657200000005000572616e67650003632d3100000000000003e8000000010003632d"
            + "3100016900016300022f680000012c000000640000000201020000000103",
        "000409636f6e73756d6572000000050672616e676504632d3100000000000003e80204632d3102690263032f"
            + "680000012c0000006403010202030000");
    private static final String EMPTY_GROUP = "00030008636f6e73756d6572"
        + "00000006ffffffff00000000000003e800000000";

    private final GroupCodec codec = new GroupCodec();

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static KeyValue record(String key, @Nullable String value) {
        return new KeyValue(bytes(key), value == null ? null : bytes(value));
    }

    private GroupFact decoded(String key, @Nullable String value) {
        return ((Decoded.Known<GroupFact>) codec.decode(record(key, value))).fact();
    }

    private static GroupFact offset(int leaderEpoch, long expireMs, Uuid topicId) {
        return new GroupFact.OffsetCommitted("g", "t", 3,
            new CommittedOffset(42, leaderEpoch, "m", 1000, expireMs, topicId));
    }

    private static GroupFact group(@Nullable String instanceId, int rebalanceMs, long stateMs) {
        var member = new StoredGroup.Member("c-1", instanceId, "c", "/h", rebalanceMs, 100,
            bytes("0102"), bytes("03"));
        return new ClassicFact.GroupStored("g",
            new StoredGroup("consumer", 5, "range", "c-1", stateMs, List.of(member)));
    }

    @Test void every_version_of_a_committed_offset_is_read() {
        assertEquals(offset(-1, -1, Uuid.ZERO), decoded(OFFSET_KEY, OFFSETS.get(0)));
        assertEquals(offset(-1, 2000, Uuid.ZERO), decoded(OFFSET_KEY, OFFSETS.get(1)));
        assertEquals(offset(-1, -1, Uuid.ZERO), decoded(OFFSET_KEY, OFFSETS.get(2)));
        assertEquals(offset(7, -1, Uuid.ZERO), decoded(OFFSET_KEY, OFFSETS.get(3)));
        assertEquals(offset(7, -1, new Uuid(1, 2)), decoded(OFFSET_KEY, OFFSETS.get(4)));
    }

    @Test void a_committed_offset_is_written_as_kafka_writes_it() {
        assertEquals(record(OFFSET_KEY, OFFSETS.get(4)),
            codec.encode(offset(7, -1, new Uuid(1, 2))));
        assertEquals(record(OFFSET_KEY, OFFSETS.get(1)), codec.encode(offset(-1, 2000, Uuid.ZERO)));
    }

    @Test void an_offset_key_of_the_oldest_kind_is_read() {
        assertEquals(offset(7, -1, Uuid.ZERO),
            decoded("0000" + OFFSET_KEY.substring(4), OFFSETS.get(3)));
    }

    @Test void every_version_of_a_group_is_read() {
        assertEquals(group(null, -1, -1), decoded(GROUP_KEY, GROUPS.get(0)));
        assertEquals(group(null, 300, -1), decoded(GROUP_KEY, GROUPS.get(1)));
        assertEquals(group(null, 300, 1000), decoded(GROUP_KEY, GROUPS.get(2)));
        assertEquals(group("i", 300, 1000), decoded(GROUP_KEY, GROUPS.get(3)));
        assertEquals(group("i", 300, 1000), decoded(GROUP_KEY, GROUPS.get(4)));
    }

    @Test void a_group_is_written_as_kafka_writes_it() {
        assertEquals(record(GROUP_KEY, GROUPS.get(3)), codec.encode(group("i", 300, 1000)));
        var empty = new ClassicFact.GroupStored("g",
            new StoredGroup("consumer", 6, null, null, 1000, List.of()));
        assertEquals(record(GROUP_KEY, EMPTY_GROUP), codec.encode(empty));
        assertEquals(empty, decoded(GROUP_KEY, EMPTY_GROUP));
    }

    @Test void tombstones_have_no_value() {
        var offset = new GroupFact.OffsetRemoved("g", "t", 3);
        assertEquals(record(OFFSET_KEY, null), codec.encode(offset));
        assertEquals(offset, decoded(OFFSET_KEY, null));
        var group = new ClassicFact.GroupRemoved("g");
        assertEquals(record(GROUP_KEY, null), codec.encode(group));
        assertEquals(group, decoded(GROUP_KEY, null));
    }

    @Test void other_record_types_and_damaged_records_are_unknown() {
        for (var bytes : List.of(record("0003000167", "00"), record("", null), record("00", null),
            record(OFFSET_KEY, ""), record(OFFSET_KEY, "0003"), record(GROUP_KEY, "ffff"),
            record("0001000967", OFFSETS.get(3)))) {
            assertInstanceOf(Decoded.Unknown.class, codec.decode(bytes));
        }
    }
}
