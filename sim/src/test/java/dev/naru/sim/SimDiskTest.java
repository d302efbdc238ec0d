package dev.naru.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What a crash takes and what it leaves.
final class SimDiskTest {
    private static final int PAGE = 4096;

    @Test void a_kill_loses_nothing() throws Exception {
        var disk = new SimDisk(new SimEntropy(1));
        disk.file("a").write(0, ByteBuffer.wrap(new byte[]{1, 2, 3}));

        disk.kill();

        assertEquals(3, disk.file("a").sizeBytes());
    }

    @Test void what_was_flushed_survives_a_power_cut() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SimEntropy(seed));
            var file = written(disk, 3 * PAGE, 7);
            disk.flushNow(List.of(file), List.of(""));
            file.write(PAGE, filled(PAGE, 8));

            disk.losePower();

            assertEquals(3L * PAGE, file.sizeBytes());
            assertEquals(7, byteAt(file, 0));
            assertEquals(7, byteAt(file, 2 * PAGE));
        }
    }

    @Test void pages_sizes_and_names_are_lost_each_on_its_own() throws Exception {
        var outcomes = new TreeSet<String>();
        for (long seed = 0; seed < 400; seed++) {
            var disk = new SimDisk(new SimEntropy(seed));
            var file = written(disk, PAGE, 1);
            disk.flushNow(List.of(file), List.of(""));
            file.write(PAGE, filled(2 * PAGE, 1));
            disk.file("b").write(0, filled(1, 1));
            disk.losePower();
            long size = file.sizeBytes();
            outcomes.add(size == PAGE ? "old size" : size == 3 * PAGE ? "new size" : "between");
            if (size == 3 * PAGE) {
                outcomes.add("pages " + byteAt(file, PAGE) + byteAt(file, 2 * PAGE));
            }
            outcomes.add(disk.exists("b") ? "name" : "no name");
        }
        assertTrue(outcomes.containsAll(List.of("old size", "new size", "between", "pages 00",
            "pages 01", "pages 10", "pages 11", "name", "no name")), outcomes.toString());
    }

    @Test void a_flush_covers_only_what_was_written_before_it_was_asked_for() throws Exception {
        boolean wasLost = false;
        for (long seed = 0; seed < 100; seed++) {
            var disk = new SimDisk(new SimEntropy(seed));
            var file = written(disk, PAGE, 1);
            var loop = new TurnLoop();
            disk.flush(List.of(file), List.of(""), loop, fault -> {
            });
            file.write(0, filled(PAGE, 2));
            loop.turn();
            disk.losePower();
            wasLost |= byteAt(file, 0) != 2;
            assertTrue(byteAt(file, 0) != 0, "what was asked for is there");
        }
        assertTrue(wasLost);
    }

    @Test void a_failed_flush_forgets_pages_that_no_later_flush_saves() throws Exception {
        boolean wasLost = false;
        for (long seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SimEntropy(seed));
            var file = written(disk, PAGE, 1);
            disk.flushNow(List.of(file), List.of(""));
            file.write(0, filled(PAGE, 2));
            disk.failNextFlush();
            var fault = assertThrows(DiskFault.class,
                () -> disk.flushNow(List.of(file), List.of()));
            assertEquals(DiskFault.Kind.FAILED, fault.kind());
            disk.flushNow(List.of(file), List.of());
            disk.losePower();
            wasLost |= byteAt(file, 0) == 1;
        }
        assertTrue(wasLost);
    }

    @Test void a_full_disk_takes_a_part_and_says_so() throws Exception {
        var disk = new SimDisk(new SimEntropy(1));
        disk.capacityBytes(100);
        var file = written(disk, 90, 1);

        var fault = assertThrows(DiskFault.class, () -> file.write(90, filled(20, 2)));

        assertEquals(DiskFault.Kind.FULL, fault.kind());
        file.truncate(0);
        assertEquals(100, disk.usableBytes());
    }

    @Test void a_slice_outlives_its_file() throws Exception {
        var disk = new SimDisk(new SimEntropy(1));
        var slice = written(disk, 10, 5).slice(2, 3);
        disk.delete("a");

        assertEquals(ByteBuffer.wrap(new byte[]{5, 5, 5}), SimDisk.bytesOf(slice));
        assertEquals(1, disk.leasesHeld());
        slice.discard();
        assertEquals(0, disk.leasesHeld());
    }

    @Test void the_same_seed_gives_the_same_loss() throws Exception {
        assertEquals(lossOf(7), lossOf(7));
        var losses = new TreeSet<String>();
        for (long seed = 0; seed < 20; seed++)
            losses.add(lossOf(seed));
        assertTrue(losses.size() > 3);
    }

    @Test void a_killed_life_hears_no_answer() throws Exception {
        var disk = new SimDisk(new SimEntropy(1));
        var file = written(disk, 10, 5);
        var loop = new TurnLoop();
        var heard = new boolean[1];
        disk.flush(List.of(file), List.of(), loop, fault -> heard[0] = true);

        disk.kill();
        loop.turn();

        assertFalse(heard[0]);
    }

    private static String lossOf(long seed) throws DiskFault {
        var disk = new SimDisk(new SimEntropy(seed));
        for (var name : List.of("a", "b", "c"))
            disk.file(name).write(0, filled(5 * PAGE, 1));
        disk.losePower();
        var text = new StringBuilder();
        for (var name : disk.list(""))
            text.append(name).append(disk.file(name).sizeBytes());
        return text.toString();
    }

    private static DiskFile written(SimDisk disk, int sizeBytes, int value) throws DiskFault {
        var file = disk.file("a");
        file.write(0, filled(sizeBytes, value));
        return file;
    }

    private static ByteBuffer filled(int sizeBytes, int value) {
        var bytes = new byte[sizeBytes];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private static int byteAt(DiskFile file, int position) throws DiskFault {
        var into = ByteBuffer.allocate(1);
        file.read(position, into);
        return into.get(0);
    }
}
