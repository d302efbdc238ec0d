package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A group of the threads of one streams application (KIP-1071): its topology, its members, the
/// target assignment of tasks, and how far each member is on its way to it. Changed by facts only,
/// which may come in any order that a compacted log can have. Owned by the shard's loop.
final class StreamsGroup implements Group {
    static final String PROTOCOL_TYPE = "streams";
    /// Nothing keeps the group from assigning.
    static final long NOT_HELD = Long.MIN_VALUE;

    private final String id;
    private final SortedMap<String, StreamsMember.Said> said = new TreeMap<>();
    private final SortedMap<String, StreamsMember.Current> currents = new TreeMap<>();
    private final SortedMap<String, Tasks> targets = new TreeMap<>();
    private final SortedMap<String, String> memberIdByInstance = new TreeMap<>();
    private final SortedMap<TaskId, SortedMap<String, Tasks.Role>> holders = new TreeMap<>();
    private @Nullable StreamsGroupTopologyValue topology;
    private int groupEpoch = -1;
    private long metadataHash;
    private int validatedTopologyEpoch = -1;
    private int targetEpoch = -1;
    private long targetedAtMs;
    private long topicsVersion = -1;
    private long heldUntilNs = NOT_HELD;
    private @Nullable String shutdownBy;
    private @Nullable StreamsGroupTopologyDescriptionUpdateRequest description;
    private StreamsFact.@Nullable DescriptionAsked asked;
    private int refusedTopologyEpoch = -1;
    private final SortedMap<String, StreamsOffsets> offsets = new TreeMap<>();
    private int endpointEpoch;

    StreamsGroup(String id) {
        this.id = id;
    }

    @Override public void apply(GroupFact.OfGroup fact) {
        if (!(fact instanceof StreamsFact mine)) return;
        switch (mine) {
            case StreamsFact.EpochRaised(_, int epoch, long hash, int validated) -> {
                groupEpoch = epoch;
                metadataHash = hash;
                validatedTopologyEpoch = validated;
            }
            case StreamsFact.GroupRemoved _ -> groupEpoch = -1;
            case StreamsFact.MemberStored(_, StreamsMember.Said changed) -> put(changed);
            case StreamsFact.MemberRemoved(_, String memberId) -> remove(memberId);
            case StreamsFact.Targeted(_, int epoch, long atMs) -> {
                targetEpoch = epoch;
                targetedAtMs = atMs;
            }
            case StreamsFact.TargetsRemoved _ -> targetEpoch = -1;
            case StreamsFact.TargetStored(_, String memberId, Tasks target) ->
                targets.put(memberId, target);
            case StreamsFact.TargetRemoved(_, String memberId) -> targets.remove(memberId);
            case StreamsFact.CurrentStored(_, String memberId, StreamsMember.Current current) ->
                place(memberId, current);
            case StreamsFact.CurrentRemoved(_, String memberId) -> {
                letGo(memberId);
                currents.remove(memberId);
            }
            case StreamsFact.TopologyStored(_, StreamsGroupTopologyValue changed) ->
                topology = changed;
            case StreamsFact.TopologyRemoved _ -> topology = null;
            case StreamsFact.Described(_, StreamsGroupTopologyDescriptionUpdateRequest given) ->
                description = given;
            case StreamsFact.DescriptionRemoved _ -> description = null;
            case StreamsFact.Live live -> apply(live);
        }
    }

    private void apply(StreamsFact.Live fact) {
        switch (fact) {
            case StreamsFact.TopicsSeen(_, long version) -> topicsVersion = version;
            case StreamsFact.HeldUntil(_, long untilNs) -> heldUntilNs = untilNs;
            case StreamsFact.ShutdownAsked(_, String memberId) -> shutdownBy = memberId;
            case StreamsFact.OffsetsSaid(_, String memberId, StreamsOffsets said) ->
                offsets.put(memberId, said);
            case StreamsFact.DescriptionAsked newest -> asked = newest;
            case StreamsFact.DescriptionRefused(_, int epoch) -> refusedTopologyEpoch = epoch;
        }
    }

