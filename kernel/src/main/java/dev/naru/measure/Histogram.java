package dev.naru.measure;

/// How many durations fell into which bucket. Buckets grow with what they hold: eight to each doubling
/// from a microsecond to more than an hour, so that any figure taken from them is within an eighth of the
/// truth. Owned by one loop; recording allocates nothing.
public final class Histogram {
    private static final int FIRST_EXPONENT = 10;
    private static final int LAST_EXPONENT = 42;
    private static final int PARTS_BITS = 3;
    private static final int PARTS = 1 << PARTS_BITS;
    /// One for everything below the first doubling, the rest as said above; the last takes all above.
    static final int BUCKETS = 1 + (LAST_EXPONENT - FIRST_EXPONENT) * PARTS;

    private final long[] counts = new long[BUCKETS];
    private long sumNs;

    /// Adds one duration; one below zero, which a clock that was set could say, counts as zero.
    public void add(long durationNs) {
        long counted = Math.max(0, durationNs);
        counts[bucketOf(counted)]++;
        sumNs += counted;
    }

    static int bucketOf(long durationNs) {
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(durationNs | 1);
        if (exponent < FIRST_EXPONENT) return 0;
        if (exponent >= LAST_EXPONENT) return BUCKETS - 1;
        int part = (int) (durationNs >>> (exponent - PARTS_BITS)) & (PARTS - 1);
        return 1 + (exponent - FIRST_EXPONENT) * PARTS + part;
    }

    /// The smallest duration above all that bucket `at` holds; the last holds what comes after, too.
    static long endOf(int at) {
        if (at == 0) return 1L << FIRST_EXPONENT;
        int exponent = FIRST_EXPONENT + (at - 1) / PARTS;
        long part = (at - 1L) % PARTS;
        return (PARTS + part + 1) << (exponent - PARTS_BITS);
    }

    /// What was added up to now.
    public DurationReading reading() {
        return DurationReading.of(counts.clone(), sumNs);
    }
}
