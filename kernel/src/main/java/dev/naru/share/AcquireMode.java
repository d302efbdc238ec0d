package dev.naru.share;

import java.util.Optional;

/// How a member wants records to be counted out (KIP-1206).
public enum AcquireMode {
    /// Whole batches of the log where they fit; the maximum is a wish.
    BATCH_OPTIMIZED,
    /// Never more than the maximum.
    RECORD_LIMIT;

    /// The mode of this number on the wire, if there is one.
    public static Optional<AcquireMode> of(byte id) {
        return switch (id) {
            case 0 -> Optional.of(BATCH_OPTIMIZED);
            case 1 -> Optional.of(RECORD_LIMIT);
            default -> Optional.empty();
        };
    }
}
