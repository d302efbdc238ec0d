package dev.naru.log;

/// What the log knows about one producer, for those who describe producers.
///
/// @param lastTimestampMs timestamp of its last batch
/// @param openTransactionOffset first offset of its undecided transaction, -1 when there is none
public record ProducerState(long producerId, short producerEpoch, int lastSequence,
    long lastTimestampMs, int coordinatorEpoch, long openTransactionOffset) {}
