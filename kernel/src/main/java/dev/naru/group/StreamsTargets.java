package dev.naru.group;

import dev.naru.base.Now;
import dev.naru.config.GroupSettings;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/// Steps on a [StreamsDraft] that lead from the topology, the topics and the members to a target
/// assignment.
final class StreamsTargets {
    private static final long HASH_SEED = 0xCBF29CE484222325L;
    private static final long HASH_PRIME = 0x100000001B3L;

    private final GroupPorts ports;

    StreamsTargets(GroupPorts ports) {
        this.ports = ports;
    }

    /// What hinders the group, if anything does. A group whose topology has been found right for
    /// the topics that it has seen needs no second look.
    Optional<StreamsTopics.NotReady> hindrance(StreamsDraft draft) {
        var topology = draft.topology();
        boolean isValidated = topology != null
            && draft.validatedTopologyEpoch() == topology.epoch();
        return !isValidated && fit(draft) instanceof StreamsTopics.NotReady hindered
            ? Optional.of(hindered)
            : Optional.empty();
    }

    /// How the topology fits the topics there are.
    StreamsTopics.Outcome fit(StreamsDraft draft) {
        var topology = draft.topology();
        return topology == null
            ? new StreamsTopics.Ready(new TreeMap<>())
            : StreamsTopics.configure(topology, ports.topics().get(), ports.patterns());
    }

    /// Looks at the topics, unless neither they nor the group has changed since the last look.
    /// Raises the epoch when that matters to the assignment.
    void refresh(StreamsDraft draft, boolean isChanged) {
        var view = ports.topics().get();
        boolean isSeen = draft.group().topicsVersion() == view.version();
        if (isSeen && !isChanged) return;
        if (!isChanged && !isConcerned(draft.group(), view)) {
            draft.fact(new StreamsFact.TopicsSeen(draft.id(), view.version()));
            return;
        }
        var topology = draft.topology();
        int validated = topology != null && fit(draft) instanceof StreamsTopics.Ready
            ? topology.epoch()
            : -1;
        long hash = hash(draft, view);
        boolean isOther = hash != draft.group().metadataHash()
            || validated != draft.group().validatedTopologyEpoch();
        if (isChanged || isOther) draft.raise(hash, validated);
        if (!isSeen) draft.fact(new StreamsFact.TopicsSeen(draft.id(), view.version()));
    }

    /// Whether a topic of the application has changed since the group looked last. Costs what has
    /// changed, not what the application reads.
    private boolean isConcerned(StreamsGroup group, TopicsView view) {
        var topology = group.topology();
        var changed = group.topicsVersion() < 0
            ? Optional.<SortedSet<String>>empty()
            : view.changedSince(group.topicsVersion());
        if (topology == null || changed.isEmpty()) return true;
        return !changed.get().isEmpty()
            && StreamsTopics.concern(topology, changed.get(), ports.patterns());
    }

    private long hash(StreamsDraft draft, TopicsView view) {
        long hash = HASH_SEED;
        var topology = draft.topology();
        if (topology == null) return hash;
        for (var name : StreamsTopics.all(topology, view, ports.patterns())) {
            var topic = view.topic(name);
            if (topic.isEmpty()) continue;
            hash = (hash ^ topic.get().topicId().high()) * HASH_PRIME;
            hash = (hash ^ topic.get().topicId().low()) * HASH_PRIME;
            hash = (hash ^ topic.get().partitionCount()) * HASH_PRIME;
        }
        return hash;
    }

    GroupSettings settings(StreamsDraft draft) {
        return ports.settings().apply(draft.id());
    }

    /// The first member of an empty group: others tend to come at once.
    void holdOpen(StreamsDraft draft) {
        int delayMs = settings(draft).integer("streams.initial.rebalance.delay.ms");
        if (delayMs > 0) draft.hold(draft.now().afterMs(delayMs));
    }

    /// A group that was loaded while it was held open has nothing to do and nobody who remembers.
    void afterLoad(StreamsDraft draft) {
        boolean isIdle = draft.memberIds().stream().allMatch(id -> draft.target(id).isEmpty());
        if (isIdle && draft.size() > 0) {
            draft.raise(draft.group().metadataHash(), draft.validatedTopologyEpoch());
        }
        assign(draft);
    }

    /// Makes a target assignment for the group's epoch if there is none yet and it is time; else
    /// comes back when it is.
    void assign(StreamsDraft draft) {
        boolean isHeld = draft.heldUntilNs() != StreamsGroup.NOT_HELD;
        long heldNs = isHeld ? draft.heldUntilNs() - draft.now().monotonicNs() : 0;
        if (isHeld && heldNs <= 0) {
            draft.hold(StreamsGroup.NOT_HELD);
            draft.raise(hash(draft, ports.topics().get()), draft.validatedTopologyEpoch());
        }
        if (draft.groupEpoch() <= draft.targetEpoch() || draft.size() == 0) return;
        if (heldNs > 0) {
            giveNothing(draft);
            draft.start(new GroupTimer.StreamsAssignment(draft.id()), heldNs / Now.NS_PER_MS + 1);
        } else {
            assignInTime(draft);
        }
    }

    /// While the group is held open its members move on with the epochs, without tasks.
    private static void giveNothing(StreamsDraft draft) {
        draft.memberIds().forEach(memberId -> {
            if (!draft.target(memberId).isEmpty()) draft.retarget(memberId, Tasks.NONE);
        });
        draft.targeted();
    }

    private void assignInTime(StreamsDraft draft) {
        var settings = settings(draft);
        long sinceMs = draft.now().wallMs() - draft.group().targetedAtMs();
        long intervalMs = settings.number("streams.assignment.interval.ms");
        boolean isEarly = draft.targetEpoch() > 0 && sinceMs >= 0 && sinceMs < intervalMs;
        if (isEarly) {
            draft.start(new GroupTimer.StreamsAssignment(draft.id()), intervalMs - sinceMs);
            return;
        }
        var taskCounts = fit(draft) instanceof StreamsTopics.Ready ready
            ? ready.taskCounts()
            : new TreeMap<String, Integer>();
        var topology = draft.topology();
        var members = new TreeMap<String, TaskAssignor.Candidate>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            boolean isCurrent = member != null && topology != null
                && member.said().topologyEpoch() == topology.epoch();
            if (member == null || !isCurrent) {
                if (!draft.target(memberId).isEmpty()) draft.retarget(memberId, Tasks.NONE);
                continue;
            }
            members.put(memberId, new TaskAssignor.Candidate(member.said().processId(),
                draft.target(memberId)));
        }
        TaskAssignor.assign(members, taskCounts, settings.integer("streams.num.standby.replicas"))
            .forEach((memberId, target) -> {
                boolean isNew = !target.equals(draft.target(memberId))
                    || !draft.group().hasTarget(memberId);
                if (isNew) draft.retarget(memberId, target);
            });
        draft.targeted();
    }
}
