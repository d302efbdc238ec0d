package dev.naru.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRecord.ClusterFormed;
import dev.naru.metadata.ClusterRecord.ConfigRemoved;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FactCodecTest {
    private static final Uuid ID = new Uuid(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final PartitionImage ALONE = PartitionImage.fresh(List.of(1));
    private static final PartitionImage PARTED = new PartitionImage(-1, 5, 300, List.of(3, 1, 2),
        List.of(3), List.of(1), List.of(2));

    private static final PartitionImage MOVING = new PartitionImage(1, 1, 2, List.of(1, 2, 3),
        List.of(1), List.of(), List.of(), new Reassignment(List.of(3), List.of(1)));

    private static final PartitionImage MOVED_BY_ITSELF = new PartitionImage(1, 1, 2,
        List.of(1, 2, 3), List.of(1), List.of(), List.of(),
        new Reassignment(List.of(3), List.of(1), true));

    /// What the bytes of each kind of fact are for ever: a line here may be added, never changed.
    private static Map<ClusterRecord, String> golden() {
        var golden = new LinkedHashMap<ClusterRecord, String>();
        golden.put(new ClusterFormed("abc"), "01000403616263");
        golden.put(new FeatureChanged("f", (short) 2), "020003016604");
        golden.put(new NodeRegistered(new NodeImage(1, ID, 7,
            List.of(new Endpoint("L", "h", 9092, "PLAINTEXT")), "r")),
            "03002502" + "0102030405060708090a0b0c0d0e0f10" + "0701" + "014c" + "0168" + "8447"
                + "09504c41494e54455854" + "0172");
        golden.put(new TopicCreated("t", ID, List.of(ALONE, ALONE, PARTED)),
            "04002c" + "0174" + "0102030405060708090a0b0c0d0e0f10" + "03" + "02" + "02000001020102"
                + "0000"
                + "01" + "0105ac02" + "03060204" + "0106" + "0102" + "0104");
        golden.put(new PartitionsAdded(ID, List.of(ALONE)),
            "05001b" + "0102030405060708090a0b0c0d0e0f10" + "01" + "01" + "02000001020102"
                + "0000");
        golden.put(new PartitionChanged(ID, 4, PARTED),
            "06001f" + "0102030405060708090a0b0c0d0e0f10" + "04" + "0105ac02" + "03060204" + "0106"
                + "0102"
                + "0104");
        golden.put(new PartitionChanged(ID, 4, MOVING),
            "060120" + "0102030405060708090a0b0c0d0e0f10" + "04" + "020102" + "03020406"
                + "0102" + "00" + "00" + "0106" + "0102");
        golden.put(new PartitionChanged(ID, 4, MOVED_BY_ITSELF),
            "060221" + "0102030405060708090a0b0c0d0e0f10" + "04" + "020102" + "03020406"
                + "0102" + "00" + "00" + "0106" + "0102" + "01");
        golden.put(new ClusterRecord.FactorChosen(ID, true),
            "140011" + "0102030405060708090a0b0c0d0e0f10" + "01");
        golden.put(new ClusterRecord.JoinTokenIssued("t", "ff", 1_000),
            "290007" + "0174" + "026666" + "d00f");
        golden.put(new ClusterRecord.JoinTokenUsed("t", ID),
            "2a0012" + "0174" + "0102030405060708090a0b0c0d0e0f10");
        golden.put(new ClusterRecord.JoinTokenRemoved("t"), "2b0002" + "0174");
        golden.put(new TopicDeleted(ID), "070010" + "0102030405060708090a0b0c0d0e0f10");
        golden.put(new ConfigSet(ConfigResource.topic("t"), "k", "v"),
            "080007" + "02" + "0174" + "016b" + "0176");
        golden.put(new ConfigRemoved(ConfigResource.group("g"), "k"),
            "090005" + "20" + "0167" + "016b");
        golden.put(new LeaderEpochsRaised(300), "0a0002d804");
        golden.put(new ProducerIdsGranted(1, 5000, 1000), "0b0005" + "02" + "8827" + "e807");
        golden.put(new NodeRegistered(new NodeImage(1, ID, ID, 7, List.of(), "r",
            NodeImage.State.FENCED)),
            "03012602" + "0102030405060708090a0b0c0d0e0f10" + "0700" + "0172"
                + "0102030405060708090a0b0c0d0e0f10" + "01");
        golden.put(new ClusterRecord.NodeFenced(300), "0c0002d804");
        golden.put(new ClusterRecord.NodeUnfenced(1), "0d000102");
        golden.put(new ClusterRecord.NodeLeaving(1), "0e000102");
        golden.put(new ClusterRecord.NodeUnregistered(1), "0f000102");
        golden.put(new ClusterRecord.DirectoryRemoved(ID, 300),
            "110012" + "0102030405060708090a0b0c0d0e0f10" + "d804");
        golden.put(new ClusterRecord.PartitionsChanged(ID, List.of(
            new ClusterRecord.ChangedPartition(1, ALONE),
            new ClusterRecord.ChangedPartition(300, ALONE))),
            "100026" + "0102030405060708090a0b0c0d0e0f10" + "02" + "01" + "02000001020102"
                + "0000" + "ac02" + "02000001020102" + "0000");
        golden.put(new ClusterRecord.PartitionsChanged(ID, List.of(
            new ClusterRecord.ChangedPartition(1, MOVING))),
            "100121" + "0102030405060708090a0b0c0d0e0f10" + "01" + "01" + "020102" + "03020406"
                + "0102" + "00" + "00" + "0106" + "0102");
        return golden;
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    @Test void facts_are_written_as_they_always_were() {
        golden().forEach((fact, hex) -> {
            var out = new FactWriter();
            FactCodec.write(fact, out, new FactWriter());
            assertEquals(hex, hex(out.copy()), fact.toString());
        });
    }

    @Test void facts_are_read_as_they_always_were() throws Undecodable {
        for (var entry : golden().entrySet()) {
            assertEquals(entry.getKey(), FactCodec.read(new FactReader(bytes(entry.getValue()))));
        }
    }

    @Test void a_batch_is_written_as_it_always_was() throws Undecodable {
        var batch = new MetadataBatch(3, 300,
            List.of(new TopicDeleted(ID), new ClusterFormed("abc")));
        var golden = "01" + "03" + "ac02" + "02" + "070010" + "0102030405060708090a0b0c0d0e0f10"
            + "01000403616263";
        assertEquals(golden, hex(batch.encode()));
        assertEquals(batch, MetadataBatch.decode(bytes(golden)));
    }

    @Test void a_hundred_thousand_equal_partitions_are_few_bytes_and_one_object()
        throws Undecodable {
        var created = new TopicCreated("t", ID, Collections.nCopies(100_000, ALONE));
        var batch = new MetadataBatch(1, 0, List.of(created)).encode();
        assertEquals(true, batch.remaining() < 64);
        var read = (TopicCreated) MetadataBatch.decode(batch).facts().getFirst();
        assertEquals(100_000, read.partitions().size());
        assertSame(read.partitions().getFirst(), read.partitions().getLast());
    }

    @Test void what_a_newer_version_wrote_is_refused() {
        assertThrows(Undecodable.class, () -> MetadataBatch.decode(bytes("02000000")), "format");
        assertThrows(Undecodable.class, () -> MetadataBatch.decode(bytes("0100000163000100")),
            "kind");
        assertThrows(Undecodable.class, () -> MetadataBatch.decode(bytes("0100000101010403616263")),
            "version");
        assertThrows(Undecodable.class,
            () -> MetadataBatch.decode(bytes("010000010100050361626300")),
            "more fields");
    }

    @Test void every_cut_of_a_batch_is_refused() {
        var whole = new MetadataBatch(3, 300, List.copyOf(golden().keySet())).encode();
        for (int size = 0; size < whole.remaining(); size++) {
            var cut = whole.slice(0, size);
            assertThrows(Undecodable.class, () -> MetadataBatch.decode(cut));
        }
    }

    @Test void damaged_bytes_are_read_or_refused_but_nothing_else_happens() {
        var chance = new SplittableRandom(1);
        var whole = new MetadataBatch(3, 300, List.copyOf(golden().keySet())).encode();
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = new byte[whole.remaining()];
            whole.duplicate().get(damaged);
            for (int hits = chance.nextInt(1, 4); hits > 0; hits--) {
                damaged[chance.nextInt(damaged.length)] = (byte) chance.nextInt();
            }
            try {
                MetadataBatch.decode(ByteBuffer.wrap(damaged));
            } catch (Undecodable expected) {
                refused++;
            }
        }
        assertEquals(true, refused > 1_000);
    }

    @Test void numbers_of_any_size_come_back() throws Undecodable {
        long[] values = {0, 1, -1, 63, 64, -64, -65, 127, 128, Integer.MAX_VALUE, Long.MAX_VALUE,
                Long.MIN_VALUE};
        var out = new FactWriter();
        for (long value : values)
            out.signed(value);
        var in = new FactReader(out.copy());
        for (long value : values)
            assertEquals(value, in.signed());
        var tooLong = new FactReader(bytes("ffffffffffffffffffff01"));
        assertThrows(Undecodable.class, tooLong::unsigned);
    }
}
