package dev.naru.broker;

import static dev.naru.base.ErrorCode.CONCURRENT_TRANSACTIONS;
import static dev.naru.base.ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
import static dev.naru.base.ErrorCode.COORDINATOR_NOT_AVAILABLE;
import static dev.naru.base.ErrorCode.INVALID_PRODUCER_EPOCH;
import static dev.naru.base.ErrorCode.INVALID_PRODUCER_ID_MAPPING;
import static dev.naru.base.ErrorCode.INVALID_TXN_STATE;
import static dev.naru.base.ErrorCode.NOT_COORDINATOR;
import static dev.naru.base.ErrorCode.NOT_ENOUGH_REPLICAS;
import static dev.naru.base.ErrorCode.PRODUCER_FENCED;
import static dev.naru.base.ErrorCode.TRANSACTION_ABORTABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which client hears which word: newer errors go to versions that know them (KIP-890, KIP-588).
final class TxnErrorsTest {
    private static final List<ErrorCode> NO_COORDINATOR = List.of(COORDINATOR_LOAD_IN_PROGRESS,
        COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR);

    private static ErrorCode produce(ErrorCode why, int version) {
        return TxnErrors.ofProduce(why, (short) version);
    }

    private static ErrorCode offsets(ErrorCode why, int version) {
        return TxnErrors.ofOffsets(why, (short) version);
    }

    @Test void a_fenced_producer_hears_of_its_epoch_whatever_version_it_writes_in() {
        for (int version = 3; version <= 13; version++)
            assertEquals(INVALID_PRODUCER_EPOCH, produce(PRODUCER_FENCED, version));
        for (int version = 0; version <= 6; version++)
            assertEquals(INVALID_PRODUCER_EPOCH, offsets(PRODUCER_FENCED, version));
    }

    @Test void abortable_is_said_to_those_who_know_the_word() {
        assertEquals(INVALID_TXN_STATE, produce(TRANSACTION_ABORTABLE, 10));
        assertEquals(TRANSACTION_ABORTABLE, produce(TRANSACTION_ABORTABLE, 11));
        assertEquals(INVALID_TXN_STATE, offsets(TRANSACTION_ABORTABLE, 3));
        assertEquals(TRANSACTION_ABORTABLE, offsets(TRANSACTION_ABORTABLE, 4));
    }

    @Test void a_transaction_that_is_not_complete_is_a_reason_to_try_again() {
        assertEquals(NOT_ENOUGH_REPLICAS, produce(CONCURRENT_TRANSACTIONS, 11));
        assertEquals(CONCURRENT_TRANSACTIONS, produce(CONCURRENT_TRANSACTIONS, 12));
        assertEquals(COORDINATOR_NOT_AVAILABLE, offsets(CONCURRENT_TRANSACTIONS, 1));
        assertEquals(COORDINATOR_LOAD_IN_PROGRESS, offsets(CONCURRENT_TRANSACTIONS, 2));
        assertEquals(COORDINATOR_LOAD_IN_PROGRESS, offsets(CONCURRENT_TRANSACTIONS, 4));
        assertEquals(CONCURRENT_TRANSACTIONS, offsets(CONCURRENT_TRANSACTIONS, 5));
    }

    @Test void a_coordinator_that_moves_does_not_send_writers_to_another_leader() {
        for (var why : NO_COORDINATOR) {
            assertEquals(NOT_ENOUGH_REPLICAS, produce(why, 12));
            assertEquals(COORDINATOR_NOT_AVAILABLE, offsets(why, 1));
            assertEquals(COORDINATOR_LOAD_IN_PROGRESS, offsets(why, 2));
        }
    }

    @Test void fenced_is_said_to_those_who_know_the_word() {
        assertEquals(INVALID_PRODUCER_EPOCH, TxnErrors.ofInit(PRODUCER_FENCED, (short) 3));
        assertEquals(PRODUCER_FENCED, TxnErrors.ofInit(PRODUCER_FENCED, (short) 4));
        assertEquals(INVALID_PRODUCER_EPOCH, TxnErrors.ofRest(PRODUCER_FENCED, (short) 1));
        assertEquals(PRODUCER_FENCED, TxnErrors.ofRest(PRODUCER_FENCED, (short) 2));
    }

    @Test void every_other_error_is_said_as_it_is() {
        assertEquals(INVALID_PRODUCER_ID_MAPPING, produce(INVALID_PRODUCER_ID_MAPPING, 3));
        assertEquals(INVALID_PRODUCER_ID_MAPPING, offsets(INVALID_PRODUCER_ID_MAPPING, 0));
        assertEquals(NOT_COORDINATOR, TxnErrors.ofInit(NOT_COORDINATOR, (short) 0));
        assertEquals(NOT_COORDINATOR, TxnErrors.ofRest(NOT_COORDINATOR, (short) 0));
    }
}
