package dev.naru.cli;

import java.util.Arrays;

/// How long things took: count, mean, longest, and any percentile of what was measured. Kept one
/// by one up to a limit, then every second, every fourth, so that memory is bounded and the
/// percentiles stay those of the whole run. Used by one thread.
final class Samples {
    private static final int KEPT_MAX = 1 << 19;
    private long[] kept = new long[1024];
    private int keptCount;
    private long every = 1;
    private long count;
    private long sum;
    private long max;

    void add(long value) {
        if (count % every == 0) keep(value);
        count++;
        sum += value;
        max = Math.max(max, value);
    }

    long count() {
        return count;
    }

    long max() {
        return max;
    }

    double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /// The value that `share` (0.99) of all are at most.
    long percentile(double share) {
        if (keptCount == 0) return 0;
        var sorted = Arrays.copyOf(kept, keptCount);
        Arrays.sort(sorted);
        return sorted[Math.min(keptCount - 1, (int) (keptCount * share))];
    }

    private void keep(long value) {
        if (keptCount == KEPT_MAX) thin();
        if (count % every != 0) return;
        if (keptCount == kept.length) kept = Arrays.copyOf(kept, 2 * kept.length);
        kept[keptCount] = value;
        keptCount++;
    }

    private void thin() {
        for (int i = 0; i < KEPT_MAX / 2; i++) {
            kept[i] = kept[2 * i];
        }
        keptCount = KEPT_MAX / 2;
        every *= 2;
    }
}
