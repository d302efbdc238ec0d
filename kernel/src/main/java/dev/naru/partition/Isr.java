package dev.naru.partition;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.Optional;

/// Who of a partition's replicas is in sync, as its leader would have it: what is to be asked of the
/// controller, and what came of it. Does nothing where this node does not lead. Owned by the partition's
/// loop. Laws: I3, I7.
public final class Isr {
    /// How long what is written waits for a replica that keeps up, so that it can join; then not for a
    /// while.
    public static final long JOIN_WAIT_NS = 1_000 * Now.NS_PER_MS;

    /// Whom the controller would let into an ISR now, as far as this node knows: one that it may not be would
    /// have it refuse the others with it, and those who should leave would stay.
    public interface Joiners {
        /// Whether the node counts, in the life in which it was heard of here.
        boolean mayJoin(int nodeId, long brokerEpoch);
    }

    private final Partition partition;

    Isr(Partition partition) {
        this.partition = partition;
    }

    /// Whether a replica is not in sync, as far as the cluster has agreed.
    public boolean isIncomplete() {
        return partition.replicas().isr().size() < partition.replicas().nodeIds().size();
    }

    /// The ISR that this leader would have instead, if any; it is asked for from now on, until
    /// [#refused] or until the cluster agrees on something ([Partition#term]). `lagNs` is how long a
    /// member may not be caught up.
    public Optional<IsrWish> wish(long lagNs, Joiners joiners) {
        var leads = partition.leader();
        if (leads == null || partition.closedBecause() != ErrorCode.NONE) return Optional.empty();
        var wish = leads.wish(partition.highWatermark(), partition.log().logEndOffset(),
            partition.monotonicNs(), lagNs, joiners);
        wish.ifPresent(leads::asking);
        return wish;
    }

    /// Whether a wish is under way: the cluster has not agreed on anything since it was asked for.
    public boolean isAsked() {
        var leads = partition.leader();
        return leads != null && leads.isAsked();
    }

    /// The wish may have been accepted or may yet be, though it is refused now: this asks for the ISR that
    /// is, in its place. When that is accepted the partition has a new epoch, and no earlier wish can
    /// come true any more; until then whoever the earlier one names counts.
    public IsrWish withdrawal(IsrWish wish) {
        var isr = partition.replicas().isr();
        return new IsrWish(wish.leaderEpoch(), wish.partitionEpoch(), isr,
            isr.stream().map(_ -> -1L).toList());
    }

    /// The controller certainly did not accept the wish and never will.
    public void refused(IsrWish wish) {
        var leads = partition.leader();
        if (leads == null) return;
        leads.refused(wish);
        partition.advance();
    }

    /// Lets what is written wait for the replica that was heard of last, if it keeps up and is not in
    /// sync, until [#waitNoMore]: true when that is so. It joins at its next fetch or the one after it.
    public boolean waitForJoiner(long lagNs, Joiners joiners) {
        var leads = partition.leader();
        return leads != null && leads.waitForJoiner(partition.monotonicNs(), lagNs, joiners);
    }

    /// [#JOIN_WAIT_NS] is over: whoever did not join is not waited for.
    public void waitNoMore() {
        var leads = partition.leader();
        if (leads == null) return;
        leads.waitNoMore();
        partition.advance();
    }
}
