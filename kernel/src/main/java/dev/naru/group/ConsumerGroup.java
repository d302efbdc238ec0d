package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A group whose coordinator assigns (KIP-848): members with their subscriptions, the target
/// assignment of an epoch, and how far each member is on its way to it. Changed by facts only; the
/// facts of one group may come in any order that a compacted log can have. Owned by the shard's
/// loop.
final class ConsumerGroup implements Group {
    private final String id;
    private final SortedMap<String, ConsumerMember.Subscription> subscriptions = new TreeMap<>();
    private final SortedMap<String, ConsumerMember.Current> currents = new TreeMap<>();
    private final SortedMap<String, Partitions> targets = new TreeMap<>();
    private final SortedMap<String, ConsumerFact.Resolved> patterns = new TreeMap<>();
    private final SortedMap<String, String> memberIdByInstance = new TreeMap<>();
    private final SortedMap<String, Integer> subscribersByTopic = new TreeMap<>();
    private final SortedMap<String, Integer> subscribersByPattern = new TreeMap<>();
    private final SortedMap<Uuid, SortedMap<Integer, String>> owners = new TreeMap<>();
    private final SortedSet<String> askedToJoin = new TreeSet<>();
    private int groupEpoch = -1;
    private long metadataHash;
    private int targetEpoch = -1;
    private long targetedAtMs;
    private long topicsVersion = -1;
    private int classicCount;

    ConsumerGroup(String id) {
        this.id = id;
    }

    @Override public void apply(GroupFact.OfGroup fact) {
        if (!(fact instanceof ConsumerFact mine)) return;
        switch (mine) {
            case ConsumerFact.EpochRaised(_, int epoch, long hash) -> {
                groupEpoch = epoch;
                metadataHash = hash;
            }
            case ConsumerFact.GroupRemoved _ -> groupEpoch = -1;
            case ConsumerFact.TopicsNoted _ -> {
            }
            case ConsumerFact.MemberStored(_, ConsumerMember.Subscription said) -> put(said);
            case ConsumerFact.MemberRemoved(_, String memberId) -> remove(memberId);
            case ConsumerFact.Targeted(_, int epoch, long atMs) -> {
                targetEpoch = epoch;
                targetedAtMs = atMs;
            }
            case ConsumerFact.TargetsRemoved _ -> targetEpoch = -1;
            case ConsumerFact.TargetStored(_, String memberId, Partitions target) ->
                targets.put(memberId, target);
            case ConsumerFact.TargetRemoved(_, String memberId) -> targets.remove(memberId);
            case ConsumerFact.CurrentStored(_, String memberId, ConsumerMember.Current current) -> {
                disown(memberId);
                currents.put(memberId, current);
                own(memberId, current.assigned());
                own(memberId, current.pending());
            }
            case ConsumerFact.CurrentRemoved(_, String memberId) -> {
                disown(memberId);
                currents.remove(memberId);
            }
            case ConsumerFact.PatternResolved(_, String pattern, ConsumerFact.Resolved resolved) ->
                patterns.put(pattern, resolved);
            case ConsumerFact.PatternRemoved(_, String pattern) -> patterns.remove(pattern);
            case ConsumerFact.TopicsSeen(_, long version) -> topicsVersion = version;
            case ConsumerFact.AskedToJoin(_, String memberId, boolean isAsked) -> {
                if (isAsked) askedToJoin.add(memberId);
                else
                    askedToJoin.remove(memberId);
            }
        }
    }

    private void put(ConsumerMember.Subscription said) {
        forget(subscriptions.put(said.memberId(), said));
        count(said, 1);
        var instanceId = said.instanceId();
        if (instanceId != null) memberIdByInstance.put(instanceId, said.memberId());
    }

    private void remove(String memberId) {
        askedToJoin.remove(memberId);
        forget(subscriptions.remove(memberId));
    }

