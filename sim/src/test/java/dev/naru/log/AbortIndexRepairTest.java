package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.sim.SimDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The index of aborted transactions is derived: whatever happens to its files, readers of committed
/// data are told the same.
final class AbortIndexRepairTest {
    private static final LogSettings SMALL = LogSettings.standard().withSegmentBytes(1_000)
        .withIndex(10_000, 100).withRetention(-1, -1);
    private static final int ENTRY = AbortIndex.ENTRY_BYTES;

    private final LogYard yard = new LogYard(1, SMALL);
    private final int[] sequences = new int[5];

    AbortIndexRepairTest() throws DiskFault {
        for (int number = 0; number < 60; number++) {
            int producer = number % 4;
            write(producer);
            if (number % 3 == 2) end(producer, number % 2 == 0);
            // open through several segments
            if (number % 20 == 5) write(4);
            if (number % 20 == 19) end(4, false);
        }
        yard.flush();
    }

    private void write(int producer) throws DiskFault {
        yard.append(new BatchBuilder(0).producer(producer, (short) 0, sequences[producer]++)
            .transactional().append(yard.wallMs, null, LogYard.bytes("value")).build());
    }

    private void end(int producer, boolean isCommitted) throws DiskFault {
        yard.append(new TransactionMarker(producer, (short) 0, 0, isCommitted, 0)
            .batch(yard.wallMs));
    }

    /// What readers of committed data are told, from the start to the end.
    private List<AbortedTransaction> told() throws DiskFault {
        var told = new LinkedHashSet<AbortedTransaction>();
        long end = yard.log.logEndOffset();
        long next = yard.log.logStartOffset();
        while (yard.log.read(next, 300, end, true) instanceof Read.Found found) {
            told.addAll(yard.log.abortedIn(found, end));
            next = LogYard.batchesIn(found).getLast().nextOffset();
        }
        return new ArrayList<>(told);
    }

    private List<String> indexes() {
        return yard.disk.list(LogYard.DIRECTORY).stream()
            .filter(name -> name.endsWith(LogFiles.ABORT_INDEX))
            .map(name -> LogYard.DIRECTORY + "/" + name).toList();
    }

    private void restartWithAll(Damage damage) throws DiskFault {
        yard.restart();
        for (var path : indexes())
            damage.to(yard.disk, path);
    }

    private interface Damage {
        void to(SimDisk disk, String path) throws DiskFault;
    }

    @Test void there_are_several_indexes_and_sound_ones_are_left_alone() throws Exception {
        var before = told();
        assertTrue(before.size() > 10);
        assertTrue(indexes().size() > 3 || yard.log.sizeBytes() > 4_000);

        yard.restart();

        assertTrue(indexes().size() > 3, indexes().toString());
        assertEquals(before, told());
        assertFalse(yard.saw(LogEvent.AbortIndexRebuilt.class));
    }

    @Test void a_spoilt_entry_below_the_recovery_point_is_noticed_and_made_anew() throws Exception {
        var before = told();
        // version, producer id, first offset, last offset, last stable offset: out of any bound
        for (int at : new int[]{1, 2, 10, 18, 26}) {
            restartWithAll((disk, path) -> disk.flipBit(path, at, at == 18 ? 6 : 7));

            assertEquals(before, told(), "byte " + at);
            assertTrue(yard.saw(LogEvent.AbortIndexRebuilt.class), "byte " + at);
            yard.events.clear();
            yard.restart();
            assertEquals(before, told(), "byte " + at);
            assertFalse(yard.saw(LogEvent.AbortIndexRebuilt.class), "what was made anew is sound");
        }
    }

    @Test void a_torn_or_zeroed_or_foreign_file_is_made_anew() throws Exception {
        var before = told();
        List<Damage> damages = List.of(
            (disk, path) -> disk.file(path).truncate(ENTRY - 1),
            (disk, path) -> disk.file(path).write(0, ByteBuffer.allocate(ENTRY)),
            (disk, path) -> disk.file(path).write(disk.file(path).sizeBytes(),
                ByteBuffer.allocate(7)),
            (disk, path) -> disk.file(path).write(0, LogYard.bytes("x".repeat(100))));
        for (var damage : damages) {
            restartWithAll(damage);

            assertEquals(before, told());
            assertTrue(yard.saw(LogEvent.AbortIndexRebuilt.class));
            yard.events.clear();
        }
    }

    @Test void after_a_crash_an_index_that_ends_in_damage_is_completed() throws Exception {
        var before = told();
        yard.log.checkpoint();
        yard.flush();
        yard.record();
        for (var path : indexes())
            yard.disk.file(path).write(0, ByteBuffer.allocate(ENTRY));
        yard.killed();
        end(0, false);
        yard.flush();
        yard.restart();

        assertEquals(before, told().subList(0, before.size()));
    }

    @Test void with_a_full_disk_readers_are_still_told_and_the_file_waits_for_room()
        throws Exception {
        var before = told();
        restartWithAll((disk, path) -> disk.flipBit(path, 2, 7));
        yard.disk.capacityBytes(0);

        assertEquals(before, told());

        yard.disk.capacityBytes(1L << 40);
        write(3);
        end(3, true);
        yard.flush();
        yard.restart();
        yard.events.clear();
        assertEquals(before, told());
        assertFalse(yard.saw(LogEvent.AbortIndexRebuilt.class));
    }
}
