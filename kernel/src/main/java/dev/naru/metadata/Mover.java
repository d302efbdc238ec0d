package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Limits;
import dev.naru.base.Trace;
import dev.naru.metadata.Balance.Step;
import dev.naru.metadata.Balance.Why;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Carries out what [Balance] plans, some partitions at a time: what is under way is in the facts, so
/// that a new controller goes on with it; why it is, and what somebody moved by hand, is this
/// controller's memory. Takes moves back that have lost their reason, and all of its own when it is
/// told to stop. Owned by the control loop.
final class Mover {
    private static final long TURN_NS = 1_000_000_000L;
    /// How often it is looked whether partitions have grown apart, when nothing else has changed.
    private static final long SIZES_NS = 60 * TURN_NS;

    private final Clock clock;
    private final NodeSessions sessions;
    private final Controller controller;
    private final Trace trace;
    private final Map<PartitionRef, Step> begun = new LinkedHashMap<>();
    private final Set<PartitionRef> placedByHand = new LinkedHashSet<>();
    private final Set<PartitionRef> cancelledByHand = new LinkedHashSet<>();
    private final KnownSizes sizes = new KnownSizes();
    private SortedSet<Integer> nodes = new TreeSet<>();
    private SortedSet<Integer> drained = new TreeSet<>();
    private long dueNs;
    private boolean isDeciding;
    private long idleIndex = -1;
    private long idleUntilNs;
    private SortedMap<Integer, Why> idleEmptied = new TreeMap<>();

    /// What one turn does: moves that are taken back, and new ones.
    record Turn(List<PartitionRef> back, List<Step> steps) {
        boolean isEmpty() {
            return back.isEmpty() && steps.isEmpty();
        }
    }

    Mover(Clock clock, NodeSessions sessions, Controller controller, Trace trace) {
        this.clock = clock;
        this.sessions = sessions;
        this.controller = controller;
        this.trace = trace;
    }

    /// A controller begins: it knows nothing of what was done by hand before.
    void begin(ClusterImage image) {
        begun.clear();
        forgetHands();
        nodes = new TreeSet<>(image.nodes().keySet());
        drained = Draining.of(image);
        dueNs = clock.monotonicNs() + TURN_NS;
        isDeciding = false;
        idleIndex = -1;
        sizes.begin();
    }

    /// A node says how large is what it leads.
    ClusterAnswer tell(ClusterImage image, ClusterRequest.TellSizes told) {
        return sizes.tell(image, told);
    }

    /// Somebody moves partitions, or takes moves back: theirs comes first. What was placed by hand stays
    /// where it is as long as its nodes do, and what was taken back is not begun again, until nodes
    /// come or go; nor that, once others are to be emptied than before.
    void byHand(ClusterImage image, ClusterRequest.Reassign request) {
        notice(image);
        for (var move : request.moves()) {
            var hands = move.nodeIds() == null ? cancelledByHand : placedByHand;
            if (hands.size() < Limits.PARTITIONS_MAX) hands.add(move.partition());
            begun.remove(move.partition());
        }
    }

    /// One turn, if it is time for it.
    void look(Caretaker.Ward ward) {
        long nowNs = clock.monotonicNs();
        if (isDeciding || nowNs - dueNs < 0) return;
        dueNs = nowNs + TURN_NS;
        var image = ward.image().get();
        notice(image);
        var rules = controller.balanceRules(image);
        var wishes = wishes(image, rules);
        boolean isIdle = image.acceptedIndex() == idleIndex
            && wishes.emptied().equals(idleEmptied) && nowNs - idleUntilNs < 0;
        if (isIdle) return;
        var turn = turn(image, rules, wishes);
        if (turn.isEmpty()) {
            idleIndex = image.acceptedIndex();
            idleEmptied = wishes.emptied();
            idleUntilNs = nowNs + SIZES_NS;
            return;
        }
        isDeciding = true;
        ward.steps().accept(new Asked(drafted -> controller.carryOut(drafted, turn), false,
            answer -> decided(turn, answer)));
    }

