package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import dev.naru.record.RecordCursor;
import dev.naru.sim.SimCodecs;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CleaningTest {
    static final CleaningRules RULES = new CleaningRules(1_000, 0.5, 0, Long.MAX_VALUE);
    static final LogSettings COMPACTED = LogSettings.standard().withSegmentBytes(800)
        .withIndex(10_000, 100).withRetention(-1, -1).withCleanup(false, true, RULES);

    private final LogYard yard;

    CleaningTest() throws DiskFault {
        yard = new LogYard(1, COMPACTED);
    }

    @Test void of_each_key_only_the_newest_record_stays_in_closed_segments() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k" + number % 4, "v" + number);
        yard.log.roll(yard.now());
        long before = yard.log.sizeBytes();

        yard.cleanFully();

        assertEquals(List.of("v36", "v37", "v38", "v39"), yard.values());
        assertEquals(40, yard.log.logEndOffset());
        assertTrue(yard.log.sizeBytes() < before / 3);
        assertEquals(List.of("v38", "v39"), yard.valuesFrom(38));
        assertFalse(yard.saw(LogEvent.BadBatch.class));
        assertEquals(40, yard.log.cleanedUpTo());
    }

    @Test void the_active_segment_and_what_is_not_recorded_stay_as_they_are() throws Exception {
        for (int number = 0; number < 4; number++)
            put("k", "v" + number);
        assertEquals(0, look().dirtyBytes(), "the active segment");

        yard.log.roll(yard.now());
        put("k", "v4");
        assertEquals(0, look().dirtyBytes(), "not flushed");
        yard.log.checkpoint();
        yard.flush();
        assertEquals(0, look().dirtyBytes(), "not recorded");
        yard.record();
        assertEquals(4, look().endOffset());
        assertTrue(look().dirtyBytes() > 0);
    }

    @Test void a_log_is_worth_cleaning_by_its_dirty_share_or_its_age() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k" + number, "v");
        yard.cleanFully();
        for (int number = 0; number < 5; number++)
            put("k" + number, "w");
        roll();

        assertTrue(look().dirtyRatio() < 0.5);
        assertFalse(look().isWorthIt(RULES));
        assertTrue(look().isWorthIt(new CleaningRules(0, 0.05, 0, Long.MAX_VALUE)));
        yard.settings = COMPACTED.withCleanup(false, true, new CleaningRules(0, 0.5, 0, 500));
        yard.log.settings(yard.settings);
        assertFalse(look().isWorthIt(RULES));
        yard.wallMs += 501;
        assertTrue(look().isOverdue());
        assertTrue(look().isWorthIt(RULES));
    }

    @Test void young_records_are_left_alone() throws Exception {
        yard.log.settings(COMPACTED.withCleanup(false, true,
            new CleaningRules(0, 0.5, 500, Long.MAX_VALUE)));
        put("k", "1");
        roll();
        yard.wallMs += 400;
        put("k", "2");
        roll();

        assertEquals(0, look().dirtyBytes());
        yard.wallMs += 101;
        assertEquals(1, look().endOffset());
    }

    @Test void an_old_active_segment_is_closed_to_be_cleaned() throws Exception {
        yard.log.settings(COMPACTED.withCleanup(false, true, new CleaningRules(0, 0.5, 0, 500)));
        put("k", "1");
        yard.wallMs += 400;
        assertFalse(yard.log.rollIfOverdue(yard.now()));
        yard.wallMs += 101;
        assertTrue(yard.log.rollIfOverdue(yard.now()));
        assertEquals(2, yard.log.segmentCount());
    }

    @Test void part_of_a_batch_stays_with_its_offsets_sequences_and_times() throws Exception {
        yard.append(new BatchBuilder(0).producer(9, (short) 2, 5)
            .append(100, LogYard.bytes("a"), LogYard.bytes("1"))
            .append(101, LogYard.bytes("b"), LogYard.bytes("2"))
            .append(102, LogYard.bytes("a"), LogYard.bytes("3")).build());
        put("b", "4");
        yard.log.roll(yard.now());
        put("c", "5");

        yard.cleanFully();

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

    @Test void a_compressed_batch_keeps_its_codec() throws Exception {
        yard.tools = new CleaningTools(new SimCodecs(), 1_000, 0.9, 400);
        yard.append(new BatchBuilder(0).append(1, LogYard.bytes("a"), LogYard.bytes("1"))
            .append(1, LogYard.bytes("b"), LogYard.bytes("2"))
            .build(new SimCodecs(), Codec.GZIP, 1));
        put("a", "3");

        yard.cleanFully();

        var batch = yard.batchesFrom(0, 10_000).getFirst();
        assertEquals(Codec.GZIP.id(), batch.codecId());
        try (var cursor = new RecordCursor(new SimCodecs())) {
            cursor.open(batch);
            assertTrue(cursor.next());
            assertEquals(1, cursor.offset());
            assertFalse(cursor.next());
        }
    }

    @Test void a_tombstone_gets_a_horizon_and_goes_once_it_is_past() throws Exception {
        put("k", "v");
        yard.append(new BatchBuilder(0).append(yard.wallMs, LogYard.bytes("k"), null).build());
        roll();
        put("x", "1");
        yard.cleanFully();
        assertEquals(List.of("null", "1"), yard.values());
        var batch = yard.batchesFrom(1, 10_000).getFirst();
        assertTrue(batch.hasDeleteHorizon());
        assertEquals(yard.wallMs + 1_000, batch.baseTimestamp());
        assertEquals(yard.wallMs, batch.maxTimestamp());

        yard.wallMs += 999;
        yard.cleanFully();
        assertEquals(List.of("null", "1"), yard.values());
        yard.wallMs += 1;
        yard.cleanFully();
        assertEquals(List.of("1"), yard.values());
    }

    @Test void records_without_a_key_go() throws Exception {
        yard.append(1, "nobody");
        put("k", "1");
        roll();

        yard.cleanFully();

        assertEquals(List.of("1"), yard.values());
    }

    @Test void small_neighbours_become_one_segment() throws Exception {
        for (int number = 0; number < 60; number++)
            put("k" + number % 5, "v" + number);
        roll();
        int before = yard.log.segmentCount();

        yard.cleanFully();

        assertTrue(before > 6, "segments " + before);
        assertEquals(2, yard.log.segmentCount());
        assertEquals(List.of("v55", "v56", "v57", "v58", "v59"), yard.values());
        assertFalse(yard.disk.list(LogYard.DIRECTORY).stream()
            .anyMatch(name -> name.endsWith(".merge") || name.endsWith(".cleaned")));
        yard.restart();
        assertEquals(List.of("v58", "v59"), yard.valuesFrom(57 + 1));
    }

    @Test void more_keys_than_fit_take_several_passes() throws Exception {
        yard.tools = new CleaningTools(LogYard.NO_CODECS, 7, 0.9, 400);
        for (int number = 0; number < 60; number++)
            put("k" + number % 20, "v" + number);
        roll();
        int passes = 0;
        while (look().dirtyBytes() > 0) {
            yard.clean();
            passes++;
        }

        assertTrue(passes > 2, "passes " + passes);
        assertEquals(20, yard.values().size());
        assertEquals("v59", yard.values().getLast());
    }

    @Test void a_batch_with_more_keys_than_fit_is_taken_all_the_same() throws Exception {
        yard.tools = new CleaningTools(LogYard.NO_CODECS, 2, 0.9, 400);
        var builder = new BatchBuilder(0);
        for (int number = 0; number < 9; number++)
            builder.append(1, LogYard.bytes("k" + number % 3), LogYard.bytes("v" + number));
        yard.append(builder.build());
        roll();

        yard.clean();

        assertEquals(List.of("v6", "v7", "v8"), yard.values());
    }

    @Test void the_last_batch_of_a_producer_stays_without_its_records() throws Exception {
        yard.append(new BatchBuilder(0).producer(9, (short) 2, 5)
            .append(100, LogYard.bytes("a"), LogYard.bytes("1")).build());
        yard.append(new BatchBuilder(0).producer(9, (short) 2, 6)
            .append(100, LogYard.bytes("a"), LogYard.bytes("2")).build());
        put("a", "3");
        roll();

        yard.cleanFully();

        var batches = yard.batchesFrom(0, 10_000);
        assertEquals(2, batches.size());
        assertEquals(0, batches.getFirst().recordCount());
        assertEquals(6, batches.getFirst().lastSequence());
        assertEquals(List.of("3"), yard.values());
        yard.killed();
        assertInstanceOf(AppendPlan.Duplicate.class,
            yard.plan(new BatchBuilder(0).producer(9, (short) 2, 6)
                .append(100, LogYard.bytes("a"), LogYard.bytes("2")).build()));
    }

    @Test void aborted_records_go_and_the_marker_when_its_time_has_come() throws Exception {
        transact(9, 0, "k", "aborted");
        end(9, false);
        put("k2", "v");
        roll();

        yard.cleanFully();
        assertEquals(List.of("v"), yard.values());
        assertEquals(1, countMarkers());

        yard.wallMs += 3_000;
        put("k3", "v");
        yard.log.settings(COMPACTED.withProducerExpirationMs(1));
        yard.log.producers();
        yard.cleanFully();
        yard.wallMs += 3_000;
        yard.cleanFully();
        assertEquals(0, countMarkers());
    }

    @Test void committed_records_count_and_keep_their_marker() throws Exception {
        put("k", "old");
        transact(9, 0, "k", "new");
        end(9, true);
        roll();

        yard.cleanFully();
        yard.wallMs += 3_000;
        yard.cleanFully();

        assertEquals(List.of("new"), yard.values());
        assertEquals(1, countMarkers());
    }

    @Test void an_aborted_record_replaces_nothing() throws Exception {
        put("k", "old");
        transact(9, 0, "k", "aborted");
        end(9, false);
        roll();

        yard.cleanFully();

        assertEquals(List.of("old"), yard.values());
    }

    @Test void nothing_from_an_undecided_transaction_on_is_touched() throws Exception {
        put("k", "1");
        put("k", "2");
        roll();
        transact(9, 0, "k", "open");
        put("k", "3");
        roll();

        yard.cleanFully();

        assertEquals(List.of("2", "open", "3"), yard.values());
    }

    @Test void a_damaged_batch_stops_cleaning_and_is_reported() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k", "v" + number);
        yard.log.roll(yard.now());
        yard.disk.flipBit("topic-3/00000000000000000000.log", 70, 1);

        yard.cleanFully();

        assertTrue(yard.saw(LogEvent.BadBatch.class));
        assertEquals(40, yard.batchesFrom(0, 1_000).size());
        assertTrue(yard.log.cleaning().look(40, yard.now()).isEmpty());
    }

    @Test void a_full_disk_puts_it_off() throws Exception {
        for (int number = 0; number < 40; number++)
            put("k", "v" + number);
        roll();
        yard.disk.capacityBytes(1);
        yard.clean();
        assertEquals(40, yard.values().size());

        yard.disk.capacityBytes(1_000_000);
        yard.cleanFully();
        assertEquals(List.of("v39"), yard.values());
    }

    @Test void a_pass_that_is_stopped_anywhere_leaves_nothing_behind() throws Exception {
        for (int steps = 0; steps < 60; steps++) {
            var other = new LogYard(steps, COMPACTED);
            for (int number = 0; number < 60; number++) {
                other.append(new BatchBuilder(0).append(other.wallMs,
                    LogYard.bytes("k" + number % 5), LogYard.bytes("v" + number)).build());
            }
            other.log.roll(other.now());
            other.log.checkpoint();
            other.flush();
            other.record();
            other.beginCleaning();
            for (int step = 0; step < steps && other.cleanStep(); step++) {
                // up to where it is stopped
            }
            other.restart();

            assertFalse(other.disk.list(LogYard.DIRECTORY).stream()
                .anyMatch(name -> name.endsWith(".merge") || name.endsWith(".cleaned")));
            var values = other.values();
            assertEquals(List.of("v55", "v56", "v57", "v58", "v59"),
                values.subList(values.size() - 5, values.size()));
            other.cleanFully();
            assertEquals(5, other.values().size());
        }
    }

    private Cleanable look() throws DiskFault {
        return yard.log.cleaning().look(yard.log.logEndOffset(), yard.now()).orElseThrow();
    }

    private void roll() throws DiskFault {
        yard.log.roll(yard.now());
        yard.log.checkpoint();
        yard.flush();
        yard.record();
    }

    private void put(String key, String value) throws DiskFault {
        yard.append(new BatchBuilder(0)
            .append(yard.wallMs, LogYard.bytes(key), LogYard.bytes(value)).build());
    }

    private void transact(long producer, int sequence, String key, String value)
        throws DiskFault {
        yard.append(new BatchBuilder(0).producer(producer, (short) 0, sequence).transactional()
            .append(yard.wallMs, LogYard.bytes(key), LogYard.bytes(value)).build());
    }

    private void end(long producer, boolean isCommitted) throws DiskFault {
        yard.append(new TransactionMarker(producer, (short) 0, 0, isCommitted, 0)
            .batch(yard.wallMs));
    }

    private long countMarkers() throws DiskFault {
        return yard.batchesFrom(0, 10_000).stream().filter(BatchView::isControl)
            .filter(batch -> batch.recordCount() > 0).count();
    }
}
