package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// One classic group: what the log knows of it ([#stored]) and its running protocol. Changed by
/// facts only. Owned by the shard's loop; a [Draft] works on a copy.
///
/// Keeps I13: one generation at a time, entered along [GroupState#mayBecome] only.
final class Group {
    /// The protocol type of ordinary consumers, whose metadata is known to hold their topics.
    static final String CONSUMER = "consumer";

    private final String id;
    private final SequencedMap<String, Member> members = new LinkedHashMap<>();
    private final SequencedMap<String, String> memberIdByInstance = new LinkedHashMap<>();
    private final SequencedSet<String> givenIds = new LinkedHashSet<>();
    private final SequencedSet<String> awaitedSyncs = new LinkedHashSet<>();
    private GroupState state = GroupState.EMPTY;
    private GroupState previousState = GroupState.EMPTY;
    private long stateSinceMs = -1;
    private @Nullable String protocolType;
    private @Nullable String protocol;
    private @Nullable String leader;
    private int generation;
    private GroupFact.JoinHeldOpen heldOpen;
    private @Nullable StoredGroup stored;

    Group(String id) {
        this.id = id;
        this.heldOpen = new GroupFact.JoinHeldOpen(id, 0, 0, false);
    }

    Group copy() {
        var copy = new Group(id);
        copy.members.putAll(members);
        copy.memberIdByInstance.putAll(memberIdByInstance);
        copy.givenIds.addAll(givenIds);
        copy.awaitedSyncs.addAll(awaitedSyncs);
        copy.state = state;
        copy.previousState = previousState;
        copy.stateSinceMs = stateSinceMs;
        copy.protocolType = protocolType;
        copy.protocol = protocol;
        copy.leader = leader;
        copy.generation = generation;
        copy.heldOpen = heldOpen;
        copy.stored = stored;
        return copy;
    }

    void apply(GroupFact.Live fact) {
        switch (fact) {
            case GroupFact.MemberPut(_, Member member) -> put(member);
            case GroupFact.MemberRemoved(_, String memberId) -> remove(memberId);
            case GroupFact.MemberRenamed(_, String oldId, String newId) -> rename(oldId, newId);
            case GroupFact.IdGiven(_, String memberId) -> givenIds.add(memberId);
            case GroupFact.LeaderChosen(_, String memberId) -> leader = memberId;
            case GroupFact.StateEntered(_, GroupState entered, long atMs) -> enter(entered, atMs);
            case GroupFact.GenerationBegun begun -> begin(begun);
            case GroupFact.SyncReceived(_, String memberId) -> awaitedSyncs.remove(memberId);
            case GroupFact.JoinHeldOpen changed -> heldOpen = changed;
            case GroupFact.Revived(_, long monotonicNs) -> revive(monotonicNs);
        }
    }

    void store(StoredGroup changed) {
        stored = changed;
    }

    /// The log knows it no longer. What is alive of it stays.
    void forget() {
        stored = null;
        if (members.isEmpty()) {
            generation = 0;
            protocolType = null;
            protocol = null;
            stateSinceMs = -1;
        }
    }

    String id() {
        return id;
    }

    GroupState state() {
        return state;
    }

    boolean is(GroupState asked) {
        return state == asked;
    }

    GroupState previousState() {
        return previousState;
    }

    long stateSinceMs() {
        return stateSinceMs;
    }

    int generation() {
        return generation;
    }

    @Nullable String protocol() {
        return protocol;
    }

    @Nullable String protocolType() {
        return protocolType;
    }

    boolean isConsumers() {
        return CONSUMER.equals(protocolType);
    }