    /// Whether nodes have come or gone, or are to be emptied: what was taken back before was not about
    /// that.
    private void notice(ClusterImage image) {
        var drainedNow = Draining.of(image);
        if (!drained.equals(drainedNow)) cancelledByHand.clear();
        drained = drainedNow;
        if (nodes.equals(image.nodes().keySet())) return;
        forgetHands();
        nodes = new TreeSet<>(image.nodes().keySet());
    }

    private void forgetHands() {
        placedByHand.clear();
        cancelledByHand.clear();
    }

    /// How nodes and moves stand, and what would be moved next, whether moving is on or not.
    ClusterAnswer describe(ClusterImage image, int stepsMax) {
        var rules = controller.balanceRules(image);
        int bounded = Math.clamp(stepsMax, 0, Limits.MOVES_DESCRIBED_MAX);
        var planned = bounded == 0
            ? List.<Step>of()
            : Balance.plan(image, wishes(image, rules), bounded);
        return new Standing(image, sessions, ref -> Optional.ofNullable(begun.get(ref)))
            .describe(rules.isEnabled(), planned);
    }

    private Balance.Wishes wishes(ClusterImage image, BalanceRules rules) {
        var emptied = new TreeMap<Integer, Why>();
        for (var node : image.nodes().values()) {
            boolean isGone = !node.isActive()
                && sessions.silentNs(node.nodeId()) >= rules.healAfterNs();
            if (isGone) emptied.put(node.nodeId(), Why.NODE_GONE);
        }
        for (int id : Draining.of(image))
            emptied.putIfAbsent(id, Why.NODE_DRAINED);
        return new Balance.Wishes(emptied, cancelledByHand::contains, placedByHand::contains,
            topic -> controller.wantedReplicas(image, topic),
            sizes.areKnown(image) ? sizes::of : (_, _) -> 0);
    }

    private Turn turn(ClusterImage image, BalanceRules rules, Balance.Wishes wishes) {
        var back = new ArrayList<PartitionRef>();
        int underWay = 0;
        for (var topic : image.topics()) {
            for (int index = 0; index < topic.partitionCount(); index++) {
                var partition = topic.partitions().get(index);
                if (!partition.moving().isByCluster()) continue;
                var ref = new PartitionRef(topic.name(), index);
                if (!rules.isEnabled() || hasNoReason(image, ref, partition, wishes.emptied())) {
                    back.add(ref);
                } else if (partition.moving().adding().stream().allMatch(image::isAlive)) {
                    underWay++;
                }
            }
        }
        int free = Limits.MOVES_AT_ONCE_MAX - underWay;
        boolean mayBegin = rules.isEnabled() && free > 0;
        return new Turn(back, mayBegin ? Balance.plan(image, wishes, free) : List.of());
    }

    /// A node that shall hold nothing would hold it in the end, so that it would never end, or the node
    /// that it should leave has come back.
    private boolean hasNoReason(ClusterImage image, PartitionRef ref, PartitionImage partition,
        SortedMap<Integer, Why> emptied) {
        for (int id : partition.moving().target(partition.replicas())) {
            if (emptied.containsKey(id) || image.node(id).isEmpty()) return true;
        }
        var step = begun.get(ref);
        if (step == null) return false;
        boolean wasToEmpty = step.why() == Why.NODE_GONE || step.why() == Why.NODE_DRAINED;
        return wasToEmpty && image.node(step.nodeId()).isPresent()
            && !emptied.containsKey(step.nodeId());
    }

    private void decided(Turn turn, ClusterAnswer answer) {
        isDeciding = false;
        if (!(answer instanceof ClusterAnswer.Reassigned(var partitions))) return;
        var done = new HashSet<PartitionRef>();
        for (var each : partitions)
            done.add(each.partition());
        for (var ref : turn.back()) {
            if (!done.contains(ref)) continue;
            begun.remove(ref);
            trace.emit(new MetadataEvent.MoveTakenBack(ref.topic(), ref.partition()));
        }
        for (var step : turn.steps()) {
            if (!done.contains(step.partition())) continue;
            if (begun.size() >= Limits.PARTITIONS_MAX) begun.clear();
            begun.put(step.partition(), step);
            trace.emit(new MetadataEvent.MoveBegun(step.explain()));
        }
    }
}
