package dev.naru.shard;

/// Where a fact that is being applied comes from.
public record Origin(boolean isReplayed, BatchKind kind) {
    /// Just decided here.
    public static Origin decided(BatchKind kind) {
        return new Origin(false, kind);
    }

    /// Read back from the log.
    public static Origin replayed(BatchKind kind) {
        return new Origin(true, kind);
    }
}
