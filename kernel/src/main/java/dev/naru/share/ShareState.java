package dev.naru.share;

import java.util.List;

/// All that is stored of one share partition. `startOffset` is -1 as long as nobody has said where
/// it starts.
///
/// @param snapshotEpoch counts the snapshots; updates name the one they belong to
/// @param stateEpoch raised whenever the offsets are set from outside
/// @param finalCount offsets from the start on with a final state, -1 when nobody has said
/// @param updates updates since the last snapshot
public record ShareState(int snapshotEpoch, int stateEpoch, int leaderEpoch, long startOffset,
    int finalCount, long createdAtMs, List<StateBatch> batches, int updates) {
    /// Nobody has said where the share partition starts.
    public static final long UNSET = -1;

    /// With a change laid over it. `newStart` -1 leaves the start where it is.
    ShareState with(int newLeaderEpoch, long newStart, int newFinalCount,
        List<StateBatch> newer) {
        long start = newStart == UNSET ? startOffset : newStart;
        int leader = newLeaderEpoch < 0 ? leaderEpoch : newLeaderEpoch;
        return new ShareState(snapshotEpoch, stateEpoch, leader, start, newFinalCount,
            createdAtMs, StateBatches.overlay(batches, newer, start), updates + 1);
    }

    ShareState asSnapshot() {
        return new ShareState(snapshotEpoch + 1, stateEpoch, leaderEpoch, startOffset, finalCount,
            createdAtMs, batches, 0);
    }
}
