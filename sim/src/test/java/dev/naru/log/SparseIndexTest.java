package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SparseIndexTest {
    private final SimDisk disk = new SimDisk(new SimEntropy(1));

    @Test void an_entry_has_kafkas_bytes() throws Exception {
        var offsets = SparseIndex.empty(disk.file("o"), SparseIndex.OFFSET_KEY_BYTES);
        offsets.append(5, 300);
        offsets.append(9, 700);
        offsets.save();
        var times = SparseIndex.empty(disk.file("t"), SparseIndex.TIME_KEY_BYTES);
        times.append(0x0102030405060708L, 9);
        times.save();

        assertEquals("000000050000012c" + "00000009000002bc", hex("o"));
        assertEquals("0102030405060708" + "00000009", hex("t"));
    }

    @Test void the_entry_at_or_below_a_key_is_found_in_the_file_and_on_the_heap() throws Exception {
        for (long seed = 1; seed <= 40; seed++) {
            var chance = new SimEntropy(seed);
            var file = disk.file("i" + seed);
            int keyBytes = chance.oneIn(2)
                ? SparseIndex.OFFSET_KEY_BYTES
                : SparseIndex.TIME_KEY_BYTES;
            var index = SparseIndex.empty(file, keyBytes);
            var model = new TreeMap<Long, Integer>();
            long key = chance.below(5);
            int count = chance.below(4_000);
            for (int number = 0; number < count; number++) {
                index.append(key, number);
                model.put(key, number);
                key += 1 + chance.below(chance.oneIn(50) ? 10_000 : 4);
                if (chance.oneIn(300)) index.save();
                if (chance.oneIn(100)) check(index, model, chance);
            }
            check(index, model, chance);
            index.save();
            check(SparseIndex.open(file, keyBytes), model, chance);
        }
    }

    @Test void cutting_leaves_the_entries_below() throws Exception {
        for (int saved = 0; saved <= 20; saved++) {
            var file = disk.file("c" + saved);
            file.write(0, ByteBuffer.allocate(0));
            var index = SparseIndex.empty(file, SparseIndex.OFFSET_KEY_BYTES);
            for (int number = 0; number < 20; number++) {
                index.append(number * 2L, number);
                if (number + 1 == saved) index.save();
            }
            index.cutFromKey(13);
            assertEquals(7, index.count());
            index.append(50, 50);
            assertEquals(7, index.floor(99));
            assertEquals(50, index.value(7));
            assertTrue(index.isSorted(true));
        }
    }

    @Test void preallocated_zeros_are_not_entries() throws Exception {
        var file = disk.file("z");
        var bytes = ByteBuffer.allocate(8_000);
        bytes.putInt(4).putInt(100).putInt(8).putInt(200).clear();
        file.write(0, bytes);

        var index = SparseIndex.open(file, SparseIndex.OFFSET_KEY_BYTES);

        assertEquals(2, index.count());
        assertEquals(1, index.floor(1_000));
        file.write(0, ByteBuffer.allocate(16));
        assertEquals(0, SparseIndex.open(file, SparseIndex.OFFSET_KEY_BYTES).count());
    }

    @Test void a_full_disk_leaves_entries_on_the_heap() throws Exception {
        var index = SparseIndex.empty(disk.file("f"), SparseIndex.OFFSET_KEY_BYTES);
        index.append(1, 10);
        disk.capacityBytes(0);
        try {
            index.save();
        } catch (DiskFault full) {
            assertEquals(DiskFault.Kind.FULL, full.kind());
        }
        assertFalse(index.isSaved());
        index.append(2, 20);
        assertEquals(20, index.value(index.floor(2)));
        disk.capacityBytes(1_000);
        index.save();
        assertEquals("000000010000000a" + "0000000200000014", hex("f"));
    }

    private static void check(SparseIndex index, NavigableMap<Long, Integer> model,
        SimEntropy chance)
        throws DiskFault {
        assertEquals(model.size(), index.count());
        long top = model.isEmpty() ? 10 : model.lastKey() + 10;
        for (int look = 0; look < 20; look++) {
            long key = Math.floorMod(chance.nextLong(), top) - 2;
            var expected = model.floorEntry(key);
            int slot = index.floor(key);
            if (expected == null) {
                assertEquals(-1, slot);
                continue;
            }
            assertEquals(expected.getKey(), index.key(slot));
            assertEquals(expected.getValue(), index.value(slot));
            assertEquals(slot, index.floorOfValue(index.value(slot)));
        }
    }

    private String hex(String path) throws DiskFault {
        var bytes = ByteBuffer.allocate((int) disk.file(path).sizeBytes());
        disk.file(path).read(0, bytes);
        return HexFormat.of().formatHex(bytes.array());
    }
}
