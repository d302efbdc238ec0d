package dev.naru.log;

/// Where the latest batches of the active segment lie, so that a reader at the tail finds its place
/// without a read. Owned by its log; takes memory only once something was written.
final class RecentBatches {
    private static final int FIRST_SLOTS = 8;
    /// Twelve bytes each; enough for every reader that keeps up.
    private static final int SLOTS_MAX = 512;
    private static final long[] NO_OFFSETS = {};
    private static final int[] NO_POSITIONS = {};

    private long[] offsets = NO_OFFSETS;
    private int[] positions = NO_POSITIONS;
    private int first;
    private int count;

    int count() {
        return count;
    }

    /// The batch written last; its place is above all others.
    void add(long baseOffset, int position) {
        if (count == offsets.length) makeRoom();
        int at = (first + count) & (offsets.length - 1);
        offsets[at] = baseOffset;
        positions[at] = position;
        count++;
    }

    void clear() {
        offsets = NO_OFFSETS;
        positions = NO_POSITIONS;
        first = 0;
        count = 0;
    }

    long offsetAt(int slot) {
        return offsets[(first + slot) & (offsets.length - 1)];
    }

    int positionAt(int slot) {
        return positions[(first + slot) & (offsets.length - 1)];
    }

    /// The last batch with a base offset of at most `offset`; -1 when that one is not remembered.
    int floorOfOffset(long offset) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offsetAt(middle) <= offset) low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    /// The last batch that starts at or before `position`; -1 when that one is not remembered.
    int floorOfPosition(int position) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (positionAt(middle) <= position) low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    private void makeRoom() {
        if (offsets.length == SLOTS_MAX) {
            first = (first + 1) & (SLOTS_MAX - 1);
            count--;
            return;
        }
        int size = offsets.length == 0 ? FIRST_SLOTS : offsets.length * 2;
        var moreOffsets = new long[size];
        var morePositions = new int[size];
        for (int slot = 0; slot < count; slot++) {
            moreOffsets[slot] = offsetAt(slot);
            morePositions[slot] = positionAt(slot);
        }
        offsets = moreOffsets;
        positions = morePositions;
        first = 0;
    }
}
