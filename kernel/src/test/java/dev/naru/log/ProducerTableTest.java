package dev.naru.log;

import static dev.naru.base.ErrorCode.INVALID_PRODUCER_EPOCH;
import static dev.naru.base.ErrorCode.INVALID_TXN_STATE;
import static dev.naru.base.ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ProducerTableTest {
    private static final long PRODUCER = 4_000L;
    private final ProducerTable table = new ProducerTable();
    private long end;

    @Test void sequences_follow_on() {
        write(0, 0, 3);
        write(0, 3, 2);

        assertNull(table.objection(batch(0, 5, 1)));
    }

    @Test void a_gap_is_out_of_order() {
        write(0, 0, 3);

        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 4, 1));
    }

    @Test void an_unknown_producer_may_begin_with_any_sequence() {
        assertNull(table.objection(batch(0, 77, 1)));
    }

    @Test void the_last_five_batches_are_duplicates_and_older_ones_out_of_order() {
        for (int number = 0; number < 6; number++)
            write(0, number * 2, 2);

        for (int number = 1; number < 6; number++) {
            long first = number * 2L;
            assertEquals(new AppendPlan.Duplicate(first, first + 2, 9),
                table.objection(batch(0, number * 2, 2)));
        }
        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 0, 2));
    }

    @Test void a_batch_that_overlaps_an_old_one_is_out_of_order() {
        write(0, 0, 3);

        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 0, 2));
        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 1, 2));
        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 0, 4));
    }

    @Test void an_old_epoch_is_fenced() {
        write(1, 0, 1);

        refuses(INVALID_PRODUCER_EPOCH, batch(0, 1, 1));
    }

    @Test void a_new_epoch_begins_with_sequence_zero() {
        write(0, 0, 1);

        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(1, 1, 1));
        assertNull(table.objection(batch(1, 0, 1)));
    }

    @Test void the_same_sequences_in_a_new_epoch_are_not_a_duplicate() {
        write(0, 0, 1);
        write(1, 0, 1);

        assertEquals(new AppendPlan.Duplicate(1, 2, 9), table.objection(batch(1, 0, 1)));
        refuses(INVALID_PRODUCER_EPOCH, batch(0, 0, 1));
    }

    @Test void sequences_go_round_after_two_to_the_thirty_first() {
        write(0, Integer.MAX_VALUE - 1, 2);
        assertNull(table.objection(batch(0, 0, 1)));

        write(0, 0, 1);
        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 0, 2));
    }

    @Test void a_batch_across_the_turn_is_recognized() {
        write(0, Integer.MAX_VALUE - 1, 4);

        assertEquals(new AppendPlan.Duplicate(0, 4, 9),
            table.objection(batch(0, Integer.MAX_VALUE - 1, 4)));
        assertNull(table.objection(batch(0, 2, 1)));
        refuses(OUT_OF_ORDER_SEQUENCE_NUMBER, batch(0, 0, 1));
    }

    @Test void writing_what_was_refused_breaks_the_law() {
        write(0, 0, 1);

        assertThrows(Invariant.Broken.class, () -> table.check(batch(0, 5, 1)));
    }

    @Test void producers_expire_in_the_order_of_their_last_use() {
        table.record(of(1, 0, 0, 1, false), 100);
        table.record(of(2, 0, 0, 1, false), 200);
        table.record(of(1, 0, 1, 1, false), 300);

        table.expire(1_199, 1_000);
        assertEquals(2, table.size());
        table.expire(1_200, 1_000);
        assertEquals(1, table.size());
        assertNull(table.objection(of(2, 0, 99, 1, false)));
        table.expire(1_300, 1_000);
        assertTrue(table.isEmpty());
    }

    @Test void an_open_transaction_does_not_expire_and_takes_only_its_own() {
        table.record(of(1, 0, 0, 1, true), 100);

        table.expire(1_000_000, 1_000);

        assertEquals(0, table.states().getFirst().openTransactionOffset());
        refuses(INVALID_TXN_STATE, of(1, 0, 1, 1, false));
    }

    @Test void a_snapshot_is_read_back_with_all_five_batches() {
        for (int number = 0; number < 7; number++)
            write(3, number, 1);
        table.record(of(8, 1, 0, 2, true), 500);

        var copy = new ProducerTable();
        assertTrue(ProducerSnapshots.decode(ProducerSnapshots.encode(table), copy, 500).isEmpty());

        assertEquals(2, copy.size());
        assertEquals(new AppendPlan.Duplicate(2, 3, 9), copy.objection(batch(3, 2, 1)));
        assertNull(copy.objection(batch(3, 7, 1)));
        assertEquals(1, copy.states().stream().filter(state -> state.openTransactionOffset() >= 0)
            .count());
    }

    @Test void a_snapshot_has_kafkas_bytes() {
        table.record(of(7, 2, 5, 3, false), 0x0A0B0C);

        assertEquals("0001" + "%crc%" + "00000001" + "0000000000000007" + "0002" + "00000007"
            + "0000000000000002" + "00000002" + "0000000000000009" + "ffffffff"
            + "ffffffffffffffff", withoutCrc(ProducerSnapshots.encode(table)));
        assertEquals("0001%crc%00000000",
            withoutCrc(ProducerSnapshots.encode(new ProducerTable())));
    }

    @Test void a_damaged_snapshot_is_not_read() {
        write(0, 0, 1);
        var good = ProducerSnapshots.encode(table);
        for (int at = 0; at < good.limit(); at++) {
            var bad = copy(good);
            bad.put(at, (byte) (bad.get(at) ^ 1));
            assertTrue(ProducerSnapshots.decode(bad, new ProducerTable(), 0).isPresent(),
                "byte " + at);
        }
        assertTrue(ProducerSnapshots.decode(ByteBuffer.allocate(0), new ProducerTable(), 0)
            .isPresent());
    }

    private static String withoutCrc(ByteBuffer snapshot) {
        var hex = HexFormat.of().formatHex(copy(snapshot).array());
        return hex.substring(0, 4) + "%crc%" + hex.substring(12);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private void write(int epoch, int sequence, int count) {
        var batch = batch(epoch, sequence, count);
        batch.setBaseOffset(end);
        table.check(batch);
        table.record(batch, 1_000);
        end += count;
    }

    private void refuses(ErrorCode why, BatchView batch) {
        assertEquals(new AppendPlan.Refuse(why), table.objection(batch));
    }

    private static BatchView batch(int epoch, int sequence, int count) {
        return of(PRODUCER, epoch, sequence, count, false);
    }

    private static BatchView of(long producer, int epoch, int sequence, int count,
        boolean transactional) {
        var builder = new BatchBuilder(0).producer(producer, (short) epoch, sequence);
        if (transactional) builder.transactional();
        for (int number = 0; number < count; number++) {
            builder.append(9, null, ByteBuffer.allocate(1));
        }
        return BatchView.over(builder.build(), 0);
    }
}
