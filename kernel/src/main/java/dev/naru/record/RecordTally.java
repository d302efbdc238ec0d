package dev.naru.record;

import java.util.ArrayList;
import java.util.List;

/// What the records of a batch add up to, and which of them break the topic's rules. Owned by an
/// inspector, reused; a batch without faults allocates nothing.
final class RecordTally {
    private long earliestMs;
    private long latestMs;
    private boolean requiresKeys;
    private long maxTimestamp;
    private int deltaOfMaxTimestamp;
    private boolean hasBadTimestamp;
    private int faults;
    private final List<Integer> faultIndexes = new ArrayList<>();

    void reset(BatchRules rules, long wallMs) {
        boolean checksTime = !rules.isLogAppendTime();
        earliestMs = checksTime
            ? saturatedDifference(wallMs, rules.timestampBeforeMaxMs())
            : Long.MIN_VALUE;
        latestMs = checksTime
            ? saturatedSum(wallMs, rules.timestampAfterMaxMs())
            : Long.MAX_VALUE;
        requiresKeys = rules.requiresKeys();
        maxTimestamp = BatchLayout.NONE;
        deltaOfMaxTimestamp = 0;
        hasBadTimestamp = false;
        faults = 0;
        faultIndexes.clear();
    }

    void add(int index, long timestampMs, boolean hasKey) {
        if (timestampMs > maxTimestamp) {
            maxTimestamp = timestampMs;
            deltaOfMaxTimestamp = index;
        }
        if (requiresKeys && !hasKey) {
            fault(index);
        } else if (timestampMs < earliestMs || timestampMs > latestMs) {
            // No timestamp at all is always welcome.
            if (timestampMs == BatchLayout.NONE) return;
            hasBadTimestamp = true;
            fault(index);
        }
    }

    /// The largest timestamp, -1 if no record has one.
    long maxTimestamp() {
        return maxTimestamp;
    }

    int deltaOfMaxTimestamp() {
        return deltaOfMaxTimestamp;
    }

    int faults() {
        return faults;
    }

    boolean hasBadTimestamp() {
        return hasBadTimestamp;
    }

    List<Integer> faultIndexes() {
        return List.copyOf(faultIndexes);
    }

    private void fault(int index) {
        faults++;
        if (faultIndexes.size() < BatchInspector.INDEXES_MAX) faultIndexes.add(index);
    }

    private static long saturatedDifference(long left, long right) {
        long difference = left - right;
        return ((left ^ right) & (left ^ difference)) < 0 ? Long.MIN_VALUE : difference;
    }

    private static long saturatedSum(long left, long right) {
        long sum = left + right;
        return ((left ^ sum) & (right ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }
}