    @Nullable String leader() {
        return leader;
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leader);
    }

    @Nullable StoredGroup stored() {
        return stored;
    }

    /// Nothing is known of it, so there is no such group (its offsets are kept elsewhere).
    boolean isBlank() {
        return stored == null && members.isEmpty() && givenIds.isEmpty() && is(GroupState.EMPTY);
    }

    /// In the order in which they joined; a copy.
    List<Member> members() {
        return new ArrayList<>(members.values());
    }

    int size() {
        return members.size();
    }

    @Nullable Member member(String memberId) {
        return members.get(memberId);
    }

    boolean has(String memberId) {
        return members.containsKey(memberId);
    }

    @Nullable String memberIdOf(String instanceId) {
        return memberIdByInstance.get(instanceId);
    }

    boolean isGiven(String memberId) {
        return givenIds.contains(memberId);
    }

    int givenIdCount() {
        return givenIds.size();
    }

    SequencedSet<String> awaitedSyncs() {
        return new LinkedHashSet<>(awaitedSyncs);
    }

    GroupFact.JoinHeldOpen heldOpen() {
        return heldOpen;
    }

    int awaitingJoinCount() {
        int count = 0;
        for (var member : members.values()) {
            if (member.isAwaitingJoin()) count++;
        }
        return count;
    }

    boolean haveAllJoined() {
        return givenIds.isEmpty() && awaitingJoinCount() == members.size();
    }

    /// The longest that any member asked for.
    int rebalanceTimeoutMs() {
        int longest = 0;
        for (var member : members.values()) {
            longest = Math.max(longest, member.terms().rebalanceTimeoutMs());
        }
        return longest;
    }

    /// Whether a request under this identity comes from a member.
    ErrorCode check(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            var owner = memberIdByInstance.get(instanceId);
            if (owner == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            if (!owner.equals(memberId)) return ErrorCode.FENCED_INSTANCE_ID;
        }
        return members.containsKey(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    /// Whether one who speaks these protocols can live with all members there are.
    boolean supports(String type, List<Member.Protocol> protocols) {
        if (is(GroupState.EMPTY)) return !type.isEmpty() && !protocols.isEmpty();
        if (!type.equals(protocolType)) return false;
        var known = supporters();
        return protocols.stream()
            .anyMatch(offered -> known.getOrDefault(offered.name(), 0) == members.size());
    }

    /// The protocol that most members like best among those that all of them know.
    Optional<String> vote() {
        var supporters = supporters();
        var votes = new LinkedHashMap<String, Integer>();
        for (var member : members.values()) {
            for (var offered : member.terms().protocols()) {
                if (supporters.getOrDefault(offered.name(), 0) != members.size()) continue;
                votes.merge(offered.name(), 1, Integer::sum);
                break;
            }
        }
        return votes.entrySet().stream()
            .reduce((best, next) -> next.getValue() > best.getValue() ? next : best)
            .map(Map.Entry::getKey);
    }

    StoredGroup toStored() {
        var storedMembers = members.values().stream().map(member -> member.stored(protocol))
            .toList();
        var type = protocolType == null ? "" : protocolType;
        return new StoredGroup(type, generation, protocol, leader, stateSinceMs, storedMembers);
    }

    private Map<String, Integer> supporters() {
        var supporters = new LinkedHashMap<String, Integer>();
        for (var member : members.values()) {
            var names = new LinkedHashSet<String>();
            member.terms().protocols().forEach(offered -> names.add(offered.name()));
            names.forEach(name -> supporters.merge(name, 1, Integer::sum));
        }
        return supporters;
    }

    private void put(Member member) {
        if (members.isEmpty()) protocolType = member.terms().protocolType();
        if (leader == null) leader = member.memberId();
        members.put(member.memberId(), member);
        givenIds.remove(member.memberId());
        var instanceId = member.instanceId();
        if (instanceId != null) memberIdByInstance.put(instanceId, member.memberId());
    }

    private void remove(String memberId) {
        givenIds.remove(memberId);
        awaitedSyncs.remove(memberId);
        var removed = members.remove(memberId);
        if (removed == null) return;
        var instanceId = removed.instanceId();
        if (instanceId != null) memberIdByInstance.remove(instanceId, memberId);
        if (isLeader(memberId)) leader = members.isEmpty() ? null : members.firstEntry().getKey();
    }

    private void rename(String oldId, String newId) {
        var old = members.remove(oldId);
        if (old == null) return;
        members.put(newId, old.renamed(newId));
        var instanceId = old.instanceId();
        if (instanceId != null) memberIdByInstance.put(instanceId, newId);
        if (isLeader(oldId)) leader = newId;
        if (awaitedSyncs.remove(oldId)) awaitedSyncs.add(newId);
    }

    private void enter(GroupState entered, long atMs) {
        Invariant.check(state.mayBecome(entered), "I13: a group changes state along legal edges");
        previousState = state;
        state = entered;
        stateSinceMs = atMs;
    }

    private void begin(GroupFact.GenerationBegun begun) {
        Invariant.check(begun.generation() > generation, "I13: generations grow");
        generation = begun.generation();
        protocol = begun.protocol();
        awaitedSyncs.clear();
        awaitedSyncs.addAll(members.keySet());
        enter(members.isEmpty() ? GroupState.EMPTY : GroupState.COMPLETING_REBALANCE, begun.atMs());
    }

    private void revive(long monotonicNs) {
        var known = stored;
        if (known == null) return;
        protocolType = known.protocolType().isEmpty() ? null : known.protocolType();
        generation = known.generation();
        protocol = known.protocol();
        for (var member : known.members()) {
            put(revived(known, member, monotonicNs));
        }
        leader = known.leader();
        if (!members.isEmpty()) enter(GroupState.STABLE, known.stateTimestampMs());
        stateSinceMs = known.stateTimestampMs();
    }

    private static Member revived(StoredGroup group, StoredGroup.Member member, long monotonicNs) {
        var identity = new Member.Identity(member.memberId(), member.instanceId(),
            member.clientId(),
            member.clientHost());
        int rebalanceTimeoutMs = member.rebalanceTimeoutMs() < 0
            ? member.sessionTimeoutMs()
            : member.rebalanceTimeoutMs();
        var protocol = group.protocol() == null ? "" : group.protocol();
        var terms = new Member.Terms(rebalanceTimeoutMs, member.sessionTimeoutMs(),
            group.protocolType(),
            List.of(new Member.Protocol(protocol, member.subscription())));
        return new Member(identity, terms, member.assignment(), false, 0, null, null)
            .seenAt(new Now(monotonicNs, 0));
    }
}
