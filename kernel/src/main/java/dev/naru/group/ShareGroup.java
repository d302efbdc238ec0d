package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One share group: its members, what each is to have and was told, and which share partitions have
/// a stored state. Changed by facts only. Owned by the shard's loop. Keeps I13 as far as a share
/// group has it: a member epoch never falls.
final class ShareGroup implements Group {
    private static final SortedMap<Uuid, List<Integer>> NOTHING = ShareMember.NOTHING;

    private final String id;
    private final SortedMap<String, ShareMember> members = new TreeMap<>();
    private final SortedMap<String, SortedMap<Uuid, List<Integer>>> targets = new TreeMap<>();
    private SortedMap<Uuid, ShareTopic> initialized = Collections
        .unmodifiableSortedMap(new TreeMap<>());
    private SortedMap<Uuid, String> deleting = Collections
        .unmodifiableSortedMap(new TreeMap<>());
    private long clearingUntilNs = Long.MIN_VALUE;
    private boolean isStored;
    private int epoch;
    private long topicsHash;
    private long topicsVersion = -1;
    private int targetEpoch;

    ShareGroup(String id) {
        this.id = id;
    }

    @Override public void apply(GroupFact.OfGroup fact) {
        if (!(fact instanceof ShareFact mine)) return;
        switch (mine) {
            case ShareFact.EpochSet(_, int set, long hash) -> {
                isStored = true;
                epoch = set;
                topicsHash = hash;
            }
            case ShareFact.EpochRemoved _ -> isStored = false;
            case ShareFact.MemberPut(_, String member, ShareMember.Terms terms) -> {
                var known = members.get(member);
                members.put(member,
                    known == null ? ShareMember.fresh(member, terms) : known.with(terms));
                topicsVersion = -1;
            }
            case ShareFact.MemberRemoved(_, String member) -> members.remove(member);
            case ShareFact.TargetEpochSet(_, int set, _) -> targetEpoch = set;
            case ShareFact.TargetEpochRemoved _ -> targetEpoch = 0;
            case ShareFact.TargetPut(_, String member, var partitions) ->
                targets.put(member, partitions);
            case ShareFact.TargetRemoved(_, String member) -> targets.remove(member);
            case ShareFact.CurrentPut current -> {
                var known = members.get(current.memberId());
                if (known != null)
                    members.put(known.id(), known.with(current.memberEpoch(),
                        current.previousEpoch(), current.partitions()));
            }
            case ShareFact.CurrentRemoved _ -> {
                // the member goes with its own tombstone
            }
            case ShareFact.InitializedSet(_, var topics, var gone) -> {
                initialized = topics;
                deleting = gone;
                topicsVersion = -1;
            }
            case ShareFact.InitializedRemoved _ -> {
                initialized = Collections.unmodifiableSortedMap(new TreeMap<>());
                deleting = Collections.unmodifiableSortedMap(new TreeMap<>());
                topicsVersion = -1;
            }
            case ShareFact.Clearing(_, long untilNs) -> clearingUntilNs = untilNs;
            case ShareFact.TopicsSeen(_, long version) -> topicsVersion = version;
        }
    }

    @Override public String id() {
        return id;
    }

    @Override public GroupKind kind() {
        return GroupKind.SHARE;
    }

    @Override public boolean isBlank() {
        return !isStored && members.isEmpty() && !hasStates();
    }

    @Override public boolean isEmpty() {
        return members.isEmpty();
    }

    @Override public String stateText() {
        return members.isEmpty() ? "Empty" : "Stable";
    }

    @Override public String protocolType() {
        return "share";
    }

    @Override public List<GroupFact> removal() {
        var facts = new ArrayList<GroupFact>();
        members.keySet().forEach(member -> facts.addAll(removal(member)));
        if (targetEpoch > 0) facts.add(new ShareFact.TargetEpochRemoved(id));
        if (hasStates()) facts.add(new ShareFact.InitializedRemoved(id));
        if (isStored) facts.add(new ShareFact.EpochRemoved(id));
        return facts;
    }

    /// Tombstones for one member.
    List<GroupFact> removal(String memberId) {
        var facts = new ArrayList<GroupFact>();
        facts.add(new ShareFact.CurrentRemoved(id, memberId));
        if (targets.containsKey(memberId)) facts.add(new ShareFact.TargetRemoved(id, memberId));
        facts.add(new ShareFact.MemberRemoved(id, memberId));
        return facts;
    }

    /// A share group has no committed offsets: those of share partitions are elsewhere.
    @Override public ErrorCode mayCommit(Committer who) {
        return who.knowsNewerErrors()
            ? ErrorCode.GROUP_ID_NOT_FOUND
            : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    @Override public ErrorCode mayDeleteOffsets() {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override public boolean reads(String topic) {
        return members.values().stream().anyMatch(each -> each.terms().topics().contains(topic));
    }

    @Override public OptionalLong retentionFromMs(String topic, CommittedOffset committed) {
        return OptionalLong.empty();
    }

    /// Without members it still knows where its share partitions are: only DeleteGroups removes it.
    @Override public boolean isIdle() {
        return false;
    }

    @Override public Optional<Object> stored() {
        if (!isStored) return Optional.empty();
        return Optional.of(List.of(epoch, topicsHash, targetEpoch, new TreeMap<>(members),
            new TreeMap<>(targets), initialized, deleting));
    }

    int epoch() {
        return epoch;
    }

    long topicsHash() {
        return topicsHash;
    }

    /// The version of the topics at which nothing was left to be done; -1 when something may be.
    long topicsVersion() {
        return topicsVersion;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    Collection<ShareMember> members() {
        return members.values();
    }

    @Override public int size() {
        return members.size();
    }

    @Nullable ShareMember member(String memberId) {
        return members.get(memberId);
    }

    SortedMap<Uuid, List<Integer>> targetOf(String memberId) {
        return targets.getOrDefault(memberId, NOTHING);
    }

    SortedMap<Uuid, ShareTopic> initialized() {
        return initialized;
    }

    /// Topics whose states are being deleted, by id with their names.
    SortedMap<Uuid, String> deleting() {
        return deleting;
    }

    /// Whether share partitions may have stored states.
    boolean hasStates() {
        return !initialized.isEmpty() || !deleting.isEmpty();
    }

    /// Somebody deletes states at the moment.
    boolean isClearing(Now now) {
        return now.monotonicNs() < clearingUntilNs;
    }
}
