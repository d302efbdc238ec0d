package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Now;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// One classic group: what the log knows of it ([#stored]) and its running protocol. Changed by
/// facts only. Owned by the shard's loop; a [ClassicDraft] works on a copy.
///
/// Keeps I13: one generation at a time, entered along [ClassicState#mayBecome] only.
final class ClassicGroup implements Group {
    /// The protocol type of ordinary consumers, whose metadata is known to hold their topics.
    static final String CONSUMER = "consumer";

    private final String id;
    private final SequencedMap<String, ClassicMember> members = new LinkedHashMap<>();
    private final SequencedMap<String, String> memberIdByInstance = new LinkedHashMap<>();
    private final SequencedSet<String> givenIds = new LinkedHashSet<>();
    private final SequencedSet<String> awaitedSyncs = new LinkedHashSet<>();
    private ClassicState state = ClassicState.EMPTY;
    private ClassicState previousState = ClassicState.EMPTY;
    private long stateSinceMs = -1;
    private @Nullable String protocolType;
    private @Nullable String protocol;
    private @Nullable String leader;
    private int generation;
    private ClassicFact.JoinHeldOpen heldOpen;
    private @Nullable StoredGroup stored;

    ClassicGroup(String id) {
        this.id = id;
        this.heldOpen = new ClassicFact.JoinHeldOpen(id, 0, 0, false);
    }

