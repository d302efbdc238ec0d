package dev.naru.log;

import static dev.naru.base.ErrorCode.INVALID_PRODUCER_EPOCH;
import static dev.naru.base.ErrorCode.INVALID_TXN_STATE;
import static dev.naru.base.ErrorCode.NOT_ENOUGH_REPLICAS;
import static dev.naru.base.ErrorCode.TRANSACTION_COORDINATOR_FENCED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Limits;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a log knows of the transactions in it.
final class TransactionsTest {
    private static final long PRODUCER = 7;
    private static final long OTHER = 8;

    private final ProducerTable table = new ProducerTable();
    private long end;

    @Test void a_transaction_is_open_from_its_first_batch_to_its_marker() {
        write(PRODUCER, 0, 0);
        assertTrue(table.isInTransaction(PRODUCER, (short) 0));
        assertFalse(table.isInTransaction(PRODUCER, (short) 1));
        assertFalse(table.isInTransaction(OTHER, (short) 0));
        write(PRODUCER, 0, 1);
        assertEquals(0, table.transactions().firstUndecided(2));

        end(PRODUCER, 0, true);

        assertFalse(table.isInTransaction(PRODUCER, (short) 0));
    }

    @Test void it_stays_undecided_until_the_high_watermark_has_passed_the_marker() {
        write(PRODUCER, 0, 0);
        end(PRODUCER, 0, true);

        assertEquals(0, table.transactions().firstUndecided(1));
        assertEquals(OpenTransactions.NONE, table.transactions().firstUndecided(2));
    }

    @Test void the_oldest_of_several_holds_readers_back() {
        write(PRODUCER, 0, 0);
        write(OTHER, 0, 0);
        end(PRODUCER, 0, true);

        assertEquals(1, table.transactions().firstUndecided(3));
        end(OTHER, 0, false);
        assertEquals(OpenTransactions.NONE, table.transactions().firstUndecided(4));
    }

    @Test void an_abort_says_which_stretch_it_takes_back_and_what_is_stable_then() {
        write(OTHER, 0, 0);
        write(PRODUCER, 0, 0);
        write(PRODUCER, 0, 1);
        assertEquals(new AbortedTransaction(PRODUCER, 1, 3, 0), end(PRODUCER, 0, false));
        assertEquals(new AbortedTransaction(OTHER, 0, 4, 5), end(OTHER, 0, false));

        write(PRODUCER, 0, 2);
        assertNull(end(PRODUCER, 0, true));
    }

    @Test void a_marker_for_nobody_and_a_second_one_change_nothing_for_readers() {
        assertNull(end(OTHER, 0, false));
        write(PRODUCER, 0, 0);
        end(PRODUCER, 0, false);

        assertNull(objection(PRODUCER, 0, 5, 0));
        assertNull(end(PRODUCER, 0, false));
        assertEquals(OpenTransactions.NONE, table.transactions().firstUndecided(end));
    }

    @Test void a_marker_with_an_old_epoch_is_refused() {
        write(PRODUCER, 3, 0);

        assertEquals(new AppendPlan.Refuse(INVALID_PRODUCER_EPOCH), objection(PRODUCER, 2, 5, 0));
        assertNull(objection(PRODUCER, 3, 5, 0));
        assertNull(objection(PRODUCER, 4, 5, 0));
    }

    @Test void with_raised_epochs_a_late_marker_does_not_end_the_next_transaction() {
        write(PRODUCER, 3, 0);
        end(PRODUCER, 4, true);
        assertNull(objection(PRODUCER, 4, 5, 2));
        write(PRODUCER, 4, 0);

        assertEquals(new AppendPlan.Refuse(INVALID_PRODUCER_EPOCH), objection(PRODUCER, 4, 5, 2));
        assertNull(objection(PRODUCER, 5, 5, 2));
    }

    @Test void a_marker_of_an_earlier_coordinator_is_fenced() {
        write(PRODUCER, 0, 0);
        end(PRODUCER, 0, true);

        assertEquals(new AppendPlan.Refuse(TRANSACTION_COORDINATOR_FENCED),
            objection(PRODUCER, 0, 4, 0));
        assertNull(objection(PRODUCER, 0, 5, 0));
    }

    @Test void the_marker_moves_the_epoch_and_sequences_begin_anew() {
        write(PRODUCER, 0, 0);
        end(PRODUCER, 1, true);

        assertEquals(new AppendPlan.Refuse(INVALID_PRODUCER_EPOCH),
            table.objection(batch(PRODUCER, 0, 1, true)));
        assertNull(table.objection(batch(PRODUCER, 1, 0, true)));
        assertEquals(1, table.states().getFirst().producerEpoch());
        assertEquals(5, table.states().getFirst().coordinatorEpoch());
    }

