package dev.naru.txn;

import static dev.naru.txn.TxnYard.A0;
import static dev.naru.txn.TxnYard.A1;
import static dev.naru.txn.TxnYard.ID;
import static dev.naru.txn.TxnYard.at;
import static dev.naru.txn.TxnYard.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Heard;
import dev.naru.wire.message.DescribeTransactionsResponse;
import dev.naru.wire.message.ListTransactionsResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CoordinatorTest {
    private static final long WEEK_MS = 604_800_000L;

    private final TxnYard yard = new TxnYard();

    @Test void partitions_are_added_once_and_held_until_the_end() {
        var producer = yard.begin();

        assertEquals(ErrorCode.NONE, yard.add(producer, TxnFlow.CLASSIC, A0));
        int records = yard.log.records().size();
        assertEquals(ErrorCode.NONE, yard.add(producer, TxnFlow.CLASSIC, A0));

        assertEquals(records, yard.log.records().size());
        assertEquals(List.of(ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE),
            yard.verify(producer, A0, A1));
    }

    @Test void only_the_present_producer_adds_and_is_verified() {
        var producer = yard.begin();
        var newer = yard.begin();

        assertEquals(ErrorCode.PRODUCER_FENCED, yard.add(producer, TxnFlow.V2, A0));
        assertEquals(List.of(ErrorCode.PRODUCER_FENCED), yard.verify(producer, A0));
        assertEquals(ErrorCode.INVALID_PRODUCER_ID_MAPPING,
            yard.add(new TxnProducer(3, (short) 1), TxnFlow.V2, A0));
        assertEquals(ErrorCode.NONE, yard.add(newer, TxnFlow.V2, A0));
    }

    @Test void a_new_transaction_waits_until_the_last_one_is_complete() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var next = yard.ended(producer, true);

        assertEquals(ErrorCode.CONCURRENT_TRANSACTIONS, yard.add(next, TxnFlow.V2, A0));
        var waits = yard.addAndWait(next, A0);
        assertTrue(waits.isWaiting());
        yard.writeMarkers();

        assertEquals(ErrorCode.CONCURRENT_TRANSACTIONS, waits.answer());
        assertEquals(ErrorCode.NONE, yard.add(next, TxnFlow.V2, A0));
    }

    @Test void whoever_waits_for_too_long_is_told_so() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var waits = yard.addAndWait(yard.ended(producer, true), A0);

        yard.loop.passMs(99);
        assertTrue(waits.isWaiting());
        yard.loop.passMs(1);
        assertEquals(ErrorCode.CONCURRENT_TRANSACTIONS, waits.answer());
    }

    @Test void whoever_waits_is_told_when_the_coordinator_moves() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var waits = yard.addAndWait(yard.ended(producer, true), A0);

        yard.log.lose();

        assertEquals(ErrorCode.NOT_COORDINATOR, waits.refusal());
    }

    @Test void a_coordinator_that_comes_back_sends_the_markers_of_what_was_prepared() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0, A1);
        var next = yard.ended(producer, true);

        yard.reload();

        var plan = yard.plans.getFirst();
        assertEquals(List.of(A0, A1), plan.partitions());
        assertTrue(plan.isCommit());
        yard.writeMarkers();
        assertEquals(TxnStatus.COMPLETE_COMMIT, yard.txn().status());
        assertEquals(new TxnAnswer.Done(next), yard.end(producer, true, TxnFlow.V2));
    }

    @Test void markers_of_an_earlier_end_complete_nothing() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var next = yard.ended(producer, true);
        var late = yard.plans.getFirst();
        yard.writeMarkers();
        yard.add(next, TxnFlow.V2, A0);
        yard.ended(next, true);

        yard.host.submit(new TxnRequest.MarkersWritten(late, new Heard<>()));

        assertEquals(TxnStatus.PREPARE_COMMIT, yard.txn().status());
    }

    @Test void a_transaction_that_runs_out_of_time_is_aborted_and_its_producer_fenced() {
        var producer = ((TxnAnswer.Done) yard.init(Optional.empty(), 15_000)).producer();
        yard.add(producer, TxnFlow.V2, A0);

        yard.loop.passMs(14_000);
        assertEquals(TxnStatus.ONGOING, yard.txn().status());
        yard.loop.passMs(10_000);

        assertEquals(TxnStatus.PREPARE_ABORT, yard.txn().status());
        assertFalse(yard.plans.getFirst().isCommit());
        yard.writeMarkers();
        assertEquals(ErrorCode.PRODUCER_FENCED, yard.add(producer, TxnFlow.V2, A0));
    }

    @Test void a_clock_that_jumps_does_not_shorten_a_transaction() {
        var producer = ((TxnAnswer.Done) yard.init(Optional.empty(), 60_000)).producer();
        yard.add(producer, TxnFlow.V2, A0);

        yard.loop.jumpMs(WEEK_MS);
        yard.loop.passMs(30_000);

        assertEquals(TxnStatus.ONGOING, yard.txn().status());
    }

    @Test void the_time_of_a_transaction_goes_on_over_a_restart() {
        var producer = ((TxnAnswer.Done) yard.init(Optional.empty(), 60_000)).producer();
        yard.add(producer, TxnFlow.V2, A0);
        yard.loop.passMs(45_000);

        yard.reload();

        yard.loop.passMs(10_000);
        assertEquals(TxnStatus.ONGOING, yard.txn().status());
        yard.loop.passMs(10_000);
        assertEquals(TxnStatus.PREPARE_ABORT, yard.txn().status());
    }

    @Test void a_server_without_V2_fences_with_the_next_epoch() {
        var classic = new TxnYard(TxnYard.serverOf(TxnFlow.CLASSIC));
        var producer = classic.begin();
        classic.add(producer, TxnFlow.CLASSIC, A0);

        classic.init();

        assertEquals(at(producer, 1), classic.plans.getFirst().producer());
        assertEquals(TxnFlow.CLASSIC, classic.plans.getFirst().flow());
    }

    @Test void an_id_that_nobody_uses_is_forgotten_in_time() {
        yard.begin();

        yard.loop.passMs(WEEK_MS - 3_600_000);
        assertTrue(yard.shard().picture().containsKey(ID));
        yard.loop.passMs(3_600_000);

        assertTrue(yard.found().isEmpty());
        assertNull(yard.log.records().getLast().value());
        assertEquals(refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING),
            yard.end(new TxnProducer(100, (short) 0), true, TxnFlow.V2));
    }

    @Test void a_clock_that_jumps_ahead_forgets_nothing() {
        yard.begin();

        yard.loop.jumpMs(2 * WEEK_MS);
        yard.loop.passMs(3_600_000);

        assertTrue(yard.shard().picture().containsKey(ID));
    }

    @Test void a_transaction_is_described_with_its_partitions() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0, A1);

        var found = describe(ID);

        assertEquals("Ongoing", found.transactionState());
        assertEquals(List.of(0, 1), found.topics().getFirst().partitions());
        assertEquals(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND.code(), describe("other").errorCode());
        assertEquals(ErrorCode.INVALID_REQUEST.code(), describe("").errorCode());
    }

    private DescribeTransactionsResponse.TransactionState describe(String id) {
        var heard = new Heard<DescribeTransactionsResponse.TransactionState>();
        yard.host.submit(new TxnRequest.Describe(id, heard));
        return heard.answer();
    }

    @Test void a_list_shows_what_passes_every_filter() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        yard.loop.passMs(1_000);

        assertEquals(1, list(Set.of(), Set.of(), -1, "pays"));
        assertEquals(1,
            list(Set.of(TxnStatus.ONGOING), Set.of(producer.producerId()), 999, "pays"));
        assertEquals(0, list(Set.of(TxnStatus.EMPTY), Set.of(), -1, "pays"));
        assertEquals(0, list(Set.of(), Set.of(1L), -1, "pays"));
        assertEquals(0, list(Set.of(), Set.of(), 1_000, "pays"));
        assertEquals(0, list(Set.of(), Set.of(), -1, "other"));
    }

    private int list(Set<TxnStatus> statuses, Set<Long> ids, long olderThanMs, String name) {
        var heard = new Heard<List<ListTransactionsResponse.TransactionState>>();
        var filter = new TxnRequest.Filter(statuses, ids, olderThanMs, name::equals);
        yard.host.submit(new TxnRequest.ListAll(filter, heard));
        return heard.answer().size();
    }
}
