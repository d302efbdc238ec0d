package dev.naru.group;

import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.StreamsGroupTopologyValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A decision about one streams group in the making: the group as it is, and what the facts decided
/// so far change in it.
final class StreamsDraft {
    private final StreamsGroup group;
    private final Now now;
    private final List<GroupFact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final SortedMap<String, StreamsMember> changed = new TreeMap<>();
    private final SortedSet<String> removed = new TreeSet<>();
    private final SortedMap<String, Tasks> targets = new TreeMap<>();
    private @Nullable StreamsGroupTopologyValue topology;
    private int groupEpoch;
    private int targetEpoch;
    private long targetedAtMs;
    private int validatedTopologyEpoch;
    private long heldUntilNs;

    StreamsDraft(StreamsGroup group, Now now) {
        this.group = group;
        this.now = now;
        this.topology = group.topology();
        this.groupEpoch = group.groupEpoch();
        this.targetEpoch = group.targetEpoch();
        this.targetedAtMs = group.targetedAtMs();
        this.validatedTopologyEpoch = group.validatedTopologyEpoch();
        this.heldUntilNs = group.heldUntilNs();
    }

    String id() {
        return group.id();
    }

    Now now() {
        return now;
    }

    /// The group before this decision.
    StreamsGroup group() {
        return group;
    }

    int groupEpoch() {
        return groupEpoch;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    /// How long ago the target was made, by the wall clock.
    long sinceTargetMs() {
        return now.wallMs() - targetedAtMs;
    }

    int validatedTopologyEpoch() {
        return validatedTopologyEpoch;
    }

    @Nullable StreamsGroupTopologyValue topology() {
        return topology;
    }

    long heldUntilNs() {
        return heldUntilNs;
    }

    @Nullable StreamsMember member(String memberId) {
        if (removed.contains(memberId)) return null;
        var member = changed.get(memberId);
        return member == null ? group.member(memberId) : member;
    }

    @Nullable StreamsMember staticMember(String instanceId) {
        var known = group.staticMember(instanceId);
        return known == null ? null : member(known.memberId());
    }

    SequencedSet<String> memberIds() {
        var ids = new TreeSet<String>(group.memberIds());
        ids.addAll(changed.keySet());
        ids.removeAll(removed);
        return new LinkedHashSet<>(ids);
    }

    int size() {
        return memberIds().size();
    }

    Tasks target(String memberId) {
        var target = targets.get(memberId);
        return target == null ? group.target(memberId) : target;
    }

    /// Whether the task may go to this member: an active one is nobody else's, and none is in
    /// another member of the same process.
    boolean isFree(TaskId task, Tasks.Role role, StreamsMember member) {
        for (var holder : group.holders(task).entrySet()) {
            if (holder.getKey().equals(member.memberId())) continue;
            var other = member(holder.getKey());
            if (other == null || !stillHolds(other, task)) continue;
            boolean isActiveTwice = role == Tasks.Role.ACTIVE
                && holder.getValue() == Tasks.Role.ACTIVE;
            if (isActiveTwice) return false;
            if (other.said().processId().equals(member.said().processId())) return false;
        }
        return true;
    }

    private static boolean stillHolds(StreamsMember member, TaskId task) {
        return member.current().assigned().byId().containsKey(task)
            || member.current().pending().byId().containsKey(task);
    }

    void fact(GroupFact fact) {
        facts.add(fact);
    }

    void hold(long untilNs) {
        heldUntilNs = untilNs;
        facts.add(new StreamsFact.HeldUntil(id(), untilNs));
    }

    void rebuild(StreamsGroupTopologyValue changedTopology) {
        topology = changedTopology;
        facts.add(new StreamsFact.TopologyStored(id(), changedTopology));
    }

    /// A member says something of itself.
    void say(StreamsMember.Said said) {
        var before = member(said.memberId());
        var current = before == null ? StreamsMember.Current.NEW : before.current();
        removed.remove(said.memberId());
        changed.put(said.memberId(), new StreamsMember(said, current));
        if (before == null || !before.said().equals(said)) {
            facts.add(new StreamsFact.MemberStored(id(), said));
        }
    }

    /// A member goes on to another place.
    StreamsMember place(StreamsMember member, StreamsMember.Current current) {
        var placed = member.with(current);
        changed.put(member.memberId(), placed);
        if (!member.current().equals(current)) {
            facts.add(new StreamsFact.CurrentStored(id(), member.memberId(), current));
        }
        return placed;
    }

    void remove(String memberId) {
        facts.add(new StreamsFact.CurrentRemoved(id(), memberId));
        facts.add(new StreamsFact.TargetRemoved(id(), memberId));
        facts.add(new StreamsFact.MemberRemoved(id(), memberId));
        effects.add(new Effect.StopTimer(new GroupTimer.StreamsSession(id(), memberId)));
        changed.remove(memberId);
        targets.remove(memberId);
        removed.add(memberId);
    }

    /// Somebody takes the place of a member: with its target, and what it had.
    StreamsMember replace(StreamsMember old, String memberId, StreamsMember.Current current) {
        var target = target(old.memberId());
        var renamed = old.renamed(memberId);
        if (!old.memberId().equals(memberId)) {
            remove(old.memberId());
            facts.add(new StreamsFact.MemberStored(id(), renamed.said()));
            retarget(memberId, target);
        }
        changed.put(memberId, renamed.with(current));
        facts.add(new StreamsFact.CurrentStored(id(), memberId, current));
        return renamed.with(current);
    }

    /// Something that the assignment depends on has changed.
    void raise(long metadataHash, int validated) {
        groupEpoch++;
        validatedTopologyEpoch = validated;
        facts.add(new StreamsFact.EpochRaised(id(), groupEpoch, metadataHash, validated));
    }

    void retarget(String memberId, Tasks target) {
        targets.put(memberId, target);
        facts.add(new StreamsFact.TargetStored(id(), memberId, target));
    }

    void targeted() {
        targetEpoch = groupEpoch;
        targetedAtMs = now.wallMs();
        facts.add(new StreamsFact.Targeted(id(), targetEpoch, now.wallMs()));
    }

    <A> void reply(ReplyTo<A> to, A answer) {
        effects.add(new Effect.Reply<>(to, answer));
    }

    void start(GroupTimer timer, long delayMs) {
        effects.add(new Effect.StartTimer(timer, Math.max(0, delayMs) * Now.NS_PER_MS));
    }

    Decision<GroupFact> decision() {
        return Decision.of(facts, effects);
    }
}
