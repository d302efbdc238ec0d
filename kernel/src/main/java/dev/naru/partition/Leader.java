package dev.naru.partition;

import dev.naru.base.Invariant;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// What the leader of a partition knows of its replicas, and what follows from it: how far the high
/// watermark may go, and which ISR the leader would have. Holds no bytes and calls nobody. Owned by
/// its partition. Laws: I3, I7.
///
/// The watermark counts the *maximal* ISR: the members agreed on and those proposed to join, for a
/// proposal whose outcome is unknown may have been accepted (KIP-497). Members proposed to leave
/// count until they are out.
///
/// A leader that is alone in sync commits as soon as it has flushed, and so before any follower can
/// tell that it has the same: under load without a pause one that keeps up would never be seen at the
/// watermark. So now and then what is written waits for it for a moment.
final class Leader {
    /// Whoever was waited for in vain is not waited for again so soon.
    private static final long WAIT_AGAIN_NS = 5_000 * Now.NS_PER_MS;

    private final int nodeId;
    private final int leaderEpoch;
    /// A follower is in sync only once it has everything that this leader began with.
    private final long epochStart;
    private final Map<Integer, Progress> followers = new TreeMap<>();
    /// Somebody was told that nothing below is there any more: who begins earlier does not join.
    private long promisedStart;
    private Replicas agreed;
    private Optional<IsrWish> asked = Optional.empty();
    private int heardLast = -1;

    /// One follower. It is caught up at a moment when it has what the leader had at that moment.
    private static final class Progress {
        private long countedEnd = -1;
        private long brokerEpoch = -1;
        private long logStart;
        private long caughtUpNs;
        private long lastFetchNs;
        private long leaderEndAtLastFetch = Long.MAX_VALUE;
        /// It was caught up once, and not only given the time for it.
        private boolean hasKeptUp;
        private boolean isWaitedFor;
        private long mayWaitFromNs;

        private Progress(long nowNs) {
            this.caughtUpNs = nowNs;
            this.lastFetchNs = nowNs;
            this.mayWaitFromNs = nowNs;
        }

        private void caughtUp(long atNs) {
            caughtUpNs = Math.max(caughtUpNs, atNs);
            hasKeptUp = true;
        }
    }

    /// Leads from now on, with a log from `logStart` to `epochStart`. Members of the ISR have their
    /// lag counted from `nowNs`.
    Leader(Term term, long logStart, long epochStart, long nowNs) {
        Invariant.check(term.replicas().isr().contains(term.nodeId()),
            "I7: leader within the ISR");
        this.nodeId = term.nodeId();
        this.leaderEpoch = term.leaderEpoch();
        this.agreed = term.replicas();
        this.epochStart = epochStart;
        this.promisedStart = logStart;
        track(nowNs);
    }

    private void track(long nowNs) {
        followers.keySet().retainAll(agreed.nodeIds());
        for (int id : agreed.nodeIds()) {
            if (id != nodeId) followers.computeIfAbsent(id, _ -> new Progress(nowNs));
        }
    }

    Replicas agreed() {
        return agreed;
    }

    /// The members that count toward the watermark besides the leader.
    private List<Integer> countedFollowers() {
        var counted = new ArrayList<Integer>();
        for (int id : agreed.isr()) {
            if (id != nodeId) counted.add(id);
        }
        asked.ifPresent(wish -> {
            for (int id : wish.isr()) {
                if (id != nodeId && !counted.contains(id)) counted.add(id);
            }
        });
        return counted;
    }

    /// How far the high watermark may be now. `ownEnd` is what the leader itself counts: its
    /// flushed end, or its log end in page-cache mode.
    long watermark(long highWatermark, long ownEnd) {
        if (!agreed.areEnough()) return highWatermark;
        long reached = ownEnd;
        for (int id : countedFollowers()) {
            var progress = followers.get(id);
            reached = Math.min(reached, progress == null ? -1 : progress.countedEnd);
        }
        for (var progress : followers.values()) {
            if (progress.isWaitedFor) reached = Math.min(reached, progress.countedEnd);
        }
        return Math.max(highWatermark, reached);
    }

    /// The leader is about to append at `leaderEnd`: whoever has all below it is caught up until
    /// now.
    void appending(long leaderEnd, long nowNs) {
        for (var progress : followers.values()) {
            if (progress.countedEnd >= leaderEnd) progress.caughtUpNs = nowNs;
        }
    }

    /// A follower asks for what comes at `countedEnd`: it has, and counts, everything below.
    /// `leaderEnd` is the log end here. False for a node that is no replica.
    boolean fetched(int followerId, long brokerEpoch, long countedEnd, long leaderEnd,
        long nowNs) {
        var progress = followers.get(followerId);
        if (progress == null) return false;
        // an answer to an older life of the node must not count for this one
        if (brokerEpoch < progress.brokerEpoch) return false;
        if (brokerEpoch > progress.brokerEpoch) progress.hasKeptUp = false;
        if (countedEnd >= leaderEnd) {
            progress.caughtUp(nowNs);
        } else if (countedEnd >= progress.leaderEndAtLastFetch) {
            progress.caughtUp(progress.lastFetchNs);
        }
        heardLast = followerId;
        progress.brokerEpoch = brokerEpoch;
        progress.countedEnd = countedEnd;
        progress.lastFetchNs = nowNs;
        progress.leaderEndAtLastFetch = leaderEnd;
        return true;
    }