    private void forget(ConsumerMember.@Nullable Subscription said) {
        if (said == null) return;
        count(said, -1);
        var instanceId = said.instanceId();
        if (instanceId != null) memberIdByInstance.remove(instanceId, said.memberId());
    }

    private void count(ConsumerMember.Subscription said, int change) {
        said.topics().forEach(topic -> count(subscribersByTopic, topic, change));
        if (!said.pattern().isEmpty()) count(subscribersByPattern, said.pattern(), change);
        if (said.classic() != null) classicCount += change;
    }

    private static void count(SortedMap<String, Integer> counts, String of, int change) {
        counts.merge(of, change, (known, more) -> known + more == 0 ? null : known + more);
    }

    private void own(String memberId, Owned owned) {
        owned.each((topicId, partition, _) -> owners.computeIfAbsent(topicId, _ -> new TreeMap<>())
            .put(partition, memberId));
    }

    private void disown(String memberId) {
        var current = currents.get(memberId);
        if (current == null) return;
        disown(memberId, current.assigned());
        disown(memberId, current.pending());
    }

    private void disown(String memberId, Owned owned) {
        owned.each((topicId, partition, _) -> {
            var ofTopic = owners.get(topicId);
            if (ofTopic == null) return;
            ofTopic.remove(partition, memberId);
            if (ofTopic.isEmpty()) owners.remove(topicId);
        });
    }

    @Override public String id() {
        return id;
    }

    @Override public GroupKind kind() {
        return GroupKind.CONSUMER;
    }

    int groupEpoch() {
        return Math.max(groupEpoch, 0);
    }

    int targetEpoch() {
        return Math.max(targetEpoch, 0);
    }

    long targetedAtMs() {
        return targetedAtMs;
    }

    long metadataHash() {
        return metadataHash;
    }

    /// The version of the topics that were looked at last; -1 before the first look.
    long topicsVersion() {
        return topicsVersion;
    }

    /// A copy.
    SequencedSet<String> memberIds() {
        return new LinkedHashSet<>(subscriptions.keySet());
    }

    @Nullable ConsumerMember member(String memberId) {
        var said = subscriptions.get(memberId);
        if (said == null) return null;
        return new ConsumerMember(said,
            currents.getOrDefault(memberId, ConsumerMember.Current.NEW));
    }

    @Nullable ConsumerMember staticMember(String instanceId) {
        var memberId = memberIdByInstance.get(instanceId);
        return memberId == null ? null : member(memberId);
    }

    @Override public int size() {
        return subscriptions.size();
    }

    int classicCount() {
        return classicCount;
    }

    boolean isAskedToJoin(String memberId) {
        return askedToJoin.contains(memberId);
    }

    Partitions target(String memberId) {
        return targets.getOrDefault(memberId, Partitions.NONE);
    }

    boolean hasTarget(String memberId) {
        return targets.containsKey(memberId);
    }

    /// Who owns the partition, or is still to give it up.
    @Nullable String owner(Uuid topicId, int partition) {
        var ofTopic = owners.get(topicId);
        return ofTopic == null ? null : ofTopic.get(partition);
    }

    /// Topics by how many members named them; a copy.
    SortedMap<String, Integer> subscribersByTopic() {
        return new TreeMap<>(subscribersByTopic);
    }

    int subscribersOf(String pattern) {
        return subscribersByPattern.getOrDefault(pattern, 0);
    }

    /// A copy.
    SortedSet<String> patterns() {
        return new TreeSet<>(patterns.keySet());
    }

    ConsumerFact.@Nullable Resolved resolved(String pattern) {
        return patterns.get(pattern);
    }

    @Override public boolean isBlank() {
        return groupEpoch < 0 && targetEpoch < 0 && subscriptions.isEmpty() && currents.isEmpty()
            && targets.isEmpty() && patterns.isEmpty();
    }

    @Override public boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    @Override public boolean isIdle() {
        return isEmpty();
    }

