package dev.naru.txn;

import java.util.Optional;

/// Where a transactional id stands. Law I14: it moves along [#mayBecome] only.
///
/// ```
///              partitions           end, or time is up           markers written
///   EMPTY ------------------> ONGOING ------------> PREPARE_* -------------------> COMPLETE_*
///     ^  \---- empty abort (V2) ---------------------^                               |
///     '------------------------------ initialized again ----------------------------'
/// ```
public enum TxnStatus {
    EMPTY(0, "Empty"), ONGOING(1, "Ongoing"), PREPARE_COMMIT(2, "PrepareCommit"), PREPARE_ABORT(3,
        "PrepareAbort"), COMPLETE_COMMIT(4, "CompleteCommit"), COMPLETE_ABORT(5,
            "CompleteAbort"),
    /// Forgotten; a tombstone stands for it.
    DEAD(6, "Dead"),
    /// About to be aborted for somebody newer. Passed through within one decision, never stored.
    PREPARE_EPOCH_FENCE(7, "PrepareEpochFence");

    private final byte id;
    private final String text;

    TxnStatus(int id, String text) {
        this.id = (byte) id;
        this.text = text;
    }

    /// Its number in the log.
    byte id() {
        return id;
    }

    /// Its name in tools.
    public String text() {
        return text;
    }

    static Optional<TxnStatus> of(byte id) {
        for (var status : values()) {
            if (status.id == id) return Optional.of(status);
        }
        return Optional.empty();
    }

    /// The status that tools call so.
    public static Optional<TxnStatus> named(String text) {
        for (var status : values()) {
            if (status.text.equals(text)) return Optional.of(status);
        }
        return Optional.empty();
    }

    boolean mayBecome(TxnStatus next) {
        return switch (this) {
            // only V2 clients abort a transaction that holds nothing
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> next == ONGOING || next == EMPTY
                || next == DEAD || next == PREPARE_ABORT;
            case ONGOING -> next == ONGOING || next == PREPARE_COMMIT || next == PREPARE_ABORT
                || next == PREPARE_EPOCH_FENCE;
            case PREPARE_COMMIT -> next == COMPLETE_COMMIT;
            case PREPARE_ABORT -> next == COMPLETE_ABORT;
            case PREPARE_EPOCH_FENCE -> next == PREPARE_ABORT;
            case DEAD -> false;
        };
    }

    /// Decided, and not everybody has been told yet.
    boolean isPrepared() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }

    /// Nothing is going on.
    boolean isIdle() {
        return this == EMPTY || this == COMPLETE_COMMIT || this == COMPLETE_ABORT;
    }
}
