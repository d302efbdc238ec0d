package dev.naru.log;

import java.util.ArrayList;
import java.util.List;

/// The segments of a log in the order of their offsets; the last one is the active one. Owned by its log.
final class SegmentList {
    private final List<Segment> segments = new ArrayList<>(1);

    boolean isEmpty() {
        return segments.isEmpty();
    }

    int size() {
        return segments.size();
    }

    Segment get(int at) {
        return segments.get(at);
    }

    Segment active() {
        return segments.getLast();
    }

    void add(Segment segment) {
        segments.add(segment);
    }

    Segment remove(int at) {
        return segments.remove(at);
    }

    void replace(int at, Segment segment) {
        segments.set(at, segment);
    }

    /// The last segment that starts at or below `offset`; -1 when there is none.
    int floor(long offset) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).baseOffset() <= offset) low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    boolean hasBase(long offset) {
        int at = floor(offset);
        return at >= 0 && segments.get(at).baseOffset() == offset;
    }

    /// One past the last offset that can be in a segment.
    long endOf(int at, long logEndOffset) {
        return at + 1 < segments.size() ? segments.get(at + 1).baseOffset() : logEndOffset;
    }

    long sizeBytes() {
        long sum = 0;
        for (int at = 0; at < segments.size(); at++)
            sum += segments.get(at).sizeBytes();
        return sum;
    }

    /// Gives back handles and caches.
    void relax() {
        segments.forEach(Segment::relax);
    }

    /// How many of the oldest end at or below `offset`; never all.
    int countBelow(long offset) {
        int count = 0;
        while (count < segments.size() - 1 && segments.get(count + 1).baseOffset() <= offset)
            count++;
        return count;
    }
}