    ClassicGroup copy() {
        var copy = new ClassicGroup(id);
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

    @Override public void apply(GroupFact.OfGroup fact) {
        if (!(fact instanceof ClassicFact mine)) return;
        switch (mine) {
            case ClassicFact.GroupStored(_, StoredGroup changed) -> stored = changed;
            case ClassicFact.GroupRemoved _ -> forget();
            case ClassicFact.MemberPut(_, ClassicMember member) -> put(member);
            case ClassicFact.MemberRemoved(_, String memberId) -> remove(memberId);
            case ClassicFact.MemberRenamed(_, String oldId, String newId) -> rename(oldId, newId);
            case ClassicFact.IdGiven(_, String memberId) -> givenIds.add(memberId);
            case ClassicFact.LeaderChosen(_, String memberId) -> leader = memberId;
            case ClassicFact.StateEntered(_, ClassicState entered, long atMs) ->
                enter(entered, atMs);
            case ClassicFact.GenerationBegun begun -> begin(begun);
            case ClassicFact.SyncReceived(_, String memberId) -> awaitedSyncs.remove(memberId);
            case ClassicFact.JoinHeldOpen changed -> heldOpen = changed;
            case ClassicFact.Revived(_, long monotonicNs) -> revive(monotonicNs);
        }
    }

    /// The log knows it no longer. What is alive of it stays.
    private void forget() {
        stored = null;
        if (members.isEmpty()) {
            generation = 0;
            protocolType = null;
            protocol = null;
            stateSinceMs = -1;
        }
    }

    @Override public String id() {
        return id;
    }

    @Override public GroupKind kind() {
        return GroupKind.CLASSIC;
    }

    @Override public String stateText() {
        return state.text();
    }

    ClassicState state() {
        return state;
    }

    boolean is(ClassicState asked) {
        return state == asked;
    }

    ClassicState previousState() {
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

    /// The protocol type its members agreed on.
    @Nullable String agreedType() {
        return protocolType;
    }

    @Override public String protocolType() {
        var type = protocolType;
        return type == null ? "" : type;
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

    /// Whether the log knows more of it than offsets.
    boolean isStored() {
        return stored != null;
    }

    @Override public Optional<Object> stored() {
        return Optional.ofNullable(stored);
    }

    @Override public List<GroupFact> removal() {
        return stored == null ? List.of() : List.of(new ClassicFact.GroupRemoved(id));
    }

    @Override public boolean isEmpty() {
        return is(ClassicState.EMPTY);
    }

    @Override public boolean isIdle() {
        return isEmpty() && givenIds.isEmpty();
    }

    @Override public boolean isBlank() {
        return stored == null && members.isEmpty() && givenIds.isEmpty() && is(ClassicState.EMPTY);
    }

    /// In the order in which they joined; a copy.
    List<ClassicMember> members() {
        return new ArrayList<>(members.values());
    }

    @Override public int size() {
        return members.size();
    }

    @Nullable ClassicMember member(String memberId) {
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

    ClassicFact.JoinHeldOpen heldOpen() {
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

    /// A group that has members is theirs: only they commit, in the present generation. Old
    /// transactional producers do not say who they are, and are believed.
    @Override public ErrorCode mayCommit(Committer who) {
        if (who.epoch() < 0 && isEmpty()) return ErrorCode.NONE;
        if (!who.hasIdentity()) {
            return who.isTransactional() ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
        }
        var doubt = check(who.memberId(), who.instanceId());
        if (doubt != ErrorCode.NONE) return doubt;
        if (who.epoch() != generation) return ErrorCode.ILLEGAL_GENERATION;
        return is(ClassicState.COMPLETING_REBALANCE) && !who.isTransactional()
            ? ErrorCode.REBALANCE_IN_PROGRESS
            : ErrorCode.NONE;
    }

    @Override public List<GroupFact> heardFrom(String memberId, Now now) {
        var member = member(memberId);
        return member == null
            ? List.of()
            : List.of(new ClassicFact.MemberPut(id, member.seenAt(now)));
    }

    /// Of a group with members we can tell what it reads only if they are ordinary consumers.
    @Override public ErrorCode mayDeleteOffsets() {
        return isEmpty() || isConsumers() ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
    }

    @Override public boolean reads(String topic) {
        return Subscriptions.include(this, topic);
    }

    /// | group | an offset's time runs from |
    /// | --- | --- |
    /// | without members | the moment the group became empty |
    /// | that never had members, or whose record does not say since when it is empty | its commit |
    /// | of consumers, stable | its commit, and only if nobody subscribes to its topic any more |
    /// | any other with members | never |
    @Override public OptionalLong retentionFromMs(String topic, CommittedOffset committed) {
        var fromCommit = OptionalLong.of(committed.commitTimestampMs());
        if (protocolType == null) return fromCommit;
        return switch (state) {
            case EMPTY -> stateSinceMs < 0 ? fromCommit : OptionalLong.of(stateSinceMs);
            case STABLE -> isConsumers() && !reads(topic) ? fromCommit : OptionalLong.empty();
            case PREPARING_REBALANCE, COMPLETING_REBALANCE, DEAD -> OptionalLong.empty();
        };
    }

    @Override public List<ReplyTo<?>> waiting() {
        var waiting = new ArrayList<ReplyTo<?>>();
        for (var member : members.values()) {
            if (member.join() != null) waiting.add(member.join());
            if (member.sync() != null) waiting.add(member.sync());
        }
        return waiting;
    }

    /// Whether one who speaks these protocols can live with all members there are.
    boolean supports(String type, List<ClassicMember.Protocol> protocols) {
        if (is(ClassicState.EMPTY)) return !type.isEmpty() && !protocols.isEmpty();
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

    private void put(ClassicMember member) {
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

    private void enter(ClassicState entered, long atMs) {
        Invariant.check(state.mayBecome(entered), "I13: a group changes state along legal edges");
        previousState = state;
        state = entered;
        stateSinceMs = atMs;
    }

    private void begin(ClassicFact.GenerationBegun begun) {
        Invariant.check(begun.generation() > generation, "I13: generations grow");
        generation = begun.generation();
        protocol = begun.protocol();
        awaitedSyncs.clear();
        awaitedSyncs.addAll(members.keySet());
        enter(members.isEmpty() ? ClassicState.EMPTY : ClassicState.COMPLETING_REBALANCE,
            begun.atMs());
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
        if (!members.isEmpty()) enter(ClassicState.STABLE, known.stateTimestampMs());
        stateSinceMs = known.stateTimestampMs();
    }

    private static ClassicMember revived(StoredGroup group, StoredGroup.Member member,
        long monotonicNs) {
        var identity = new ClassicMember.Identity(member.memberId(), member.instanceId(),
            member.clientId(),
            member.clientHost());
        int rebalanceTimeoutMs = member.rebalanceTimeoutMs() < 0
            ? member.sessionTimeoutMs()
            : member.rebalanceTimeoutMs();
        var protocol = group.protocol() == null ? "" : group.protocol();
        var terms = new ClassicMember.Terms(rebalanceTimeoutMs, member.sessionTimeoutMs(),
            group.protocolType(),
            List.of(new ClassicMember.Protocol(protocol, member.subscription())));
        return new ClassicMember(identity, terms, member.assignment(), false, 0, null, null)
            .seenAt(new Now(monotonicNs, 0));
    }
}
