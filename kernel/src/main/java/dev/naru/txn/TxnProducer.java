package dev.naru.txn;

/// Who writes: the id, and which of those that ever had it.
public record TxnProducer(long producerId, short producerEpoch) {
    /// No producer.
    public static final TxnProducer NONE = new TxnProducer(-1, (short) -1);

    /// Above this no epoch is given out: one is kept to fence with.
    static final short EPOCH_MAX = Short.MAX_VALUE - 1;

    boolean isExhausted() {
        return producerEpoch >= EPOCH_MAX;
    }

    /// The epoch that is kept to fence with: nobody was given it, and whoever wrote under it could
    /// not be fenced any more.
    boolean isFence() {
        return producerEpoch > EPOCH_MAX;
    }
}
