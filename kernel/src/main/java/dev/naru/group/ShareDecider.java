package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.config.GroupSettings;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of share groups and their members. Assignments are worked out at once with
/// every change: they keep what is even, so that a newcomer costs few others anything. Changes
/// nothing.
final class ShareDecider {
    private static final int LEAVES = -1;
    /// Who deletes states has so much time before somebody else may go on with it.
    private static final long CLEARING_NS = 30_000L * Now.NS_PER_MS;
    private static final SortedMap<Uuid, ShareTopic> NO_TOPICS = Collections
        .unmodifiableSortedMap(new TreeMap<>());

    private final GroupPorts ports;

    ShareDecider(GroupPorts ports) {
        this.ports = ports;
    }

    /// `group` is null when there is none of this kind; `mayCreate` says whether there may be one.
    Decision<GroupFact> beat(@Nullable ShareGroup group, ShareRequest.Beat q, boolean mayCreate,
        Now now) {
        var message = q.message();
        var flaw = flaw(message);
        if (flaw != ErrorCode.NONE) return refuse(q, flaw);
        if (message.memberEpoch() == LEAVES) return leave(group, q, now);
        var known = group == null ? null : group.member(message.memberId());
        var doubt = doubt(group, known, message);
        if (doubt != ErrorCode.NONE) return refuse(q, doubt);
        var settings = ports.settings().apply(message.groupId());
        if (group == null && !mayCreate) return refuse(q, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        boolean isFull = known == null && group != null
            && group.size() >= q.membersMax();
        if (isFull) return refuse(q, ErrorCode.GROUP_MAX_SIZE_REACHED);
        return stay(group == null ? new ShareGroup(message.groupId()) : group, q, settings, now);
    }

    private static ErrorCode flaw(ShareGroupHeartbeatRequest message) {
        var topics = message.subscribedTopicNames();
        boolean isNamed = !message.groupId().isEmpty() && !message.memberId().isEmpty();
        boolean joinsForNothing = message.memberEpoch() == 0
            && (topics == null || topics.isEmpty());
        boolean isNonsense = message.memberEpoch() < LEAVES || "".equals(message.rackId())
            || (topics != null && topics.isEmpty() && message.memberEpoch() != LEAVES);
        return isNamed && !joinsForNothing && !isNonsense
            ? ErrorCode.NONE
            : ErrorCode.INVALID_REQUEST;
    }

    private static ErrorCode doubt(@Nullable ShareGroup group, @Nullable ShareMember known,
        ShareGroupHeartbeatRequest message) {
        if (message.memberEpoch() == 0) return ErrorCode.NONE;
        if (group == null) return ErrorCode.GROUP_ID_NOT_FOUND;
        if (known == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        boolean isOfNow = message.memberEpoch() == known.memberEpoch()
            || message.memberEpoch() == known.previousEpoch();
        return isOfNow ? ErrorCode.NONE : ErrorCode.FENCED_MEMBER_EPOCH;
    }

    private static Decision<GroupFact> refuse(ShareRequest.Beat q, ErrorCode why) {
        var response = ShareGroupHeartbeatResponse.builder().errorCode(why.code())
            .errorMessage(why.text()).build();
        return Decision.reply(q.from(), new ShareRequest.Heard(response, NO_TOPICS, false));
    }

    private Decision<GroupFact> leave(@Nullable ShareGroup group, ShareRequest.Beat q, Now now) {
        if (group == null) return refuse(q, ErrorCode.GROUP_ID_NOT_FOUND);
        var member = group.member(q.message().memberId());
        if (member == null) return refuse(q, ErrorCode.UNKNOWN_MEMBER_ID);
        var facts = without(group, member.id(), now);
        var response = ShareGroupHeartbeatResponse.builder().memberId(member.id())
            .memberEpoch(LEAVES).build();
        return Decision.of(facts, List.of(
            new Effect.StopTimer(new GroupTimer.ShareSession(group.id(), member.id())),
            new Effect.Reply<>(q.from(), new ShareRequest.Heard(response, NO_TOPICS, false))));
    }

    /// The group without one of its members.
    private List<GroupFact> without(ShareGroup group, String memberId, Now now) {
        var facts = new ArrayList<GroupFact>(group.removal(memberId));
        var rest = group.members().stream().filter(each -> !each.id().equals(memberId)).toList();
        facts.addAll(next(group, rest, group.initialized(), now).facts());
        return facts;
    }

    private Decision<GroupFact> stay(ShareGroup group, ShareRequest.Beat q,
        GroupSettings settings, Now now) {
        var message = q.message();
        var known = group.member(message.memberId());
        var terms = terms(known, q);
        var member = known == null
            ? ShareMember.fresh(message.memberId(), terms)
            : known.with(terms);
        var facts = new ArrayList<GroupFact>();
        boolean isChanged = known == null || !known.terms().equals(terms);
        if (isChanged) facts.add(new ShareFact.MemberPut(group.id(), member.id(), terms));
        long version = ports.topics().get().version();
        boolean isSeen = !isChanged && group.topicsVersion() == version;
        var all = isSeen ? List.<ShareMember>of() : with(group, member);
        int epoch = group.epoch();
        var target = group.targetOf(member.id());
        if (isChanged || (!isSeen && hash(all) != group.topicsHash())) {
            var next = next(group, all, group.initialized(), now);
            facts.addAll(next.facts());
            epoch = next.epoch();
            target = next.targetOf(group, member.id());
        }
        boolean isNews = member.memberEpoch() != epoch || known == null;
        if (isNews) {
            facts.add(new ShareFact.CurrentPut(group.id(), member.id(), epoch,
                member.memberEpoch(), target));
        }
        var toInitialize = isSeen ? NO_TOPICS : toInitialize(group, all);
        if (!isSeen && toInitialize.isEmpty())
            facts.add(new ShareFact.TopicsSeen(group.id(), version));
        boolean isTold = message.memberEpoch() == 0 || message.subscribedTopicNames() != null
            || !target.equals(member.partitions()) || message.memberEpoch() != epoch;
        var response = ShareGroupHeartbeatResponse.builder().memberId(member.id())
            .memberEpoch(epoch)
            .heartbeatIntervalMs(settings.integer("share.heartbeat.interval.ms"));
        if (isTold) response.assignment(assignment(target));
        return Decision.of(facts, List.of(session(group.id(), member.id(), settings),
            new Effect.Reply<>(q.from(),
                new ShareRequest.Heard(response.build(), toInitialize,
                    !group.deleting().isEmpty() && !group.isClearing(now)))));
    }

    private static List<ShareMember> with(ShareGroup group, ShareMember member) {
        var all = new ArrayList<ShareMember>();
        group.members().stream().filter(each -> !each.id().equals(member.id())).forEach(all::add);
        all.add(member);
        return all;
    }

    private static ShareMember.Terms terms(@Nullable ShareMember known, ShareRequest.Beat q) {
        var message = q.message();
        var topics = message.subscribedTopicNames();
        var rack = message.rackId() != null || known == null
            ? message.rackId()
            : known.terms().rackId();
        return new ShareMember.Terms(rack, q.clientId(), q.clientHost(),
            topics != null
                ? topics.stream().distinct().sorted().toList()
                : known == null ? List.of() : known.terms().topics());
    }

    private static Effect session(String group, String member, GroupSettings settings) {
        long timeoutMs = settings.number("share.session.timeout.ms");
        return new Effect.StartTimer(new GroupTimer.ShareSession(group, member),
            timeoutMs * Now.NS_PER_MS);
    }

    private static ShareGroupHeartbeatResponse.Assignment assignment(
        SortedMap<Uuid, List<Integer>> target) {
        var topics = new ArrayList<ShareGroupHeartbeatResponse.TopicPartitions>();
        target.forEach((topicId, partitions) -> topics.add(
            ShareGroupHeartbeatResponse.TopicPartitions.builder().topicId(topicId)
                .partitions(partitions).build()));
        return ShareGroupHeartbeatResponse.Assignment.builder().topicPartitions(topics).build();
    }

    /// The next epoch of a group, with the targets that are new in it.
    private record Next(int epoch, List<GroupFact> facts,
        java.util.Map<String, SortedMap<Uuid, List<Integer>>> targets) {
        SortedMap<Uuid, List<Integer>> targetOf(ShareGroup group, String memberId) {
            return targets.getOrDefault(memberId, group.targetOf(memberId));
        }
    }

    private Next next(ShareGroup group, List<ShareMember> members,
        SortedMap<Uuid, ShareTopic> initialized, Now now) {
        int epoch = group.epoch() + 1;
        var facts = new ArrayList<GroupFact>();
        facts.add(new ShareFact.EpochSet(group.id(), epoch, hash(members)));
        var targets = ShareAssignor.assign(group, members, existing(initialized));
        targets.forEach((member, target) -> {
            if (!target.equals(group.targetOf(member))) {
                facts.add(new ShareFact.TargetPut(group.id(), member, target));
            }
        });
        facts.add(new ShareFact.TargetEpochSet(group.id(), epoch, now.wallMs()));
        return new Next(epoch, facts, targets);
    }

    /// Those whose topics are still there.
    private SortedMap<Uuid, ShareTopic> existing(SortedMap<Uuid, ShareTopic> initialized) {
        var view = ports.topics().get();
        var there = new TreeMap<Uuid, ShareTopic>();
        initialized.forEach((topicId, topic) -> {
            if (view.topic(topicId).isPresent()) there.put(topicId, topic);
        });
        return there;
    }

    /// A number that changes with the topics that the members read.
    private long hash(List<ShareMember> members) {
        var view = ports.topics().get();
        long hash = 1;
        for (var name : names(members)) {
            var topic = view.topic(name);
            if (topic.isEmpty()) continue;
            hash = hash * 31 + topic.get().topicId().hashCode();
            hash = hash * 31 + topic.get().partitionCount();
        }
        return hash;
    }

    private static Iterable<String> names(List<ShareMember> members) {
        var names = new java.util.TreeSet<String>();
        members.forEach(member -> names.addAll(member.terms().topics()));
        return names;
    }

    private SortedMap<Uuid, ShareTopic> toInitialize(ShareGroup group,
        List<ShareMember> members) {
        var view = ports.topics().get();
        var missing = new TreeMap<Uuid, ShareTopic>();
        for (var name : names(members)) {
            view.topic(name).ifPresent(topic -> {
                if (group.deleting().containsKey(topic.topicId())) return;
                var known = group.initialized().get(topic.topicId());
                var partitions = new ArrayList<Integer>();
                for (int index = 0; index < topic.partitionCount(); index++) {
                    if (known == null || !known.partitions().contains(index)) {
                        partitions.add(index);
                    }
                }
                if (!partitions.isEmpty()) {
                    missing.put(topic.topicId(), new ShareTopic(name, partitions));
                }
            });
        }
        return missing;
    }

    /// States were stored: their partitions can be assigned from now on.
    Decision<GroupFact> initialized(@Nullable ShareGroup group, ShareRequest.Initialized q,
        Now now) {
        if (group == null) return Decision.reply(q.from(), ErrorCode.GROUP_ID_NOT_FOUND);
        var all = new TreeMap<>(group.initialized());
        q.topics().forEach((topicId, topic) -> {
            // what was made meanwhile goes with the rest
            if (group.deleting().containsKey(topicId)) return;
            var known = all.get(topicId);
            var partitions = new java.util.TreeSet<>(topic.partitions());
            if (known != null) partitions.addAll(known.partitions());
            all.put(topicId, new ShareTopic(topic.name(), List.copyOf(partitions)));
        });
        if (all.equals(group.initialized())) return Decision.reply(q.from(), ErrorCode.NONE);
        return Decision.of(replaced(group, all, group.deleting(), now),
            List.of(new Effect.Reply<>(q.from(), ErrorCode.NONE)));
    }

    /// The group has these states now; who is given what follows from that.
    private List<GroupFact> replaced(ShareGroup group, SortedMap<Uuid, ShareTopic> all,
        SortedMap<Uuid, String> deleting, Now now) {
        var facts = new ArrayList<GroupFact>();
        facts.add(all.isEmpty() && deleting.isEmpty()
            ? new ShareFact.InitializedRemoved(group.id())
            : new ShareFact.InitializedSet(group.id(),
                Collections.unmodifiableSortedMap(new TreeMap<>(all)),
                Collections.unmodifiableSortedMap(new TreeMap<>(deleting))));
        if (!all.equals(group.initialized())) {
            facts.addAll(next(group, List.copyOf(group.members()), all, now).facts());
        }
        return facts;
    }

    /// First the group forgets, then the states are deleted, then it forgets that, too: whenever
    /// that is cut short, it can be gone on with.
    Decision<GroupFact> forget(@Nullable ShareGroup group, ShareRequest.Forget q, Now now) {
        if (group == null) return refuse(q, ErrorCode.GROUP_ID_NOT_FOUND);
        boolean isGoingOn = q.which() instanceof ShareRequest.Which.Begun;
        if (!isGoingOn && !group.isEmpty()) return refuse(q, ErrorCode.NON_EMPTY_GROUP);
        // two at a time could delete what a member has had made in between
        if (group.isClearing(now)) return refuse(q, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        var rest = new TreeMap<>(group.initialized());
        var deleting = new TreeMap<>(group.deleting());
        group.initialized().forEach((topicId, topic) -> {
            if (!isMeant(q.which(), topic)) return;
            rest.remove(topicId);
            deleting.put(topicId, topic.name());
        });
        var facts = new ArrayList<GroupFact>();
        boolean isNews = rest.size() < group.initialized().size();
        if (isNews) facts.addAll(replaced(group, rest, deleting, now));
        if (!deleting.isEmpty()) {
            facts.add(new ShareFact.Clearing(group.id(), now.monotonicNs() + CLEARING_NS));
        }
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(),
            new ShareRequest.ToDelete(ErrorCode.NONE, toDelete(deleting)))));
    }

