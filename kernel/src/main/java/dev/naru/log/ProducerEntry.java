package dev.naru.log;

import static dev.naru.base.Limits.PRODUCER_BATCHES_KEPT;

import java.util.Optional;

/// What a log remembers of one producer: its epoch and its last few batches. Owned by its table.
final class ProducerEntry {
    static final int NO_SEQUENCE = -1;

    private final long producerId;
    private short producerEpoch;
    private int coordinatorEpoch = -1;
    private long openTransactionOffset = -1;
    private long lastTimestampMs = -1;
    private long lastUseMs;
    private long latestOffset = -1;
    private int batchCount;
    private int newest;
    private final int[] firstSequences = new int[PRODUCER_BATCHES_KEPT];
    private final int[] offsetDeltas = new int[PRODUCER_BATCHES_KEPT];
    private final long[] lastOffsets = new long[PRODUCER_BATCHES_KEPT];
    private final long[] timestamps = new long[PRODUCER_BATCHES_KEPT];

    ProducerEntry(long producerId, short producerEpoch) {
        this.producerId = producerId;
        this.producerEpoch = producerEpoch;
    }

    long producerId() {
        return producerId;
    }

    short producerEpoch() {
        return producerEpoch;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    long openTransactionOffset() {
        return openTransactionOffset;
    }

    long lastTimestampMs() {
        return lastTimestampMs;
    }

    /// Wall time of its last append, for expiry: a producer may give its records any timestamp.
    long lastUseMs() {
        return lastUseMs;
    }

    void used(long wallMs) {
        lastUseMs = wallMs;
    }

    /// Of its latest batch in the log, whatever it holds; -1 when a snapshot told of it.
    long latestOffset() {
        return latestOffset;
    }

    void wroteAt(long offset) {
        latestOffset = offset;
    }

    int batchCount() {
        return batchCount;
    }

    /// Where a kept batch is, 0 being the oldest.
    private int at(int age) {
        return (newest - batchCount + 1 + age + 2 * PRODUCER_BATCHES_KEPT) % PRODUCER_BATCHES_KEPT;
    }

    int firstSequence(int age) {
        return firstSequences[at(age)];
    }

    int lastSequence(int age) {
        return (firstSequence(age) + offsetDelta(age)) & Integer.MAX_VALUE;
    }

    /// Last offset minus first offset.
    int offsetDelta(int age) {
        return offsetDeltas[at(age)];
    }

    long lastOffset(int age) {
        return lastOffsets[at(age)];
    }

    long firstOffset(int age) {
        return lastOffset(age) - offsetDelta(age);
    }

    long timestampMs(int age) {
        return timestamps[at(age)];
    }

    /// The sequence that its last record had, [#NO_SEQUENCE] when no batch is remembered.
    int lastSequence() {
        return batchCount == 0 ? NO_SEQUENCE : lastSequence(batchCount - 1);
    }

    /// The kept batch with exactly these sequences, or -1.
    int find(int firstSequence, int lastSequence) {
        for (int age = batchCount - 1; age >= 0; age--) {
            if (firstSequence(age) == firstSequence && lastSequence(age) == lastSequence) {
                return age;
            }
        }
        return -1;
    }

    /// A new epoch begins without batches.
    void moveTo(short epoch) {
        if (epoch == producerEpoch) return;
        producerEpoch = epoch;
        batchCount = 0;
    }

    void add(int firstSequence, long lastOffset, int offsetDelta, long timestampMs) {
        newest = (newest + 1) % PRODUCER_BATCHES_KEPT;
        if (batchCount < PRODUCER_BATCHES_KEPT) batchCount++;
        firstSequences[newest] = firstSequence;
        offsetDeltas[newest] = offsetDelta;
        lastOffsets[newest] = lastOffset;
        timestamps[newest] = timestampMs;
        lastTimestampMs = timestampMs;
    }

    /// Wrote without sequences, as coordinators do.
    void wrote(long timestampMs) {
        lastTimestampMs = timestampMs;
    }

    void transactionOpenFrom(long offset) {
        openTransactionOffset = offset;
    }

    void transactionEnded(int newCoordinatorEpoch, long timestampMs) {
        openTransactionOffset = -1;
        coordinatorEpoch = newCoordinatorEpoch;
        lastTimestampMs = timestampMs;
    }

    void restore(int storedCoordinatorEpoch, long storedTransactionOffset, long timestampMs) {
        coordinatorEpoch = storedCoordinatorEpoch;
        openTransactionOffset = storedTransactionOffset;
        lastTimestampMs = timestampMs;
    }

    /// What is left of it without the batches that end at or above `endOffset`; empty when all that it
    /// holds comes from there.
    Optional<ProducerEntry> below(long endOffset) {
        var below = new ProducerEntry(producerId, producerEpoch);
        for (int age = 0; age < batchCount; age++) {
            if (lastOffset(age) >= endOffset) break;
            below.add(firstSequence(age), lastOffset(age), offsetDelta(age), timestampMs(age));
        }
        boolean isOpen = openTransactionOffset >= 0 && openTransactionOffset < endOffset;
        boolean isAll = below.batchCount == batchCount && latestOffset < endOffset;
        if (below.batchCount == 0 && !isOpen && !isAll) return Optional.empty();
        below.restore(coordinatorEpoch, isOpen ? openTransactionOffset : -1,
            isAll ? lastTimestampMs : below.lastTimestampMs);
        return Optional.of(below);
    }

    ProducerState state() {
        return new ProducerState(producerId, producerEpoch, lastSequence(), lastTimestampMs,
            coordinatorEpoch, openTransactionOffset);
    }
}