    private void put(StreamsMember.Said changed) {
        var before = said.put(changed.memberId(), changed);
        if (before != null) forget(before);
        var instanceId = changed.instanceId();
        if (instanceId != null) memberIdByInstance.put(instanceId, changed.memberId());
        endpointEpoch++;
    }

    private void remove(String memberId) {
        var before = said.remove(memberId);
        if (before != null) forget(before);
        offsets.remove(memberId);
        if (said.isEmpty()) shutdownBy = null;
        endpointEpoch++;
    }

    private void forget(StreamsMember.Said before) {
        var instanceId = before.instanceId();
        if (instanceId != null) memberIdByInstance.remove(instanceId, before.memberId());
    }

    private void place(String memberId, StreamsMember.Current current) {
        letGo(memberId);
        currents.put(memberId, current);
        for (var tasks : List.of(current.pending(), current.assigned())) {
            tasks.byId().forEach((task, grant) -> holders
                .computeIfAbsent(task, _ -> new TreeMap<>()).put(memberId, grant.role()));
        }
        endpointEpoch++;
    }

    private void letGo(String memberId) {
        var current = currents.get(memberId);
        if (current == null) return;
        for (var tasks : List.of(current.pending(), current.assigned())) {
            for (var task : tasks.byId().keySet()) {
                var ofTask = holders.get(task);
                if (ofTask == null) continue;
                ofTask.remove(memberId);
                if (ofTask.isEmpty()) holders.remove(task);
            }
        }
    }

    @Override public String id() {
        return id;
    }

    @Override public GroupKind kind() {
        return GroupKind.STREAMS;
    }

    int groupEpoch() {
        return Math.max(groupEpoch, 0);
    }

    long metadataHash() {
        return metadataHash;
    }

    int validatedTopologyEpoch() {
        return validatedTopologyEpoch;
    }

    int targetEpoch() {
        return Math.max(targetEpoch, 0);
    }

    long targetedAtMs() {
        return targetedAtMs;
    }

    /// The version of the topics that were looked at last; -1 before the first look.
    long topicsVersion() {
        return topicsVersion;
    }

    long heldUntilNs() {
        return heldUntilNs;
    }

    /// Who asked for the application to stop.
    @Nullable String shutdownBy() {
        return shutdownBy;
    }

    /// Another number whenever somebody may be found elsewhere.
    int endpointEpoch() {
        return endpointEpoch;
    }

    @Nullable StreamsGroupTopologyValue topology() {
        return topology;
    }

    /// What a member has told of the topology; it may be an older one.
    @Nullable StreamsGroupTopologyDescriptionUpdateRequest description() {
        return description;
    }

    /// The last time that members were asked to describe the topology.
    StreamsFact.@Nullable DescriptionAsked asked() {
        return asked;
    }

    /// The topology of this epoch has a description that cannot be kept; -1 when there is none.
    int refusedTopologyEpoch() {
        return refusedTopologyEpoch;
    }

    /// How far a member says to be with its tasks.
    StreamsOffsets offsets(String memberId) {
        return offsets.getOrDefault(memberId, StreamsOffsets.NONE);
    }

    /// A copy.
    SequencedSet<String> memberIds() {
        return new LinkedHashSet<>(said.keySet());
    }

    @Nullable StreamsMember member(String memberId) {
        var known = said.get(memberId);
        if (known == null) return null;
        return new StreamsMember(known,
            currents.getOrDefault(memberId, StreamsMember.Current.NEW));
    }

    @Nullable StreamsMember staticMember(String instanceId) {
        var memberId = memberIdByInstance.get(instanceId);
        return memberId == null ? null : member(memberId);
    }

    @Override public int size() {
        return said.size();
    }

    Tasks target(String memberId) {
        return targets.getOrDefault(memberId, Tasks.NONE);
    }

    boolean hasTarget(String memberId) {
        return targets.containsKey(memberId);
    }

    /// Who has the task, or is still to give it up, in which role; a copy.
    SortedMap<String, Tasks.Role> holders(TaskId task) {
        var ofTask = holders.get(task);
        return ofTask == null ? new TreeMap<>() : new TreeMap<>(ofTask);
    }