    @Override public String stateText() {
        if (isEmpty()) return "Empty";
        if (groupEpoch() > targetEpoch()) return "Assigning";
        for (var memberId : subscriptions.keySet()) {
            var current = currents.getOrDefault(memberId, ConsumerMember.Current.NEW);
            if (!current.isReconciledTo(targetEpoch())) return "Reconciling";
        }
        return "Stable";
    }

    @Override public String protocolType() {
        return ClassicGroup.CONSUMER;
    }

    @Override public List<GroupFact> removal() {
        var facts = new ArrayList<GroupFact>();
        currents.keySet().forEach(it -> facts.add(new ConsumerFact.CurrentRemoved(id, it)));
        targets.keySet().forEach(it -> facts.add(new ConsumerFact.TargetRemoved(id, it)));
        if (targetEpoch >= 0) facts.add(new ConsumerFact.TargetsRemoved(id));
        subscriptions.keySet().forEach(it -> facts.add(new ConsumerFact.MemberRemoved(id, it)));
        patterns.keySet().forEach(it -> facts.add(new ConsumerFact.PatternRemoved(id, it)));
        if (groupEpoch >= 0) facts.add(new ConsumerFact.GroupRemoved(id));
        return facts;
    }

    @Override public ErrorCode mayCommit(Committer who) {
        if (who.epoch() < 0 && isEmpty()) return ErrorCode.NONE;
        if (who.isTransactional() && !who.hasIdentity()) return ErrorCode.NONE;
        var member = member(who.memberId());
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        boolean isTooOld = !who.isTransactional() && !member.isClassic()
            && !who.knowsNewerErrors();
        if (isTooOld) return ErrorCode.UNSUPPORTED_VERSION;
        if (member.isClassic()) {
            return who.epoch() == member.epoch() ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
        }
        return who.epoch() > member.epoch() || who.epoch() < 0
            ? ErrorCode.STALE_MEMBER_EPOCH
            : ErrorCode.NONE;
    }

    /// In an older epoch a member commits only what it was given by then and has owned ever since
    /// (KIP-1251).
    @Override public ErrorCode mayCommit(Committer who, String topic, Uuid topicId,
        int partition) {
        var member = member(who.memberId());
        if (member == null || member.isClassic() || who.epoch() >= member.epoch()) {
            return ErrorCode.NONE;
        }
        int givenIn = Math.max(member.current().assigned().epochOf(topicId, partition),
            member.current().pending().epochOf(topicId, partition));
        return givenIn != Owned.NO_EPOCH && who.epoch() >= givenIn
            ? ErrorCode.NONE
            : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override public ErrorCode mayFetchOffsets(@Nullable String memberId, int epoch) {
        if (memberId == null && epoch < 0) return ErrorCode.NONE;
        var member = memberId == null ? null : member(memberId);
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        if (epoch == member.epoch()) return ErrorCode.NONE;
        return member.isClassic() ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override public ErrorCode mayDeleteOffsets() {
        return ErrorCode.NONE;
    }

    @Override public boolean reads(String topic) {
        if (subscribersByTopic.containsKey(topic)) return true;
        for (var resolved : patterns.values()) {
            if (resolved.topics().contains(topic)) return true;
        }
        return false;
    }

    @Override public OptionalLong retentionFromMs(String topic, CommittedOffset committed) {
        return reads(topic)
            ? OptionalLong.empty()
            : OptionalLong.of(committed.commitTimestampMs());
    }

    @Override public Optional<Object> stored() {
        if (isBlank()) return Optional.empty();
        return Optional.of(List.of(groupEpoch, metadataHash, targetEpoch, targetedAtMs,
            new TreeMap<>(subscriptions), new TreeMap<>(currents), new TreeMap<>(targets),
            new TreeMap<>(patterns), ownersByText()));
    }

    private Map<String, String> ownersByText() {
        var texts = new TreeMap<String, String>();
        owners.forEach((topicId, ofTopic) -> ofTopic
            .forEach((partition, memberId) -> texts.put(topicId + "-" + partition, memberId)));
        return texts;
    }
}
