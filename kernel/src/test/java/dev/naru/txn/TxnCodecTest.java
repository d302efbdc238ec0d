package dev.naru.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.naru.shard.FactCodec.Decoded;
import dev.naru.shard.KeyValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class TxnCodecTest {
    private static final String KEY = "0000" + "0004" + "70617973";

    private final TxnCodec codec = new TxnCodec();

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static Txn ongoing() {
        var partitions = new TreeSet<>(
            List.of(new TxnPartition("a", 0), new TxnPartition("a", 2), new TxnPartition("b", 1)));
        return new Txn(new TxnProducer(1000, (short) 3), 1000, -1, 60_000, TxnStatus.ONGOING,
            partitions, 1_700_000_000_000L, 1_700_000_000_500L, TxnFlow.V2);
    }

    /// The bytes that Kafka 4 writes for the same transaction.
    @Test void the_bytes_are_kafkas() {
        var written = codec.encode(new TxnFact.Stored("pays", ongoing()));

        assertEquals(KEY, hex(written.key()));
        assertEquals("0001" + "00000000000003e8" + "0003" + "0000ea60" + "01"
            + "03" + "0261" + "03" + "00000000" + "00000002" + "00" //
            + "0262" + "02" + "00000001" + "00" //
            + "0000018bcfe569f4" + "0000018bcfe56800" //
            + "02" + "00" + "08" + "00000000000003e8" + "02" + "02" + "0002",
            hex(Objects.requireNonNull(written.value())));
        assertEquals(new Decoded.Known<>(new TxnFact.Stored("pays", ongoing())),
            codec.decode(written));
    }

    @Test void what_is_empty_has_no_list_of_partitions() {
        var empty = new TxnFact.Stored("pays", Txn.first(new TxnProducer(7, (short) 0),
            60_000, 1_000));

        assertEquals(new Decoded.Known<>(empty), codec.decode(codec.encode(empty)));
    }

    @Test void the_oldest_version_is_read() {
        var value = bytes("0000" + "00000000000003e8" + "0003" + "0000ea60" + "01" + "00000001"
            + "000161" + "00000001" + "00000002" + "0000018bcfe569f4" + "0000018bcfe56800");

        var read = (Decoded.Known<TxnFact>) codec.decode(new KeyValue(bytes(KEY), value));

        var stored = assertInstanceOf(TxnFact.Stored.class, read.fact());
        assertEquals(new TxnProducer(1000, (short) 3), stored.txn().producer());
        assertEquals(TxnFlow.CLASSIC, stored.txn().flow());
        assertEquals(List.of(new TxnPartition("a", 2)), List.copyOf(stored.txn().partitions()));
    }

    @Test void a_forgotten_id_is_a_tombstone() {
        var removed = new TxnFact.Removed("pays");

        assertNull(codec.encode(removed).value());
        assertEquals(new Decoded.Known<>(removed), codec.decode(codec.encode(removed)));
    }

    @Test void what_nobody_can_read_is_passed_over() {
        assertInstanceOf(Decoded.Unknown.class,
            codec.decode(new KeyValue(bytes("0009" + "0000"), null)));
        assertInstanceOf(Decoded.Unknown.class,
            codec.decode(new KeyValue(bytes(KEY), bytes("0001" + "0000"))));
        assertInstanceOf(Decoded.Unknown.class,
            codec.decode(new KeyValue(bytes(KEY), bytes("0000" + "00000000000003e8" + "0003"
                + "0000ea60" + "55" + "ffffffff" + "0000018bcfe569f4" + "0000018bcfe56800"))));
    }
}