    private static Decision<GroupFact> refuse(ShareRequest.Forget q, ErrorCode why) {
        return Decision.reply(q.from(), new ShareRequest.ToDelete(why, NO_TOPICS));
    }

    private static boolean isMeant(ShareRequest.Which which, ShareTopic topic) {
        return switch (which) {
            case ShareRequest.Which.All _ -> true;
            case ShareRequest.Which.Named(var names) -> names.contains(topic.name());
            case ShareRequest.Which.Begun _ -> false;
        };
    }

    /// All partitions of these topics; none of one that is gone, whose states go by themselves.
    private SortedMap<Uuid, ShareTopic> toDelete(SortedMap<Uuid, String> deleting) {
        var view = ports.topics().get();
        var all = new TreeMap<Uuid, ShareTopic>();
        deleting.forEach((topicId, name) -> {
            int count = view.topic(topicId).map(TopicsView.Topic::partitionCount).orElse(0);
            all.put(topicId, new ShareTopic(name, IntStream.range(0, count).boxed().toList()));
        });
        return Collections.unmodifiableSortedMap(all);
    }

    Decision<GroupFact> forgotten(@Nullable ShareGroup group, ShareRequest.Forgotten q, Now now) {
        if (group == null) return Decision.reply(q.from(), ErrorCode.GROUP_ID_NOT_FOUND);
        var rest = new TreeMap<>(group.deleting());
        rest.keySet().removeAll(q.topics());
        var facts = new ArrayList<GroupFact>();
        if (!rest.equals(group.deleting())) {
            facts.addAll(replaced(group, group.initialized(), rest, now));
        }
        facts.add(new ShareFact.Clearing(group.id(), now.monotonicNs()));
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), ErrorCode.NONE)));
    }

    /// What a group no longer has because topics are gone.
    List<GroupFact> withoutGone(ShareGroup group, Now now) {
        var view = ports.topics().get();
        var all = existing(group.initialized());
        var deleting = new TreeMap<>(group.deleting());
        deleting.keySet().removeIf(topicId -> view.topic(topicId).isEmpty());
        boolean isSame = all.equals(group.initialized()) && deleting.equals(group.deleting());
        return isSame ? List.of() : replaced(group, all, deleting, now);
    }

    /// A member has been silent for too long.
    Decision<GroupFact> sessionEnds(ShareGroup group, String memberId, Now now) {
        if (group.member(memberId) == null) return Decision.none();
        return Decision.of(without(group, memberId, now), List.of());
    }

    /// After a load every member gets a whole session's time.
    List<Effect> revive(ShareGroup group) {
        var settings = ports.settings().apply(group.id());
        var effects = new ArrayList<Effect>();
        for (var member : group.members())
            effects.add(session(group.id(), member.id(), settings));
        return effects;
    }
}
