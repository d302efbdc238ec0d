package dev.naru.txn;

import static dev.naru.txn.TxnYard.A0;
import static dev.naru.txn.TxnYard.at;
import static dev.naru.txn.TxnYard.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InitTest {
    private final TxnYard yard = new TxnYard();

    @Test void the_first_producer_of_an_id_begins_at_epoch_0_and_the_next_raises_it() {
        var first = yard.begin();
        var second = yard.begin();

        assertEquals(0, first.producerEpoch());
        assertEquals(at(first, 1), second);
    }

    @Test void a_timeout_of_nothing_or_above_the_limit_is_refused() {
        var refusal = refused(ErrorCode.INVALID_TRANSACTION_TIMEOUT);

        assertEquals(refusal, yard.init(Optional.empty(), 0));
        assertEquals(refusal, yard.init(Optional.empty(), 900_001));
        assertTrue(yard.init(Optional.empty(), 900_000) instanceof TxnAnswer.Done);
    }

    @Test void a_producer_that_goes_on_gets_the_next_epoch_and_may_ask_again_under_the_old_one() {
        var first = yard.begin();

        var raised = yard.init(Optional.of(first), 60_000);

        assertEquals(new TxnAnswer.Done(at(first, 1)), raised);
        assertEquals(raised, yard.init(Optional.of(first), 60_000));
    }

    @Test void a_producer_that_somebody_newer_fenced_may_not_go_on() {
        var first = yard.begin();
        yard.begin();

        assertEquals(refused(ErrorCode.PRODUCER_FENCED),
            yard.init(Optional.of(first), 60_000));
        assertEquals(refused(ErrorCode.PRODUCER_FENCED),
            yard.init(Optional.of(new TxnProducer(5, (short) 0)), 60_000));
    }

    @Test void whoever_begins_has_the_open_transaction_of_the_one_before_aborted_first() {
        var first = yard.begin();
        yard.add(first, TxnFlow.V2, A0);

        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS), yard.init());
        assertEquals(TxnStatus.PREPARE_ABORT, yard.txn().status());
        assertEquals(refused(ErrorCode.CONCURRENT_TRANSACTIONS), yard.init());

        yard.writeMarkers();

        assertEquals(new TxnAnswer.Done(at(first, 3)), yard.init());
        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(first, true, TxnFlow.V2));
    }

    @Test void the_marker_of_a_fenced_transaction_is_above_every_epoch_that_was_given_out() {
        var first = yard.begin();
        yard.add(first, TxnFlow.V2, A0);
        yard.init();

        assertEquals(at(first, 2), yard.plans.getFirst().producer());
        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(first, false, TxnFlow.V2));
    }

    @Test void somebody_fenced_cannot_abort_the_transaction_of_a_newer_one() {
        var first = yard.begin();
        var second = yard.begin();
        yard.add(second, TxnFlow.V2, A0);

        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.init(Optional.of(first), 60_000));
        assertEquals(TxnStatus.ONGOING, yard.txn().status());
    }

    @Test void an_exhausted_epoch_leads_to_a_fresh_producer_id() {
        var producer = exhausted();

        var next = (TxnAnswer.Done) yard.init();

        assertNotEquals(producer.producerId(), next.producer().producerId());
        assertEquals(0, next.producer().producerEpoch());
    }

    @Test void a_producer_that_goes_on_from_its_last_epoch_may_ask_again() {
        var producer = exhausted();

        var next = yard.init(Optional.of(producer), 60_000);

        assertTrue(next instanceof TxnAnswer.Done(TxnProducer given)
            && given.producerId() != producer.producerId());
        assertEquals(next, yard.init(Optional.of(producer), 60_000));
    }

    @Test void an_open_transaction_at_the_last_epoch_is_fenced_all_the_same() {
        var producer = exhausted();
        yard.add(producer, TxnFlow.V2, A0);

        yard.init();
        assertEquals(at(producer, Short.MAX_VALUE), yard.plans.getFirst().producer());
        yard.writeMarkers();

        var next = (TxnAnswer.Done) yard.init();
        assertNotEquals(producer.producerId(), next.producer().producerId());
    }

    /// Else it would write under the epoch of the markers that are to end what it wrote.
    @Test void the_epoch_above_the_last_one_fences_and_belongs_to_nobody() {
        var producer = exhausted();
        yard.add(producer, TxnFlow.V2, A0);
        yard.init();

        for (int time = 0; time < 2; time++) {
            assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(producer, false, TxnFlow.V2));
            yard.writeMarkers();
        }
        var guessed = at(producer, Short.MAX_VALUE);
        assertEquals(ErrorCode.PRODUCER_FENCED, yard.add(guessed, TxnFlow.V2, A0));
        assertEquals(refused(ErrorCode.PRODUCER_FENCED), yard.end(guessed, false, TxnFlow.V2));
        assertEquals(TxnStatus.COMPLETE_ABORT, yard.txn().status());
    }

    /// A producer at the last epoch that is given out.
    private TxnProducer exhausted() {
        TxnProducer last = yard.begin();
        while (last.producerEpoch() < TxnProducer.EPOCH_MAX)
            last = yard.begin();
        return last;
    }
}
