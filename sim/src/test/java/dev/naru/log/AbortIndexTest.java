package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AbortIndexTest {
    private final SimDisk disk = new SimDisk(new SimEntropy(1));
    private final DiskFile file = disk.file("00000000000000000000.txnindex");

    @Test void an_entry_has_kafkas_bytes() throws Exception {
        var index = AbortIndex.empty(file);
        index.append(new AbortedTransaction(5, 0x10, 0x20, 0x30));
        index.save();

        var bytes = ByteBuffer.allocate(100);
        assertEquals(34, file.read(0, bytes));
        assertEquals("0000" + "0000000000000005" + "0000000000000010" + "0000000000000020"
            + "0000000000000030", HexFormat.of().formatHex(bytes.array(), 0, 34));
    }

    @Test void those_that_meet_a_stretch_are_found_saved_or_not() throws Exception {
        var index = filled(300);
        assertEquals(300, index.count());
        assertEquals(List.of(20L, 22L, 24L), firstOffsets(index, 21, 25));
        assertEquals(List.of(598L), firstOffsets(index, 599, 10_000));
        assertEquals(List.of(), firstOffsets(index, 600, 10_000));
        index.save();
        assertEquals(List.of(20L, 22L, 24L), firstOffsets(AbortIndex.stored(file), 21, 25));
    }

    @Test void the_last_stable_offset_says_when_no_later_segment_matters() throws Exception {
        var index = filled(10);

        assertTrue(index.collect(0, 20, new ArrayList<>()));
        assertFalse(index.collect(0, 21, new ArrayList<>()));
    }

    @Test void it_is_cut_at_a_marker() throws Exception {
        var index = filled(300);
        index.cutFrom(401);
        assertEquals(200, index.count());
        assertEquals(List.of(398L), firstOffsets(index, 398, 10_000));

        index.cutFrom(0);
        assertEquals(0, index.count());
        assertEquals(0, file.sizeBytes());
    }

    @Test void what_cannot_be_an_entry_ends_it() throws Exception {
        var index = filled(10);
        index.save();
        file.write(34 * 4, ByteBuffer.allocate(34));
        var torn = AbortIndex.stored(file);
        torn.cutFrom(1_000);

        assertEquals(4, torn.count());
        assertEquals(34 * 4, file.sizeBytes());
    }

    @Test void a_change_has_to_be_flushed_once() throws Exception {
        var index = filled(1);
        assertFalse(index.takeUnflushed());
        index.save();
        assertTrue(index.takeUnflushed());
        assertFalse(index.takeUnflushed());
        index.cutFrom(0);
        assertTrue(index.takeUnflushed());
    }

    /// Transactions of one record each: data at 2n, the marker behind it.
    private AbortIndex filled(int count) throws DiskFault {
        var index = AbortIndex.empty(file);
        for (int number = 0; number < count; number++) {
            index.append(new AbortedTransaction(9, number * 2L, number * 2L + 1, number * 2L + 2));
            if (index.hasPageful()) index.save();
        }
        index.takeUnflushed();
        return index;
    }

    private static List<Long> firstOffsets(AbortIndex index, long from, long upTo)
        throws DiskFault {
        var found = new ArrayList<AbortedTransaction>();
        index.collect(from, upTo, found);
        return found.stream().map(AbortedTransaction::firstOffset).toList();
    }
}
