package dev.naru.group;

import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A decision about one consumer group in the making: the group as it is, and what the facts decided
/// so far change in it. A step costs what it changes, not what the group holds.
final class ConsumerDraft {
    private final ConsumerGroup group;
    private final Now now;
    private final List<GroupFact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final SortedMap<String, ConsumerMember> changed = new TreeMap<>();
    private final SortedSet<String> removed = new TreeSet<>();
    private final SortedMap<String, Partitions> targets = new TreeMap<>();
    private final SortedMap<String, ConsumerFact.Resolved> patterns = new TreeMap<>();
    private int groupEpoch;
    private long metadataHash;
    private int targetEpoch;
    private long targetedAtMs;

    ConsumerDraft(ConsumerGroup group, Now now) {
        this.group = group;
        this.now = now;
        this.groupEpoch = group.groupEpoch();
        this.metadataHash = group.metadataHash();
        this.targetEpoch = group.targetEpoch();
        this.targetedAtMs = group.targetedAtMs();
    }

    String id() {
        return group.id();
    }

    Now now() {
        return now;
    }

    /// The group before this decision.
    ConsumerGroup group() {
        return group;
    }

    int groupEpoch() {
        return groupEpoch;
    }

    long metadataHash() {
        return metadataHash;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    /// How long ago the target was made, by the wall clock.
    long sinceTargetMs() {
        return now.wallMs() - targetedAtMs;
    }

    @Nullable ConsumerMember member(String memberId) {
        if (removed.contains(memberId)) return null;
        var member = changed.get(memberId);
        return member == null ? group.member(memberId) : member;
    }

    @Nullable ConsumerMember staticMember(String instanceId) {
        for (var member : changed.values()) {
            if (instanceId.equals(member.instanceId())) return member;
        }
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
        int size = group.size();
        for (var memberId : changed.keySet()) {
            if (group.member(memberId) == null) size++;
        }
        for (var memberId : removed) {
            if (group.member(memberId) != null) size--;
        }
        return size;
    }

    /// How many members speak the classic protocol.
    int classicCount() {
        int count = group.classicCount();
        for (var member : changed.values()) {
            var before = group.member(member.memberId());
            if (before != null && before.isClassic()) count--;
            if (member.isClassic()) count++;
        }
        for (var memberId : removed) {
            var before = group.member(memberId);
            if (before != null && before.isClassic()) count--;
        }
        return count;
    }

    Partitions target(String memberId) {
        var target = targets.get(memberId);
        return target == null ? group.target(memberId) : target;
    }

    ConsumerFact.@Nullable Resolved resolved(String pattern) {
        var resolved = patterns.get(pattern);
        return resolved == null ? group.resolved(pattern) : resolved;
    }

    /// The names that members say, and the patterns, by how many say them.
    Wanted wanted() {
        var wanted = new Wanted(group.subscribersByTopic(), new TreeMap<>());
        for (var pattern : group.patterns()) {
            wanted.patterns.put(pattern, group.subscribersOf(pattern));
        }
        for (var member : changed.values()) {
            var before = group.member(member.memberId());
            if (before != null) wanted.count(before.said(), -1);
            wanted.count(member.said(), 1);
        }
        for (var memberId : removed) {
            var before = group.member(memberId);
            if (before != null) wanted.count(before.said(), -1);
        }
        return wanted;
    }

    /// Topics and patterns with the number of those who want them.
    record Wanted(SortedMap<String, Integer> topics, SortedMap<String, Integer> patterns) {
        private void count(ConsumerMember.Subscription said, int change) {
            said.topics().forEach(topic -> topics.merge(topic, change, Integer::sum));
            if (!said.pattern().isEmpty()) patterns.merge(said.pattern(), change, Integer::sum);
        }
    }

    /// Whether nobody but this member owns the partition.
    boolean isFree(Uuid topicId, int partition, String memberId) {
        var owner = group.owner(topicId, partition);
        if (owner == null || owner.equals(memberId) || removed.contains(owner)) return true;
        var moved = changed.get(owner);
        if (moved == null) return false;
        return !moved.current().assigned().has(topicId, partition)
            && !moved.current().pending().has(topicId, partition);
    }

    void fact(GroupFact fact) {
        facts.add(fact);
    }

    /// A member says something of itself.
    void say(ConsumerMember.Subscription said) {
        var before = member(said.memberId());
        var current = before == null ? ConsumerMember.Current.NEW : before.current();
        removed.remove(said.memberId());
        changed.put(said.memberId(), new ConsumerMember(said, current));
        if (before == null || !before.said().equals(said)) {
            facts.add(new ConsumerFact.MemberStored(id(), said));
        }
    }

    /// A member goes on to another place.
    void place(ConsumerMember member, ConsumerMember.Current current) {
        changed.put(member.memberId(), member.with(current));
        if (!member.current().equals(current)) {
            facts.add(new ConsumerFact.CurrentStored(id(), member.memberId(), current));
        }
    }

    void remove(String memberId) {
        facts.add(new ConsumerFact.CurrentRemoved(id(), memberId));
        facts.add(new ConsumerFact.TargetRemoved(id(), memberId));
        facts.add(new ConsumerFact.MemberRemoved(id(), memberId));
        stop(new GroupTimer.ConsumerSession(id(), memberId));
        changed.remove(memberId);
        targets.remove(memberId);
        removed.add(memberId);
    }

    /// Somebody takes the place of a member: with its target, and what it owned.
    ConsumerMember replace(ConsumerMember old, String memberId, ConsumerMember.Current current) {
        var target = target(old.memberId());
        var renamed = old.renamed(memberId);
        if (!old.memberId().equals(memberId)) {
            remove(old.memberId());
            facts.add(new ConsumerFact.MemberStored(id(), renamed.said()));
            retarget(memberId, target);
        }
        var placed = renamed.with(current);
        changed.put(memberId, placed);
        facts.add(new ConsumerFact.CurrentStored(id(), memberId, current));
        return placed;
    }

    void resolve(String pattern, ConsumerFact.Resolved resolved) {
        patterns.put(pattern, resolved);
        facts.add(new ConsumerFact.PatternResolved(id(), pattern, resolved));
    }

    /// Something that the assignment depends on has changed.
    void raise(long hash) {
        groupEpoch++;
        metadataHash = hash;
        facts.add(new ConsumerFact.EpochRaised(id(), groupEpoch, hash));
    }

    void retarget(String memberId, Partitions target) {
        targets.put(memberId, target);
        facts.add(new ConsumerFact.TargetStored(id(), memberId, target));
    }

    void targeted() {
        targetEpoch = groupEpoch;
        targetedAtMs = now.wallMs();
        facts.add(new ConsumerFact.Targeted(id(), targetEpoch, now.wallMs()));
    }

    <A> void reply(ReplyTo<A> to, A answer) {
        effects.add(new Effect.Reply<>(to, answer));
    }

    void start(GroupTimer timer, long delayMs) {
        effects.add(new Effect.StartTimer(timer, Math.max(0, delayMs) * Now.NS_PER_MS));
    }

    void stop(GroupTimer timer) {
        effects.add(new Effect.StopTimer(timer));
    }

    /// Nothing has been decided but timers and replies.
    boolean isUnchanged() {
        return facts.isEmpty();
    }

    Decision<GroupFact> decision() {
        return Decision.of(facts, effects);
    }
}
