package dev.naru.metadata;

import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// One change of a partition, from what shall be different to what follows from it: a reassignment
/// that can end ends, a leader is found, the eligible replicas are kept (KIP-966). Pure: makes one
/// new image, or finds that nothing changes.
final class PartitionChange {
    private final PartitionImage before;
    private final IntPredicate isAlive;
    private final ReplicaRules rules;
    private List<Integer> replicas;
    private List<Integer> isr;
    private List<Integer> elr;
    private Reassignment moving;
    private int leader;
    private boolean prefersFirst;
    private boolean mayElectUnclean;
    private boolean wasUnclean;
    private List<Integer> forgotten = List.of();
    private IntPredicate mayStay = id -> false;
    private IntPredicate isUnfit = id -> false;

    /// `isAlive` says which nodes may lead.
    PartitionChange(PartitionImage before, IntPredicate isAlive, ReplicaRules rules) {
        this.before = before;
        this.isAlive = isAlive;
        this.rules = rules;
        this.replicas = before.replicas();
        this.isr = before.isr();
        this.elr = before.elr();
        this.moving = before.moving();
        this.leader = before.leader();
        this.mayElectUnclean = rules.mayElectUnclean();
    }

    /// Which leaders go on when nobody else can lead, though they may not be elected.
    PartitionChange mayStay(IntPredicate leaving) {
        mayStay = leaving;
        return this;
    }

    /// The preferred leader leads if it is in sync.
    PartitionChange preferFirst() {
        prefersFirst = true;
        return this;
    }

    /// Another leads than one of these, if there is one in sync that is none of them.
    PartitionChange leadElsewhere(IntPredicate unfit) {
        isUnfit = unfit;
        return this;
    }

    /// A replica that may lack committed records leads rather than none, whatever the topic's
    /// settings say.
    PartitionChange allowUnclean() {
        mayElectUnclean = true;
        return this;
    }

    PartitionChange isr(List<Integer> next) {
        isr = List.copyOf(next);
        return this;
    }

    /// The node is not in sync any more, unless nobody else is.
    PartitionChange leave(int nodeId) {
        if (isr.size() > 1) isr = Reassignment.without(isr, List.of(nodeId));
        return this;
    }

    /// The node cannot be counted on for what it held: it came back without having stopped cleanly.
    /// Where it is alone in sync it stays, unless one that is alive still holds all that is committed.
    PartitionChange forget(int nodeId) {
        elr = Reassignment.without(elr, List.of(nodeId));
        if (isr.size() > 1 || elr.stream().anyMatch(isAlive::test))
            isr = Reassignment.without(isr, List.of(nodeId));
        forgotten = List.of(nodeId);
        return this;
    }

    /// The replicas shall be these in the end, because somebody asked for it. What an earlier
    /// reassignment was bringing in, and this one does not want, goes at once.
    PartitionChange reassign(List<Integer> target) {
        return reassign(target, false);
    }

    /// The same, by somebody or by the cluster itself.
    PartitionChange reassign(List<Integer> target, boolean isByCluster) {
        var origin = moving.origin(replicas);
        var removing = Reassignment.without(origin, target);
        var all = new ArrayList<>(target);
        all.addAll(removing);
        replicas = List.copyOf(all);
        isr = isr.stream().filter(replicas::contains).toList();
        var adding = Reassignment.without(target, origin);
        boolean isMoving = !adding.isEmpty() || !removing.isEmpty();
        moving = isMoving
            ? new Reassignment(adding, removing, isByCluster)
            : Reassignment.NONE;
        return this;
    }

    /// The replicas stay what they were before the reassignment.
    PartitionChange cancel() {
        replicas = moving.origin(replicas);
        isr = Reassignment.without(isr, moving.adding());
        moving = Reassignment.NONE;
        return this;
    }

    /// Whether what was committed stays on as many replicas as it takes to commit it, one of them in
    /// sync: one that was being brought in may hold it by now instead of others, and is not given up
    /// before they do.
    boolean keepsEnough() {
        var holders = new LinkedHashSet<>(before.isr());
        holders.addAll(before.elr());
        int all = holders.size();
        holders.retainAll(replicas);
        boolean areEnough = holders.size() == all
            || holders.size() >= moving.enough(replicas, rules.minInSync());
        return areEnough && (!isr.isEmpty() || before.isr().isEmpty());
    }