    @Override public boolean isBlank() {
        return groupEpoch < 0 && targetEpoch < 0 && topology == null && said.isEmpty()
            && currents.isEmpty() && targets.isEmpty() && description == null;
    }

    @Override public boolean isEmpty() {
        return said.isEmpty();
    }

    @Override public boolean isIdle() {
        return isEmpty();
    }

    @Override public String stateText() {
        if (isEmpty()) return "Empty";
        var known = topology;
        if (known == null || validatedTopologyEpoch != known.epoch()) return "NotReady";
        if (groupEpoch() > targetEpoch()) return "Assigning";
        for (var memberId : said.keySet()) {
            var current = currents.getOrDefault(memberId, StreamsMember.Current.NEW);
            if (!current.isReconciledTo(targetEpoch())) return "Reconciling";
        }
        return "Stable";
    }

    @Override public String protocolType() {
        return PROTOCOL_TYPE;
    }

    @Override public List<GroupFact> removal() {
        var facts = new ArrayList<GroupFact>();
        currents.keySet().forEach(it -> facts.add(new StreamsFact.CurrentRemoved(id, it)));
        targets.keySet().forEach(it -> facts.add(new StreamsFact.TargetRemoved(id, it)));
        if (targetEpoch >= 0) facts.add(new StreamsFact.TargetsRemoved(id));
        said.keySet().forEach(it -> facts.add(new StreamsFact.MemberRemoved(id, it)));
        if (topology != null) facts.add(new StreamsFact.TopologyRemoved(id));
        if (description != null) facts.add(new StreamsFact.DescriptionRemoved(id));
        if (groupEpoch >= 0) facts.add(new StreamsFact.GroupRemoved(id));
        return facts;
    }

    @Override public ErrorCode mayCommit(Committer who) {
        if (who.epoch() < 0 && isEmpty()) return ErrorCode.NONE;
        if (who.isTransactional() && !who.hasIdentity()) return ErrorCode.NONE;
        var member = member(who.memberId());
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        if (!who.isTransactional() && !who.knowsNewerErrors()) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return who.epoch() > member.epoch() || who.epoch() < 0
            ? ErrorCode.STALE_MEMBER_EPOCH
            : ErrorCode.NONE;
    }

    /// In an older epoch a member commits only for active tasks that it had by then and has had ever
    /// since.
    @Override public ErrorCode mayCommit(Committer who, String topic, Uuid topicId,
        int partition) {
        var member = member(who.memberId());
        if (member == null || who.epoch() >= member.epoch()) return ErrorCode.NONE;
        int givenIn = Owned.NO_EPOCH;
        for (var subtopology : StreamsTopics.reading(topology, topic)) {
            var task = new TaskId(subtopology, partition);
            givenIn = Math.max(givenIn, Math.max(member.current().assigned().epochOf(task),
                member.current().pending().epochOf(task)));
        }
        return givenIn != Owned.NO_EPOCH && who.epoch() >= givenIn
            ? ErrorCode.NONE
            : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override public ErrorCode mayFetchOffsets(@Nullable String memberId, int epoch) {
        if (memberId == null && epoch < 0) return ErrorCode.NONE;
        var member = memberId == null ? null : member(memberId);
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        return epoch == member.epoch() ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override public ErrorCode mayDeleteOffsets() {
        return ErrorCode.NONE;
    }

    @Override public boolean reads(String topic) {
        return !isEmpty() && !StreamsTopics.reading(topology, topic).isEmpty();
    }

    @Override public OptionalLong retentionFromMs(String topic, CommittedOffset committed) {
        return reads(topic)
            ? OptionalLong.empty()
            : OptionalLong.of(committed.commitTimestampMs());
    }

    @Override public Optional<Object> stored() {
        if (isBlank()) return Optional.empty();
        var known = topology;
        var told = description;
        return Optional.of(List.of(groupEpoch, metadataHash, validatedTopologyEpoch, targetEpoch,
            targetedAtMs, new TreeMap<>(said), new TreeMap<>(currents), new TreeMap<>(targets),
            known == null ? "" : known, told == null ? "" : told));
    }
}
