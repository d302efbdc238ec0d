package dev.naru.txn;

/// How a client runs its transactions.
public enum TxnFlow {
    /// It adds each partition before it writes there, and keeps its epoch (KIP-98).
    CLASSIC(0),
    /// Partitions are added by the first write, and every end raises the epoch (KIP-890).
    V2(2);

    private final short version;

    TxnFlow(int version) {
        this.version = (short) version;
    }

    /// The level of the feature `transaction.version` that it needs.
    public short version() {
        return version;
    }

    /// The flow at a level of the feature.
    public static TxnFlow at(int version) {
        return version >= V2.version ? V2 : CLASSIC;
    }
}