    /// The image after it; empty when it is the one before.
    Optional<PartitionImage> settle() {
        endMoving();
        elr = keep(elr);
        elect();
        keepEligible();
        boolean isGone = !replicas.containsAll(before.replicas());
        boolean isNewTerm = leader != before.leader() || isGone;
        var lastKnown = lastKnown();
        boolean isSame = !isNewTerm && replicas.equals(before.replicas())
            && isr.equals(before.isr()) && elr.equals(before.elr())
            && lastKnown.equals(before.lastKnownElr()) && moving.equals(before.moving());
        if (isSame) return Optional.empty();
        int epoch = before.leaderEpoch() + (isNewTerm ? 1 : 0);
        return Optional.of(new PartitionImage(leader, epoch, before.partitionEpoch() + 1, replicas,
            isr, elr, lastKnown, moving));
    }

    /// A reassignment ends when all that stay are in sync.
    private void endMoving() {
        if (!moving.isUnderWay()) return;
        var target = moving.target(replicas);
        if (!isr.containsAll(target)) return;
        isr = Reassignment.without(isr, moving.removing());
        replicas = target;
        moving = Reassignment.NONE;
    }

    private List<Integer> keep(List<Integer> some) {
        var kept = new ArrayList<>(some);
        kept.retainAll(replicas);
        kept.removeAll(isr);
        return List.copyOf(kept);
    }

    private void elect() {
        int first = replicas.getFirst();
        if (prefersFirst && mayLead(first)) {
            leader = first;
            return;
        }
        if (leader != PartitionImage.NO_LEADER && mayLead(leader)) {
            if (isUnfit.test(leader)) leadElsewhere();
            return;
        }
        var clean = replicas.stream().filter(this::mayLead).findFirst();
        if (clean.isPresent()) {
            leader = clean.get();
            return;
        }
        var eligible = replicas.stream().filter(id -> elr.contains(id) && isAlive.test(id))
            .findFirst();
        if (eligible.isPresent()) {
            leadAlone(eligible.get());
            return;
        }
        if (leader != PartitionImage.NO_LEADER && isr.contains(leader) && mayStay.test(leader))
            return;
        var any = mayElectUnclean
            ? replicas.stream().filter(isAlive::test).findFirst()
            : lastLeader();
        if (any.isPresent()) {
            wasUnclean = true;
            leadAlone(any.get());
        } else {
            leader = PartitionImage.NO_LEADER;
        }
    }

    private void leadElsewhere() {
        leader = replicas.stream().filter(id -> mayLead(id) && !isUnfit.test(id)).findFirst()
            .orElse(leader);
    }

    private boolean mayLead(int id) {
        return isr.contains(id) && isAlive.test(id);
    }

    /// When nobody is known to hold everything, the one that led last holds the most.
    private Optional<Integer> lastLeader() {
        if (!isr.isEmpty() || !elr.isEmpty()) return Optional.empty();
        return before.lastKnownElr().stream()
            .filter(id -> replicas.contains(id) && isAlive.test(id)).findFirst();
    }

    private void leadAlone(int id) {
        Invariant.check(replicas.contains(id), "I7: leader within the replicas");
        leader = id;
        isr = List.of(id);
        elr = keep(elr);
    }

    /// Below the minimum nothing is committed, so whoever drops out of the ISR then still holds all that
    /// ever was.
    private void keepEligible() {
        int minimum = moving.enough(replicas, rules.minInSync());
        if (wasUnclean || isr.size() >= minimum) {
            elr = List.of();
            return;
        }
        var all = new ArrayList<>(elr);
        for (int id : before.isr()) {
            if (!all.contains(id) && !forgotten.contains(id)) all.add(id);
        }
        elr = keep(all);
    }

    private List<Integer> lastKnown() {
        if (leader != PartitionImage.NO_LEADER) return List.of();
        if (before.hasLeader() && replicas.contains(before.leader()))
            return List.of(before.leader());
        return before.lastKnownElr();
    }
}
