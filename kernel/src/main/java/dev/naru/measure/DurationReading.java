package dev.naru.measure;

/// A copy of a [Histogram]: durations since the start, or within a time as the difference of two.
/// Immutable.
public final class DurationReading {
    /// Nothing was added.
    public static final DurationReading NONE = new DurationReading(new long[Histogram.BUCKETS], 0,
        0);

    private final long[] counts;
    private final long count;
    private final long sumNs;

    private DurationReading(long[] counts, long count, long sumNs) {
        this.counts = counts;
        this.count = count;
        this.sumNs = sumNs;
    }

    /// Takes the array over.
    static DurationReading of(long[] counts, long sumNs) {
        long count = 0;
        for (long each : counts)
            count += each;
        return new DurationReading(counts, count, sumNs);
    }

    /// How many there were.
    public long count() {
        return count;
    }

    /// All of them together.
    public long sumNs() {
        return sumNs;
    }

    /// Both together.
    public DurationReading plus(DurationReading other) {
        var both = counts.clone();
        for (int at = 0; at < both.length; at++)
            both[at] += other.counts[at];
        return new DurationReading(both, count + other.count, sumNs + other.sumNs);
    }

    /// What was added since `earlier`, a reading of the same; everything when that is of another life.
    public DurationReading since(DurationReading earlier) {
        if (earlier.count > count) return this;
        var more = counts.clone();
        for (int at = 0; at < more.length; at++)
            more[at] -= earlier.counts[at];
        return new DurationReading(more, count - earlier.count, sumNs - earlier.sumNs);
    }

    /// How many lasted `boundNs` or less, counting whole buckets only: those of the bucket that the bound
    /// is amid are left out.
    public long countUpTo(long boundNs) {
        long within = 0;
        for (int at = 0; at < counts.length && Histogram.endOf(at) <= boundNs; at++)
            within += counts[at];
        return within;
    }

    /// The duration that `part` of them (0 to 1) do not exceed, to an eighth; 0 when there were none.
    public long quantileNs(double part) {
        if (count == 0) return 0;
        long rank = Math.max(1, (long) Math.ceil(part * count));
        long passed = 0;
        for (int at = 0; at < counts.length; at++) {
            if (passed + counts[at] < rank) {
                passed += counts[at];
                continue;
            }
            long from = at == 0 ? 0 : Histogram.endOf(at - 1);
            return from + (Histogram.endOf(at) - from) * (rank - passed) / counts[at];
        }
        return Histogram.endOf(counts.length - 1);
    }
}
