package dev.naru.txn;

import static dev.naru.txn.TxnYard.A0;
import static dev.naru.txn.TxnYard.A1;
import static dev.naru.txn.TxnYard.at;
import static dev.naru.txn.TxnYard.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Heard;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class EndTest {
    private static final boolean COMMIT = true;
    private static final boolean ABORT = false;

    private final TxnYard yard = new TxnYard();

    @Test void markers_leave_when_prepared_is_committed_and_not_before() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.CLASSIC, A0, A1);
        yard.log.hold();
        yard.host.submit(new TxnRequest.End(TxnYard.ID, producer, COMMIT, TxnFlow.CLASSIC,
            OptionalLong.empty(), new Heard<>()));

        assertEquals(TxnStatus.PREPARE_COMMIT, yard.txn().status());
        assertTrue(yard.plans.isEmpty());
        yard.log.advance();
        assertEquals(List.of(A0, A1), yard.plans.getFirst().partitions());
    }

    @Test void a_transaction_is_complete_when_every_marker_is_written() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.CLASSIC, A0);
        yard.end(producer, COMMIT, TxnFlow.CLASSIC);

        yard.writeMarkers();

        assertEquals(TxnStatus.COMPLETE_COMMIT, yard.txn().status());
        assertTrue(yard.txn().partitions().isEmpty());
    }

    @Test void a_classic_client_keeps_its_epoch_and_a_V2_client_gets_the_next() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.CLASSIC, A0);

        assertEquals(new TxnAnswer.Done(producer), yard.end(producer, COMMIT, TxnFlow.CLASSIC));
        yard.writeMarkers();
        yard.add(producer, TxnFlow.V2, A0);
        assertEquals(new TxnAnswer.Done(at(producer, 1)), yard.end(producer, ABORT, TxnFlow.V2));
        assertEquals(at(producer, 1), yard.plans.getFirst().producer());
    }

    @Test void a_classic_end_is_told_again_what_it_was_told() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.CLASSIC, A0);
        yard.end(producer, COMMIT, TxnFlow.CLASSIC);

        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS),
            yard.end(producer, COMMIT, TxnFlow.CLASSIC));
        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(producer, ABORT, TxnFlow.CLASSIC));
        yard.writeMarkers();
        assertEquals(new TxnAnswer.Done(producer), yard.end(producer, COMMIT, TxnFlow.CLASSIC));
        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(producer, ABORT, TxnFlow.CLASSIC));
    }

    @Test void a_classic_client_has_nothing_to_end_before_it_has_begun() {
        var producer = yard.begin();

        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(producer, ABORT, TxnFlow.CLASSIC));
    }

    @Test void a_retried_end_of_V2_is_done_once_and_answered_alike() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var next = yard.ended(producer, COMMIT);

        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS),
            yard.end(producer, COMMIT, TxnFlow.V2));
        yard.writeMarkers();
        assertEquals(new TxnAnswer.Done(next), yard.end(producer, COMMIT, TxnFlow.V2));
        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(producer, ABORT, TxnFlow.V2));
        assertEquals(at(producer, 1), yard.txn().producer());
    }

    @Test void a_late_end_of_V2_does_not_touch_the_next_transaction() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var next = yard.ended(producer, COMMIT);
        yard.writeMarkers();
        yard.add(next, TxnFlow.V2, A1);

        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(producer, ABORT, TxnFlow.V2));
        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(producer, COMMIT, TxnFlow.V2));
        assertEquals(TxnStatus.ONGOING, yard.txn().status());
    }

    @Test void an_end_of_the_next_transaction_waits_for_the_last_one() {
        var producer = yard.begin();
        yard.add(producer, TxnFlow.V2, A0);
        var next = yard.ended(producer, COMMIT);

        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS),
            yard.end(next, ABORT, TxnFlow.V2));
        yard.writeMarkers();
        assertEquals(new TxnAnswer.Done(at(producer, 2)), yard.end(next, ABORT, TxnFlow.V2));
    }

    @Test void V2_aborts_nothing_with_a_new_epoch_and_commits_nothing_never() {
        var producer = yard.begin();

        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(producer, COMMIT, TxnFlow.V2));
        var next = yard.ended(producer, ABORT);
        assertEquals(at(producer, 1), next);
        assertEquals(TxnStatus.COMPLETE_ABORT, yard.txn().status());
        assertTrue(yard.plans.isEmpty());
        assertEquals(at(producer, 2), yard.ended(next, ABORT));
        assertEquals(refused(ErrorCode.INVALID_TXN_STATE),
            yard.end(at(producer, 2), COMMIT, TxnFlow.V2));
    }

    @Test void another_producer_id_or_an_older_epoch_ends_nothing() {
        var producer = yard.begin();
        var newer = yard.begin();
        yard.add(newer, TxnFlow.V2, A0);

        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(producer, COMMIT, TxnFlow.V2));
        assertEquals(refused(ErrorCode.PRODUCER_FENCED),
            yard.end(producer, COMMIT, TxnFlow.CLASSIC));
        assertEquals(refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING),
            yard.end(new TxnProducer(7, (short) 0), COMMIT, TxnFlow.V2));
    }

    @Test void the_last_epoch_ends_in_a_fresh_producer_id_whatever_is_retried() {
        var last = yard.begin();
        while (last.producerEpoch() < TxnProducer.EPOCH_MAX)
            last = yard.begin();
        yard.add(last, TxnFlow.V2, A0);

        var next = yard.ended(last, COMMIT);

        assertEquals(at(last, Short.MAX_VALUE), yard.plans.getFirst().producer());
        assertEquals(0, next.producerEpoch());
        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS),
            yard.end(last, COMMIT, TxnFlow.V2));
        assertEquals(ErrorCode.CONCURRENT_TRANSACTIONS, yard.add(next, TxnFlow.V2, A1));
        yard.writeMarkers();
        assertEquals(next, yard.txn().producer());
        assertEquals(new TxnAnswer.Done(next), yard.end(last, COMMIT, TxnFlow.V2));
        assertEquals(ErrorCode.NONE, yard.add(next, TxnFlow.V2, A1));
    }
}
