package dev.naru.log;

/// Where a leader epoch ends in this log; both -1 when the log cannot say.
public record EpochEnd(int leaderEpoch, long endOffset) {
    /// The log does not know the epoch asked for.
    public static final EpochEnd UNDEFINED = new EpochEnd(-1, -1);

    public boolean isDefined() {
        return endOffset >= 0;
    }
}