    /// A follower's log begins at `logStart`.
    void startsAt(int followerId, long logStart) {
        var progress = followers.get(followerId);
        if (progress != null) progress.logStart = logStart;
    }

    /// Of the members in sync that `isMeant` and that have what comes at `offset`, the one that has
    /// most.
    OptionalInt mostOf(IntPredicate isMeant, long offset) {
        int found = -1;
        long most = offset - 1;
        for (int id : agreed.isr()) {
            var progress = followers.get(id);
            if (progress == null || !isMeant.test(id)) continue;
            boolean has = progress.countedEnd > most && progress.logStart >= 0
                && progress.logStart <= offset;
            if (!has) continue;
            found = id;
            most = progress.countedEnd;
        }
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /// Whether it can be promised that nothing below `offset` comes back: all that may lead next
    /// begin there or later. While too few are in sync others may lead, too (KIP-966). Once it is
    /// promised, nobody joins who begins earlier.
    boolean promisesStart(long offset) {
        if (!agreed.areEnough()) return false;
        for (int id : countedFollowers()) {
            var progress = followers.get(id);
            if (progress == null || progress.logStart < offset) return false;
        }
        promisedStart = Math.max(promisedStart, offset);
        return true;
    }

    /// The end that a follower last told of; -1 when it has not been heard of.
    long countedEndOf(int followerId) {
        var progress = followers.get(followerId);
        return progress == null ? -1 : progress.countedEnd;
    }

    /// The ISR that this leader would have instead of the one agreed on, if any: without those that
    /// have not been caught up for `lagNs`, with those that have reached the high watermark and may join.
    /// Empty while a wish is under way.
    Optional<IsrWish> wish(long highWatermark, long leaderEnd, long nowNs, long lagNs,
        Isr.Joiners joiners) {
        if (asked.isPresent()) return Optional.empty();
        var isr = new ArrayList<Integer>();
        var epochs = new ArrayList<Long>();
        for (int id : agreed.nodeIds()) {
            var progress = followers.get(id);
            boolean belongs = progress == null
                || (agreed.isr().contains(id)
                    ? !isLagging(progress, leaderEnd, nowNs, lagNs)
                    : hasReached(progress, highWatermark)
                        && joiners.mayJoin(id, progress.brokerEpoch));
            if (!belongs) continue;
            isr.add(id);
            epochs.add(progress == null ? -1L : progress.brokerEpoch);
        }
        if (isr.size() == agreed.isr().size() && isr.containsAll(agreed.isr()))
            return Optional.empty();
        return Optional.of(new IsrWish(leaderEpoch, agreed.partitionEpoch(), List.copyOf(isr),
            List.copyOf(epochs)));
    }

    private static boolean isLagging(Progress progress, long leaderEnd, long nowNs, long lagNs) {
        return progress.countedEnd < leaderEnd && nowNs - progress.caughtUpNs > lagNs;
    }

    private boolean hasReached(Progress progress, long highWatermark) {
        return progress.countedEnd >= Math.max(highWatermark, epochStart)
            && progress.logStart >= promisedStart;
    }

    /// From now on the watermark waits for the follower that was heard of last, if it keeps up, is not in
    /// sync and was not waited for a moment ago: true when that is so. [#waitNoMore] has to follow.
    boolean waitForJoiner(long nowNs, long lagNs, Isr.Joiners joiners) {
        var progress = followers.get(heardLast);
        if (progress == null || asked.isPresent() || agreed.isr().contains(heardLast)) return false;
        boolean keepsUp = progress.hasKeptUp && nowNs - progress.caughtUpNs <= lagNs
            && progress.logStart >= promisedStart
            && joiners.mayJoin(heardLast, progress.brokerEpoch);
        if (!keepsUp || nowNs - progress.mayWaitFromNs < 0) return false;
        progress.isWaitedFor = true;
        progress.mayWaitFromNs = nowNs + WAIT_AGAIN_NS;
        return true;
    }

    void waitNoMore() {
        for (var progress : followers.values())
            progress.isWaitedFor = false;
    }

    /// The wish is on its way to the controller: it may be accepted from now on, and whoever it names
    /// counts.
    void asking(IsrWish wish) {
        Invariant.check(asked.isEmpty(), "I7: one change of the ISR at a time");
        asked = Optional.of(wish);
        for (int id : wish.isr()) {
            var progress = followers.get(id);
            if (progress != null) progress.isWaitedFor = false;
        }
    }

    boolean isAsked() {
        return asked.isPresent();
    }

    /// The controller certainly did not accept it and never will.
    void refused(IsrWish wish) {
        if (asked.filter(wish::equals).isPresent()) asked = Optional.empty();
    }

    /// The cluster has agreed on other replicas or another ISR, whoever asked for it.
    void agreed(Replicas next, long nowNs) {
        if (next.partitionEpoch() > agreed.partitionEpoch()) asked = Optional.empty();
        agreed = next;
        track(nowNs);
    }
}
