package dev.naru.broker;

import dev.naru.base.ErrorCode;

/// The coordinator's errors in the words that a client of each version understands.
final class TxnErrors {
    /// From here on the client knows that its transaction can be aborted and tried again (KIP-890).
    private static final short PRODUCE_KNOWS_ABORTABLE = 11;
    private static final short OFFSETS_KNOW_ABORTABLE = 4;
    private static final short PRODUCE_V2 = 12;
    private static final short OFFSETS_V2 = 5;
    private static final short OFFSETS_KNOW_LOADING = 2;
    /// The first version of InitProducerId that knows PRODUCER_FENCED; of the others.
    private static final short INIT_KNOWS_FENCED = 4;
    private static final short KNOWS_FENCED = 2;

    private TxnErrors() {}

    /// Of the batch of a producer whose transaction was asked about. Clients that retry a produce
    /// do so on NOT_ENOUGH_REPLICAS without looking for another leader.
    static ErrorCode ofProduce(ErrorCode why, short version) {
        return switch (why) {
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> version >= PRODUCE_KNOWS_ABORTABLE
                ? why
                : ErrorCode.INVALID_TXN_STATE;
            case CONCURRENT_TRANSACTIONS -> version >= PRODUCE_V2
                ? why
                : ErrorCode.NOT_ENOUGH_REPLICAS;
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR ->
                ErrorCode.NOT_ENOUGH_REPLICAS;
            default -> why;
        };
    }

    /// Of offsets that a transaction commits, when the transaction was asked about. That its
    /// coordinator moves is not that the group's does.
    static ErrorCode ofOffsets(ErrorCode why, short version) {
        return switch (why) {
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> version >= OFFSETS_KNOW_ABORTABLE
                ? why
                : ErrorCode.INVALID_TXN_STATE;
            case CONCURRENT_TRANSACTIONS -> version >= OFFSETS_V2
                ? why
                : ofOffsets(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, version);
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR ->
                version >= OFFSETS_KNOW_LOADING
                    ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                    : ErrorCode.COORDINATOR_NOT_AVAILABLE;
            default -> why;
        };
    }

    static ErrorCode ofInit(ErrorCode why, short version) {
        boolean isNew = why == ErrorCode.PRODUCER_FENCED && version < INIT_KNOWS_FENCED;
        return isNew ? ErrorCode.INVALID_PRODUCER_EPOCH : why;
    }

    /// Of AddPartitionsToTxn, AddOffsetsToTxn, EndTxn.
    static ErrorCode ofRest(ErrorCode why, short version) {
        boolean isNew = why == ErrorCode.PRODUCER_FENCED && version < KNOWS_FENCED;
        return isNew ? ErrorCode.INVALID_PRODUCER_EPOCH : why;
    }
}
