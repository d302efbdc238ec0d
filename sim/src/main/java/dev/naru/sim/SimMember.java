package dev.naru.sim;

import dev.naru.base.Uuid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One node's part in the cluster's log: what its directory holds whatever happens to the machine,
/// and the log it has open now.
final class SimMember {
    private static final Uuid UNKNOWN = new Uuid(0, 0);

    private final int nodeId;
    private boolean hasVote;
    private Uuid votesWith = UNKNOWN;
    private Uuid directoryId = UNKNOWN;
    private @Nullable SimHost host;
    private @Nullable SimMetadataLog log;
    private @Nullable Snapshot snapshot;
    private int stored;
    private long deafUntilNs;
    private long outOfTouchSinceNs = Long.MAX_VALUE;

    /// The state after the first `batches` of the log.
    record Snapshot(int batches, List<byte[]> blocks) {}

    SimMember(int nodeId, boolean hasVote) {
        this.nodeId = nodeId;
        this.hasVote = hasVote;
    }

    int nodeId() {
        return nodeId;
    }

    /// It opens its log on this directory. One that is not the voter's own is a stranger's: it
    /// holds nothing and never votes.
    void opens(SimHost where, Uuid directory) {
        boolean isOther = !directoryId.equals(UNKNOWN) && !directoryId.equals(directory);
        if (isOther) {
            snapshot = null;
            stored = 0;
        }
        host = where;
        directoryId = directory;
        if (hasVote && votesWith.equals(UNKNOWN)) votesWith = directory;
    }

    Uuid directoryId() {
        return directoryId;
    }

    void log(SimMetadataLog opened) {
        log = opened;
        deafUntilNs = 0;
        inTouch();
    }

    /// The log it has open in the present life of its host.
    @Nullable SimMetadataLog log() {
        var open = log;
        return open != null && open.isLive() ? open : null;
    }

    /// Whether it counts among the voters, with whatever directory.
    boolean hasVote() {
        return hasVote;
    }

    /// Whether it is the voter, with the directory that has the vote.
    boolean isVoter() {
        return hasVote && votesWith.equals(directoryId);
    }

    /// The directory that has the vote.
    Uuid votesWith() {
        return votesWith;
    }

    /// Whether it answers its peers.
    boolean isUp() {
        var machine = host;
        return log() != null && machine != null
            && machine.pausedUntilNs() <= machine.world().nowNs();
    }

    boolean isInTouch(SimMember other, SimNetwork network) {
        var here = host;
        var there = other.host;
        return here != null && there != null && network.isInTouch(here, there);
    }

    @Nullable Snapshot snapshot() {
        return snapshot;
    }

    int snapshotBatches() {
        var kept = snapshot;
        return kept == null ? 0 : kept.batches();
    }

    void snapshot(Snapshot next) {
        if (next.batches() > snapshotBatches()) snapshot = next;
    }

    /// How many batches of the log it has.
    int stored() {
        return stored;
    }

    void stored(int batches) {
        stored = batches;
    }

    boolean isDeaf(long nowNs) {
        return nowNs < deafUntilNs;
    }

    void deafUntil(long untilNs) {
        deafUntilNs = untilNs;
    }

    /// For how long it has heard of no leader.
    long outOfTouchNs(long nowNs) {
        outOfTouchSinceNs = Math.min(outOfTouchSinceNs, nowNs);
        return nowNs - outOfTouchSinceNs;
    }

    void inTouch() {
        outOfTouchSinceNs = Long.MAX_VALUE;
    }
}
