package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.sim.PowerCut;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CompactionTest {
    private static final LogSettings COMPACTED = LogSettings.standard().withSegmentBytes(800)
        .withIndex(10_000, 100).withRetention(-1, -1).withCleanup(false, true, 1_000);

    private final LogYard yard;

    CompactionTest() throws DiskFault {
        yard = new LogYard(1, COMPACTED);
    }

    @Test void of_each_key_only_the_newest_record_stays_in_closed_segments() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k" + number % 4, "v" + number);
        yard.log.roll(yard.now());
        long before = yard.log.sizeBytes();

        yard.compactFully();

        assertEquals(List.of("v36", "v37", "v38", "v39"), yard.values());
        assertEquals(40, yard.log.logEndOffset());
        assertTrue(yard.log.sizeBytes() < before / 3);
        assertEquals(List.of("v38", "v39"), yard.valuesFrom(38));
        assertFalse(yard.saw(LogEvent.BadBatch.class));
    }

    @Test void the_active_segment_and_what_is_not_recorded_stay_as_they_are() throws Exception {
        for (int number = 0; number < 4; number++)
            put("k", "v" + number);
        assertFalse(yard.log.compact(4, LogYard.NO_CODECS, yard.now()), "the active segment");

        yard.log.roll(yard.now());
        put("k", "v4");
        assertFalse(yard.log.compact(5, LogYard.NO_CODECS, yard.now()), "not flushed");
        yard.log.checkpoint();
        yard.flush();
        assertFalse(yard.log.compact(5, LogYard.NO_CODECS, yard.now()), "not recorded");
        yard.record();
        assertTrue(yard.log.compact(5, LogYard.NO_CODECS, yard.now()));
    }

    @Test void part_of_a_batch_stays_with_its_offsets_sequences_and_times() throws Exception {
        yard.append(new BatchBuilder(0).producer(9, (short) 2, 5)
            .append(100, LogYard.bytes("a"), LogYard.bytes("1"))
            .append(101, LogYard.bytes("b"), LogYard.bytes("2"))
            .append(102, LogYard.bytes("a"), LogYard.bytes("3")).build());
        put("b", "4");
        yard.log.roll(yard.now());
        put("c", "5");

        yard.compactFully();

        var batch = yard.batchesFrom(0, 10_000).getFirst();
        assertEquals(1, batch.recordCount());
        assertEquals(0, batch.baseOffset());
        assertEquals(2, batch.lastOffset());
        assertEquals(7, batch.lastSequence());
        assertEquals(102, batch.maxTimestamp());
        assertTrue(batch.crcMatches());
        assertEquals(List.of("3", "4", "5"), yard.values());
        assertInstanceOf(AppendPlan.Accept.class, yard.plan(
            new BatchBuilder(0).producer(9, (short) 2, 8).append(1, null, null).build()));
    }

    @Test void a_tombstone_goes_after_its_time_in_a_later_pass() throws Exception {
        put("k", "v");
        yard.append(new BatchBuilder(0).append(yard.wallMs, LogYard.bytes("k"), null).build());
        yard.log.roll(yard.now());
        put("x", "1");
        yard.compactFully();
        assertEquals(List.of("null", "1"), yard.values());

        yard.wallMs += 1_001;
        yard.log.roll(yard.now());
        for (int number = 0; number < 4; number++)
            put("y", "2" + number);
        yard.log.roll(yard.now());
        yard.compactFully();

        assertEquals(List.of("1", "23"), yard.values());
    }

    @Test void markers_and_transactional_records_stay() throws Exception {
        yard.append(new BatchBuilder(0).producer(9, (short) 0, 0).transactional()
            .append(1, LogYard.bytes("k"), LogYard.bytes("t")).build());
        put("k", "v1");
        put("k", "v2");
        yard.log.roll(yard.now());

        yard.compactFully();

        assertEquals(List.of("t", "v2"), yard.values());
    }

    @Test void a_damaged_batch_stops_compaction_and_is_reported() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k", "v" + number);
        yard.log.roll(yard.now());
        yard.disk.flipBit("topic-3/00000000000000000000.log", 70, 1);

        yard.compactFully();

        assertTrue(yard.saw(LogEvent.BadBatch.class));
        assertEquals(40, yard.batchesFrom(0, 1_000).size());
    }

    @Test void a_full_disk_puts_it_off() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k", "v" + number);
        yard.log.roll(yard.now());
        yard.log.checkpoint();
        yard.flush();
        yard.record();
        yard.disk.capacityBytes(1);
        while (yard.log.compact(40, LogYard.NO_CODECS, yard.now())) {
            // goes on until the disk refuses
        }
        assertEquals(40, yard.values().size());

        yard.disk.capacityBytes(1_000_000);
        yard.compactFully();
        assertEquals(List.of("v39"), yard.values());
    }

    @Test void a_power_cut_at_any_operation_leaves_each_segment_old_or_new() throws Exception {
        int cuts = 0;
        for (long seed = 1; seed <= 4; seed++) {
            for (long operation = 1;; operation++) {
                var story = new Story(seed);
                story.yard.disk.cutPowerAt(operation);
                if (!story.isCut()) break;
                cuts++;
                story.recoverAndCheck("seed " + seed + " operation " + operation);
            }
        }
        assertTrue(cuts > 300, "cuts: " + cuts);
    }

    private void put(String key, String value) throws DiskFault {
        yard.append(new BatchBuilder(0)
            .append(yard.wallMs, LogYard.bytes(key), LogYard.bytes(value)).build());
    }

    /// Keyed records, cleaned while more arrive, and what must be left of them.
    private static final class Story {
        private final LogYard yard;
        private final SimEntropy chance;
        private final TreeMap<Long, String> keys = new TreeMap<>();
        private final TreeMap<Long, String> values = new TreeMap<>();
        private final TreeSet<String> seenKeys = new TreeSet<>();
        private long flushedEnd;

        Story(long seed) throws DiskFault {
            yard = new LogYard(seed, COMPACTED);
            chance = new SimEntropy(seed + 100);
        }

        boolean isCut() throws DiskFault {
            try {
                for (int step = 0; step < 250; step++)
                    step();
                return false;
            } catch (PowerCut cut) {
                return true;
            }
        }

        private void step() throws DiskFault {
            yard.wallMs += 10;
            switch (chance.below(10)) {
                case 0, 1 -> {
                    long end = yard.log.logEndOffset();
                    yard.flush();
                    flushedEnd = end;
                    yard.record();
                }
                case 2 -> yard.log.checkpoint();
                case 3, 4, 5 -> yard.log.compact(flushedEnd, LogYard.NO_CODECS, yard.now());
                default -> append();
            }
        }

        private void append() throws DiskFault {
            var builder = new BatchBuilder(0);
            long base = yard.log.logEndOffset();
            for (int number = 0; number < 1 + chance.below(4); number++) {
                var key = "k" + chance.below(6);
                var value = chance.oneIn(4) ? null : "value" + (base + number);
                long offset = base + builder.recordCount();
                keys.put(offset, key);
                values.put(offset, String.valueOf(value));
                builder.append(yard.wallMs, LogYard.bytes(key),
                    value == null ? null : LogYard.bytes(value));
            }
            yard.append(builder.build());
        }

        void recoverAndCheck(String name) throws DiskFault, Unreadable {
            yard.lostPower();
            check(name);
            yard.log.roll(yard.now());
            yard.compactFully();
            check(name + " cleaned");
        }

        private void check(String name) throws DiskFault, Unreadable {
            long end = yard.log.logEndOffset();
            assertTrue(end >= flushedEnd, name + ": flushed records are lost");
            var left = new TreeMap<String, Long>();
            for (var batch : yard.batchesFrom(yard.log.logStartOffset(), 5_000)) {
                try (var cursor = new RecordCursor(LogYard.NO_CODECS)) {
                    cursor.open(batch);
                    while (cursor.next())
                        left.put(check(name, cursor), cursor.offset());
                }
            }
            for (var key : keys.headMap(end).values())
                seenKeys.add(key);
            for (var key : seenKeys)
                check(name, key, left.getOrDefault(key, -1L), end);
            assertFalse(yard.saw(LogEvent.BadBatch.class), name);
            assertFalse(yard.saw(LogEvent.FlushedBytesMissing.class), name);
        }

        private String check(String name, RecordCursor cursor) {
            var key = text(cursor.key());
            assertEquals(keys.get(cursor.offset()), key, name);
            assertEquals(values.get(cursor.offset()), text(cursor.value()), name);
            return key;
        }

        private void check(String name, String key, long left, long end) {
            long newest = -1;
            for (var entry : keys.headMap(end).entrySet()) {
                if (entry.getValue().equals(key)) newest = entry.getKey();
            }
            if (left == newest) return;
            if (newest >= flushedEnd && newest < yard.log.logStartOffset()) return;
            boolean isDeleted = left == -1 && "null".equals(values.get(newest));
            assertTrue(isDeleted, name + ": the newest of " + key + " is not at " + left);
        }

        private static String text(@Nullable ByteBuffer bytes) {
            return bytes == null ? "null" : StandardCharsets.UTF_8.decode(bytes).toString();
        }
    }
}