    @Test void a_coordinators_batch_has_no_sequences_and_joins_the_transaction() {
        var offsets = batch(PRODUCER, 1, -1, true);
        assertNull(table.objection(offsets));
        append(offsets);
        assertTrue(table.isInTransaction(PRODUCER, (short) 1));

        assertNull(table.objection(batch(PRODUCER, 1, -1, true)));
        assertEquals(new AppendPlan.Refuse(INVALID_PRODUCER_EPOCH),
            table.objection(batch(PRODUCER, 0, -1, true)));
        assertEquals(new AppendPlan.Refuse(INVALID_TXN_STATE),
            table.objection(batch(PRODUCER, 1, -1, false)));
    }

    @Test void a_marker_that_compaction_has_emptied_says_nothing() {
        write(PRODUCER, 0, 0);
        var empty = new BatchBuilder(end).producer(PRODUCER, (short) 0, -1).transactional()
            .control().build();

        assertNull(table.record(BatchView.over(empty, 0), 0));
        assertTrue(table.isInTransaction(PRODUCER, (short) 0));
    }

    @Test void as_many_transactions_are_open_as_leave_room_for_other_producers_and_no_more() {
        int most = Limits.OPEN_TRANSACTIONS_PER_PARTITION_MAX;
        for (int number = 0; number < most; number++)
            write(100 + number, 0, 0);

        var refused = new AppendPlan.Refuse(NOT_ENOUGH_REPLICAS,
            "The partition has as many open transactions as it may have: " + most + ".");
        assertEquals(refused, table.objection(batch(PRODUCER, 0, 0, true)));
        assertEquals(refused, table.objection(batch(PRODUCER, 0, -1, true)));
        assertNull(table.objection(batch(PRODUCER, 0, 0, false)));
        assertNull(table.objection(batch(100, 0, 1, true)));
        end(100, 0, true);
        assertNull(table.objection(batch(PRODUCER, 0, 0, true)));
    }

    @Test void producers_without_a_transaction_make_room_for_each_other_beside_open_ones() {
        for (int number = 0; number < Limits.OPEN_TRANSACTIONS_PER_PARTITION_MAX; number++)
            write(100 + number, 0, 0);
        int others = Limits.PRODUCERS_PER_PARTITION_MAX
            - Limits.OPEN_TRANSACTIONS_PER_PARTITION_MAX;
        for (int number = 0; number < others + 5; number++)
            append(batch(1_000_000 + number, 0, 0, false));

        assertEquals(Limits.PRODUCERS_PER_PARTITION_MAX, table.size());
        assertTrue(table.isInTransaction(100, (short) 0));
    }

    @Test void a_snapshot_keeps_open_transactions() {
        write(PRODUCER, 0, 0);
        write(OTHER, 2, 0);
        end(PRODUCER, 0, true);

        var copy = new ProducerTable();
        assertTrue(ProducerSnapshots.decode(ProducerSnapshots.encode(table), copy, 0).isEmpty());

        assertTrue(copy.isInTransaction(OTHER, (short) 2));
        assertFalse(copy.isInTransaction(PRODUCER, (short) 0));
        assertEquals(1, copy.transactions().firstUndecided(100));
        assertTrue(copy.states().stream().anyMatch(each -> each.producerId() == PRODUCER
            && each.coordinatorEpoch() == 5));
    }

    private void write(long producer, int epoch, int sequence) {
        append(batch(producer, epoch, sequence, true));
    }

    private void append(BatchView batch) {
        assertNull(table.objection(batch));
        batch.setBaseOffset(end);
        assertNull(table.record(batch, 0));
        end = batch.nextOffset();
    }

    private @Nullable AbortedTransaction end(long producer, int epoch, boolean isCommitted) {
        var bytes = new TransactionMarker(producer, (short) epoch, 5, isCommitted, 0).batch(9);
        var batch = BatchView.over(bytes, 0);
        batch.setBaseOffset(end);
        end = batch.nextOffset();
        return table.record(batch, 0);
    }

    private AppendPlan.@Nullable Refuse objection(long producer, int epoch, int coordinatorEpoch,
        int version) {
        return table.objection(new TransactionMarker(producer, (short) epoch, coordinatorEpoch,
            true, version));
    }

    private static BatchView batch(long producer, int epoch, int sequence, boolean transactional) {
        var builder = new BatchBuilder(0).producer(producer, (short) epoch, sequence);
        if (transactional) builder.transactional();
        builder.append(9, null, ByteBuffer.allocate(1));
        return BatchView.over(builder.build(), 0);
    }
}
