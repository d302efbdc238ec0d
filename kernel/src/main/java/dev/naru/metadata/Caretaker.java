package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer.LeadersElected;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a leading controller does unasked: it fences nodes that are not heard of, gives partitions
/// back to their preferred leaders, some at a time, and lets [Mover] move replicas. Has no timer
/// while it has no other node. Owned by the control loop.
final class Caretaker {
    private static final long NEXT_TURN_NS = 1_000_000_000L;

    private final Loop loop;
    private final Clock clock;
    private final NodeRules rules;
    private final NodeSessions sessions;
    private final Controller controller;
    private final TreeSet<Integer> beingFenced = new TreeSet<>();
    private Optional<Ward> ward = Optional.empty();
    private Loop.@Nullable Timer timer;
    private long dueNs;
    private long returnDueNs;
    private boolean isReturning;

    /// What it takes care of: the image, the answers that wait for nodes, and where to put a step that
    /// shall be decided.
    record Ward(int ownId, Supplier<ClusterImage> image, HeldAnswers held,
        Consumer<Asked> steps, Mover mover) {}

    Caretaker(Loop loop, Clock clock, NodeRules rules, NodeSessions sessions,
        Controller controller) {
        this.loop = loop;
        this.clock = clock;
        this.rules = rules;
        this.sessions = sessions;
        this.controller = controller;
    }

    void begin(Ward next) {
        end();
        ward = Optional.of(next);
        returnDueNs = clock.monotonicNs() + rules.returnIntervalNs();
        wake();
    }

    void end() {
        ward = Optional.empty();
        beingFenced.clear();
        isReturning = false;
        if (timer != null) timer.cancel();
        timer = null;
    }

    /// Looks again when the next may be late; called when that may have changed.
    void wake() {
        if (timer != null) timer.cancel();
        timer = null;
        if (ward.isEmpty()) return;
        var image = ward.get().image().get();
        int ownId = ward.get().ownId();
        if (image.nodes().keySet().stream().allMatch(id -> id == ownId)) return;
        long delayNs = Math.min(rules.heartbeatNs(), sessions.nearestNs(image));
        dueNs = clock.monotonicNs() + delayNs;
        timer = loop.after(delayNs, this::look);
    }

    private void look() {
        timer = null;
        if (ward.isEmpty()) return;
        long lateNs = clock.monotonicNs() - dueNs;
        if (lateNs > rules.heartbeatNs()) sessions.forgive(lateNs);
        fenceLate(ward.get());
        fenceLagging(ward.get());
        returnLeaders(ward.get());
        ward.get().mover().look(ward.get());
        wake();
    }

    private void fenceLate(Ward now) {
        for (var node : sessions.late(now.image().get())) {
            fence(now, node, () -> !sessions.isLive(node.nodeId()));
        }
    }

    /// A node that is heard of but does not get on would let clients wait for ever.
    private void fenceLagging(Ward now) {
        long index = now.held().overdue(clock.monotonicNs() - rules.sessionNs());
        if (index == 0) return;
        for (var node : sessions.lagging(now.image().get(), index)) {
            sessions.demand(node.nodeId(), index);
            fence(now, node, () -> sessions.lags(node.nodeId(), index));
        }
    }

    /// If it is still so when it is decided.
    private void fence(Ward now, NodeImage node, BooleanSupplier isStillSo) {
        if (!beingFenced.add(node.nodeId())) return;
        now.steps().accept(new Asked(image -> isStillSo.getAsBoolean()
            ? controller.fence(image, node.nodeId(), node.brokerEpoch())
            : Decided.only(new ClusterAnswer.Heard(false, false, false)),
            false, answer -> beingFenced.remove(node.nodeId())));
    }

    private void returnLeaders(Ward now) {
        boolean isDue = rules.returnsLeaders() && !isReturning
            && clock.monotonicNs() - returnDueNs >= 0;
        if (!isDue) return;
        isReturning = true;
        now.steps().accept(new Asked(
            image -> controller.returnLeaders(image, Limits.LEADERS_RETURNED_AT_ONCE_MAX,
                sessions),
            false, this::returned));
    }

    private void returned(ClusterAnswer answer) {
        isReturning = false;
        boolean mayBeMore = answer instanceof LeadersElected(var partitions)
            && partitions.size() >= Limits.LEADERS_RETURNED_AT_ONCE_MAX;
        returnDueNs = clock.monotonicNs() + (mayBeMore ? NEXT_TURN_NS : rules.returnIntervalNs());
    }
}
