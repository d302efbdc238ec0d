package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.sim.SimDisk;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PartitionLogTest {
    private static final LogSettings SMALL = LogSettings.standard().withSegmentBytes(1_000)
        .withIndex(10_000, 100);

    private final LogYard yard;

    PartitionLogTest() throws DiskFault {
        yard = new LogYard(1, SMALL);
    }

    @Test void an_empty_partition_has_no_directory_and_costs_no_operation() throws Exception {
        assertEquals(0, yard.log.logEndOffset());
        assertInstanceOf(Read.Nothing.class, yard.log.read(0, 100, 10, true));
        assertInstanceOf(Read.OutOfRange.class, yard.log.read(1, 100, 10, true));
        assertTrue(yard.log.takeUnflushed().isEmpty());
        yard.log.close();

        assertEquals(0, yard.disk.operations());
        assertFalse(yard.disk.exists(LogYard.DIRECTORY));
        assertEquals(Optional.of("0 0 -1"),
            yard.log.manifestEntry().map(LogManifestEntry::toLine));
    }

    @Test void the_bytes_on_disk_are_those_received_with_offset_and_epoch_patched()
        throws Exception {
        yard.leaderEpoch = 7;
        yard.append(5, "a");
        var batch = new BatchBuilder(99).append(6, null, LogYard.bytes("b")).build();
        var expected = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
        BatchView.over(expected, 0).setBaseOffset(1);
        BatchView.over(expected, 0).setLeaderEpoch(7);

        assertEquals(2, yard.append(batch));

        var found = (Read.Found) yard.log.read(1, 1_000, 2, true);
        assertEquals(expected, SimDisk.bytesOf(found.bytes()));
        assertEquals(1, found.baseOffset());
        assertEquals(2, found.endOffsetHint());
        assertTrue(found.isRecentTail());
        assertTrue(BatchView.over(expected, 0).crcMatches());
        assertEquals(OptionalInt.of(7), yard.log.lastEpoch());
    }

    @Test void the_first_flush_names_the_new_directory_and_its_parent() throws Exception {
        yard.append(5, "a");

        var unflushed = yard.log.takeUnflushed();

        assertEquals(List.of("topic-3/partition.metadata", "topic-3/00000000000000000000.log"),
            unflushed.files().stream().map(DiskFile::path).sorted(Comparator.reverseOrder())
                .toList());
        assertEquals(List.of("topic-3", ""), unflushed.directories());
        assertEquals(1, unflushed.endOffset());
        assertEquals(0, yard.log.flushedEnd());
        yard.log.flushed(unflushed);
        assertEquals(1, yard.log.flushedEnd());
        assertTrue(yard.log.takeUnflushed().isEmpty());

        yard.append(6, "b");
        assertEquals(List.of(), yard.log.takeUnflushed().directories());
        assertEquals(Optional.of(LogYard.TOPIC),
            StoredTopicId.read(yard.disk, LogYard.DIRECTORY));
    }

    @Test void a_segment_rolls_before_it_grows_past_its_size() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);

        assertTrue(yard.log.segmentCount() > 2);
        for (var name : yard.disk.list(LogYard.DIRECTORY)) {
            if (!name.endsWith(".log")) continue;
            assertTrue(yard.disk.file("topic-3/" + name).sizeBytes() <= 1_000);
        }
        assertEquals(40, yard.values().size());
    }

    @Test void a_segment_rolls_when_its_records_span_segment_ms() throws Exception {
        yard.log.settings(SMALL.withSegmentMs(100, 0));
        yard.append(1_000, "a");
        yard.append(1_100, "b");
        assertEquals(1, yard.log.segmentCount());

        yard.append(1_101, "c");

        assertEquals(2, yard.log.segmentCount());
    }

    @Test void a_segment_without_timestamps_rolls_by_the_clock() throws Exception {
        yard.log.settings(SMALL.withSegmentMs(100, 0));
        yard.append(-1, "a");
        yard.wallMs += 100;
        yard.append(-1, "b");
        assertEquals(1, yard.log.segmentCount());

        yard.wallMs += 1;
        yard.append(-1, "c");

        assertEquals(2, yard.log.segmentCount());
    }

    @Test void a_segment_rolls_when_its_index_is_full() throws Exception {
        yard.log.settings(LogSettings.standard().withIndex(50, 0));
        for (int number = 0; number < 20; number++)
            yard.append(number, "a");

        assertTrue(yard.log.segmentCount() > 3);
        assertEquals(20, yard.values().size());
    }

    @Test void a_batch_larger_than_a_segment_is_refused() throws Exception {
        var batch = new BatchBuilder(0).append(1, null, ByteBuffer.allocate(1_000)).build();

        assertEquals(new AppendPlan.Refuse(ErrorCode.RECORD_LIST_TOO_LARGE), yard.plan(batch));
    }

    @Test void a_falling_leader_epoch_breaks_the_law() throws Exception {
        yard.leaderEpoch = 3;
        yard.append(1, "a");
        yard.leaderEpoch = 2;

        assertThrows(Invariant.Broken.class, () -> yard.append(1, "b"));
    }

    @Test void a_plan_that_was_overtaken_breaks_the_law() throws Exception {
        var batch = new BatchBuilder(0).append(1, null, LogYard.bytes("a")).build();
        var plan = (AppendPlan.Accept) yard.plan(batch);
        yard.append(1, "b");

        assertThrows(Invariant.Broken.class, () -> yard.log.append(batch, 0, plan, yard.now()));
    }

    @Test void a_read_ends_at_the_offset_it_may_not_pass() throws Exception {
        for (int number = 0; number < 5; number++)
            yard.append(number, "a");

        assertInstanceOf(Read.Nothing.class, yard.log.read(3, 10_000, 3, true));
        var found = (Read.Found) yard.log.read(1, 10_000, 3, true);
        assertEquals(3, found.endOffsetHint());
        assertEquals(2, LogYard.batchesIn(found).size());
    }

    @Test void a_read_inside_a_batch_begins_with_the_whole_batch() throws Exception {
        yard.append(new BatchBuilder(0).append(1, null, LogYard.bytes("a"))
            .append(1, null, LogYard.bytes("b")).append(1, null, LogYard.bytes("c")).build());

        var found = (Read.Found) yard.log.read(2, 10_000, 3, true);

        assertEquals(0, found.baseOffset());
        assertInstanceOf(Read.Nothing.class, yard.log.read(0, 10_000, 2, true));
    }

    @Test void a_small_limit_gives_one_whole_batch_or_nothing() throws Exception {
        for (int number = 0; number < 5; number++)
            yard.append(number, "a");
        int batchBytes = (int) (yard.log.sizeBytes() / 5);

        assertInstanceOf(Read.Nothing.class, yard.log.read(0, 10, 5, false));
        assertEquals(batchBytes,
            ((Read.Found) yard.log.read(0, 10, 5, true)).bytes().sizeBytes());
        assertEquals(2 * batchBytes,
            ((Read.Found) yard.log.read(0, 3 * batchBytes - 1, 5, false)).bytes().sizeBytes());
    }

    @Test void after_a_clean_stop_nothing_is_read_until_somebody_asks() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);
        yard.log.deleteRecordsBefore(3);
        long sizeBytes = yard.log.sizeBytes();
        long before = yard.disk.operations();
        yard.restart();

        assertEquals(3, yard.log.logStartOffset());
        assertEquals(40, yard.log.logEndOffset());
        assertEquals(40, yard.log.flushedEnd());
        assertEquals(sizeBytes, yard.log.sizeBytes());
        assertEquals(37, yard.values().size());
        assertTrue(yard.disk.operations() > before);
        assertFalse(yard.saw(LogEvent.Recovered.class));
        assertFalse(yard.saw(LogEvent.IndexRebuilt.class));
        yard.append(41, "more");
        assertEquals(38, yard.values().size());
    }

    @Test void duplicates_are_known_after_a_clean_stop() throws Exception {
        for (int number = 0; number < 5; number++)
            yard.append(idempotent(number));

        yard.restart();

        for (int number = 0; number < 5; number++) {
            assertEquals(new AppendPlan.Duplicate(number, number + 1, 1),
                yard.plan(idempotent(number)));
        }
        assertInstanceOf(AppendPlan.Accept.class, yard.plan(idempotent(5)));
        assertInstanceOf(AppendPlan.Refuse.class, yard.plan(idempotent(6)));
    }

    @Test void duplicates_are_known_after_a_crash_with_and_without_a_checkpoint()
        throws Exception {
        for (int number = 0; number < 3; number++)
            yard.append(idempotent(number));
        yard.log.checkpoint();
        yard.flush();
        yard.record();
        assertEquals(3, yard.recordedRecoveryPoint);
        yard.append(idempotent(3));
        yard.flush();

        yard.lostPower();

        for (int number = 0; number < 4; number++) {
            assertInstanceOf(AppendPlan.Duplicate.class, yard.plan(idempotent(number)));
        }
        yard.recordedRecoveryPoint = 0;
        yard.killed();
        assertInstanceOf(AppendPlan.Duplicate.class, yard.plan(idempotent(3)));
        assertInstanceOf(AppendPlan.Accept.class, yard.plan(idempotent(4)));
    }

    @Test void a_forgotten_producer_may_begin_anywhere() throws Exception {
        yard.log.settings(SMALL.withProducerExpirationMs(1_000));
        yard.append(idempotent(0));
        yard.wallMs += 999;
        assertInstanceOf(AppendPlan.Refuse.class, yard.plan(idempotent(9)));
        yard.wallMs += 1;

        assertInstanceOf(AppendPlan.Accept.class, yard.plan(idempotent(9)));
        assertTrue(yard.log.producers().isEmpty());
    }

    @Test void the_recovery_point_waits_for_snapshot_and_epochs() throws Exception {
        yard.append(idempotent(0));
        yard.flush();
        assertEquals(1, yard.log.flushedEnd());
        assertEquals(0, yard.log.recoveryPoint());

        yard.log.checkpoint();
        yard.flush();
        assertEquals(1, yard.log.recoveryPoint());

        yard.leaderEpoch = 4;
        yard.append(1, "x");
        yard.log.checkpoint();
        yard.flush();
        assertEquals(1, yard.log.recoveryPoint(), "the new epoch file has to get its name first");
        yard.flush();
        assertEquals(2, yard.log.recoveryPoint());
    }

    @Test void what_was_deleted_and_is_there_again_after_a_crash_has_its_epochs() throws Exception {
        for (int number = 0; number < 10; number++)
            yard.append(number, "a");
        yard.leaderEpoch = 5;
        for (int number = 10; number < 20; number++)
            yard.append(number, "b");
        yard.log.checkpoint();
        yard.flush();
        yard.record();
        yard.log.deleteRecordsBefore(15);
        yard.leaderEpoch = 6;
        yard.append(20, "c");
        yard.log.checkpoint();
        yard.flush();
        yard.flush();

        yard.lostPower();

        assertEquals(0, yard.log.logStartOffset());
        assertEquals(new EpochEnd(0, 10), yard.log.endOf(0));
        assertEquals(new EpochEnd(5, 20), yard.log.endOf(5));
        yard.log.deleteRecordsBefore(15);
        yard.record();
        assertEquals(-1, yard.log.epochAt(14));
        assertEquals(5, yard.log.epochAt(15));
    }

    @Test void a_full_disk_refuses_and_the_log_goes_on() throws Exception {
        yard.append(1, "a");
        yard.disk.capacityBytes(yard.disk.totalBytes() - yard.disk.usableBytes() + 30);

        var fault = assertThrows(DiskFault.class, () -> yard.append(2, "b"));

        assertEquals(DiskFault.Kind.FULL, fault.kind());
        assertEquals(1, yard.log.logEndOffset());
        assertEquals(List.of("a"), yard.values());
        yard.disk.capacityBytes(1_000_000);
        assertEquals(2, yard.append(2, "b"));
        assertEquals(List.of("a", "b"), yard.values());
    }

    @Test void a_start_needs_no_free_byte() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);
        yard.flush();
        yard.disk.capacityBytes(1);

        yard.lostPower();
        assertEquals(40, yard.values().size());
        yard.log.checkpoint();
        yard.log.enforceRetention(40, yard.now());
        yard.log.close();
        yard.killed();

        assertEquals(40, yard.values().size());
    }

    @Test void truncation_removes_records_epochs_and_producers() throws Exception {
        for (int number = 0; number < 20; number++)
            yard.append(idempotent(number));
        yard.leaderEpoch = 5;
        for (int number = 20; number < 40; number++)
            yard.append(idempotent(number));
        yard.flush();

        yard.truncateTo(10);

        assertEquals(10, yard.log.logEndOffset());
        assertEquals(10, yard.log.flushedEnd());
        assertEquals(OptionalInt.of(0), yard.log.lastEpoch());
        assertEquals(new EpochEnd(0, 10), yard.log.endOf(0));
        assertEquals(10, yard.values().size());
        assertInstanceOf(AppendPlan.Duplicate.class, yard.plan(idempotent(9)));
        yard.append(idempotent(10));
        assertEquals(11, yard.values().size());
    }

    @Test void truncation_without_a_lower_recovery_point_breaks_the_law() throws Exception {
        for (int number = 0; number < 5; number++)
            yard.append(1, "a");
        yard.log.checkpoint();
        yard.flush();
        yard.record();

        assertThrows(Invariant.Broken.class, () -> yard.log.truncateTo(3));
        yard.log.lowerRecoveryPoint(3);
        assertThrows(Invariant.Broken.class, () -> yard.log.truncateTo(3));
    }

    @Test void a_deleted_index_is_made_anew() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);
        yard.restart();
        yard.disk.delete("topic-3/00000000000000000000.index");

        assertEquals("value7", yard.valuesFrom(7).getFirst());
        assertTrue(yard.saw(LogEvent.IndexRebuilt.class));
    }

    @Test void a_wrong_index_is_noticed_and_made_anew() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);
        yard.restart();
        for (int at = 4; at < 12; at++)
            yard.disk.flipBit("topic-3/00000000000000000000.index", at, 3);

        for (int number = 0; number < 12; number++) {
            assertEquals("value" + number, yard.valuesFrom(number).getFirst());
        }
    }

    @Test void a_damaged_batch_is_reported_and_nothing_is_deleted() throws Exception {
        for (int number = 0; number < 40; number++)
            yard.append(number, "value" + number);
        yard.restart();
        yard.disk.flipBit("topic-3/00000000000000000000.log", 16, 4);
        yard.disk.delete("topic-3/00000000000000000000.index");
        long sizeBytes = yard.log.sizeBytes();

        assertInstanceOf(Read.Damaged.class, yard.log.read(0, 1_000, 40, true));
        assertTrue(yard.saw(LogEvent.BadBatch.class));
        assertEquals(sizeBytes, yard.log.sizeBytes());
    }

    @Test void flushed_bytes_that_are_missing_leave_a_hole_and_no_offset_twice() throws Exception {
        for (int number = 0; number < 5; number++)
            yard.append(number, "value" + number);
        yard.log.checkpoint();
        yard.flush();
        yard.record();
        yard.disk.file("topic-3/00000000000000000000.log").truncate(200);

        yard.killed();

        assertTrue(yard.saw(LogEvent.FlushedBytesMissing.class));
        assertEquals(5, yard.log.logEndOffset());
        assertEquals(6, yard.append(6, "next"));
        assertEquals(List.of("next"), yard.valuesFrom(5));
        assertInstanceOf(Read.Damaged.class, yard.log.read(2, 1_000, 6, true));
    }

    private static ByteBuffer idempotent(int sequence) {
        return new BatchBuilder(0).producer(77, (short) 0, sequence)
            .append(1, null, LogYard.bytes("v" + sequence)).build();
    }
}
