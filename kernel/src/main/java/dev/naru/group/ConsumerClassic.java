package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.wire.Malformed;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest.MemberIdentity;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.LeaveGroupResponse.MemberResponse;
import dev.naru.wire.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides what classic members ask in a consumer group, while it is on its way from one protocol to
/// the other: the coordinator assigns, nobody leads, and a join or sync waits for nobody.
final class ConsumerClassic {
    private final GroupPorts ports;
    private final ConsumerTargets targets;
    private final ConsumerDecider consumers;
    private final ConsumerMigration migration;
    private final ClassicJoinDecider joins;

    ConsumerClassic(GroupPorts ports, ConsumerTargets targets, ConsumerDecider consumers,
        ConsumerMigration migration, ClassicJoinDecider joins) {
        this.ports = ports;
        this.targets = targets;
        this.consumers = consumers;
        this.migration = migration;
        this.joins = joins;
    }

    Decision<GroupFact> join(ConsumerGroup group, GroupRequest.Join q, Now now) {
        var message = q.message();
        var flaw = joins.flaw(q);
        if (flaw != ErrorCode.NONE) return refuse(q, flaw, message.memberId());
        var draft = new ConsumerDraft(group, now);
        if (!supports(draft, message)) {
            return refuse(q, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, message.memberId());
        }
        boolean isNameless = message.memberId().isEmpty();
        var memberId = isNameless ? joins.newMemberId(q) : message.memberId();
        boolean mustComeBack = isNameless && message.groupInstanceId() == null
            && q.version() >= ClassicJoinDecider.GIVES_ID_FIRST;
        if (mustComeBack) return refuse(q, ErrorCode.MEMBER_ID_REQUIRED, memberId);
        var doubt = seat(draft, message, memberId);
        if (doubt != ErrorCode.NONE) return refuse(q, doubt, message.memberId());
        try {
            var metadata = message.protocols().getFirst().metadata();
            seated(draft, q, memberId, ClassicWords.subscription(metadata));
        } catch (Malformed unreadable) {
            return refuse(q, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, message.memberId());
        }
        if (!migration.mustDowngrade(draft)) return draft.decision();
        var downgraded = migration.downgrade(draft);
        return Decision.of(downgraded.facts(), ClassicAnswers.againInstead(q.from(), memberId,
            downgraded.effects()));
    }

    private static Decision<GroupFact> refuse(GroupRequest.Join q, ErrorCode why,
        String memberId) {
        return Decision.reply(q.from(), ClassicAnswers.joinError(why, memberId));
    }

    private static boolean supports(ConsumerDraft draft, JoinGroupRequest message) {
        if (!message.protocolType().equals(ClassicGroup.CONSUMER)) return false;
        var supporters = supporters(draft, message.memberId());
        int others = 0;
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            boolean isOther = member != null && member.isClassic()
                && !memberId.equals(message.memberId())
                && !isSameInstance(member, message.groupInstanceId());
            if (isOther) others++;
        }
        int needed = others;
        return message.protocols().stream().anyMatch(
            offered -> needed == 0 || supporters.getOrDefault(offered.name(), 0) >= needed);
    }

    private static boolean isSameInstance(ConsumerMember member, @Nullable String instanceId) {
        return instanceId != null && instanceId.equals(member.instanceId());
    }

    private static SortedMap<String, Integer> supporters(ConsumerDraft draft, String butFor) {
        var supporters = new TreeMap<String, Integer>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            var classic = member == null ? null : member.said().classic();
            if (classic == null || memberId.equals(butFor)) continue;
            var names = new TreeSet<String>();
            classic.protocols().forEach(protocol -> names.add(protocol.name()));
            names.forEach(name -> supporters.merge(name, 1, Integer::sum));
        }
        return supporters;
    }

    /// A protocol that all classic members know; null if there is none.
    static @Nullable String sharedProtocol(ConsumerDraft draft) {
        int count = draft.classicCount();
        for (var each : supporters(draft, "").entrySet()) {
            if (each.getValue() == count) return each.getKey();
        }
        return null;
    }

    static ByteBuffer metadata(ConsumerMember.Classic classic, @Nullable String protocol) {
        for (var mine : classic.protocols()) {
            if (protocol == null || mine.name().equals(protocol)) return mine.metadata();
        }
        return Blob.EMPTY;
    }

    /// Makes sure that there is a member of this id, if there may be.
    private ErrorCode seat(ConsumerDraft draft, JoinGroupRequest message, String memberId) {
        var instanceId = message.groupInstanceId();
        var known = instanceId == null
            ? draft.member(memberId)
            : draft.staticMember(instanceId);
        if (known == null) {
            boolean isLost = instanceId != null && !message.memberId().isEmpty();
            if (isLost) return ErrorCode.UNKNOWN_MEMBER_ID;
            return draft.size() < ports.consumers().maxSize()
                ? ErrorCode.NONE
                : ErrorCode.GROUP_MAX_SIZE_REACHED;
        }
        if (known.memberId().equals(memberId)) return ErrorCode.NONE;
        if (!message.memberId().isEmpty()) return ErrorCode.FENCED_INSTANCE_ID;
        var current = known.current();
        int epoch = known.isAway() ? 0 : current.epoch();
        draft.replace(known, memberId, new ConsumerMember.Current(epoch, epoch, current.state(),
            current.assigned(), Owned.NONE));
        return ErrorCode.NONE;
    }

    private void seated(ConsumerDraft draft, GroupRequest.Join q, String memberId,
        ConsumerProtocolSubscription subscription) {
        var before = draft.member(memberId);
        var said = said(q, memberId, subscription);
        boolean isChanged = before == null || !before.said().topics().equals(said.topics())
            || !before.said().pattern().isEmpty();
        draft.say(said);
        draft.fact(new ConsumerFact.AskedToJoin(draft.id(), memberId, false));
        targets.refresh(draft, isChanged);
        targets.assign(draft);
        var member = consumers.reconcile(draft, memberId,
            ClassicWords.owned(subscription, ports.topics().get()));
        var group = draft.id();
        draft.stop(new GroupTimer.ConsumerJoin(group, memberId));
        draft.start(new GroupTimer.ConsumerSession(group, memberId),
            consumers.sessionMs(group, member));
        draft.start(new GroupTimer.ConsumerSync(group, memberId), said.rebalanceTimeoutMs());
        draft.reply(q.from(), JoinGroupResponse.builder().memberId(memberId)
            .generationId(member.epoch()).protocolType(ClassicGroup.CONSUMER)
            .protocolName(chosen(draft, q.message())).build());
    }

    private static String chosen(ConsumerDraft draft, JoinGroupRequest message) {
        int count = draft.classicCount();
        var supporters = supporters(draft, "");
        for (var offered : message.protocols()) {
            if (supporters.getOrDefault(offered.name(), 0) == count) return offered.name();
        }
        return message.protocols().getFirst().name();
    }

    private static ConsumerMember.Subscription said(GroupRequest.Join q, String memberId,
        ConsumerProtocolSubscription subscription) {
        var terms = ClassicJoinDecider.terms(q, ClassicJoinDecider.copied(q));
        return new ConsumerMember.Subscription(memberId, q.message().groupInstanceId(),
            subscription.rackId(), q.clientId(), q.clientHost(), terms.rebalanceTimeoutMs(),
            new ArrayList<>(new TreeSet<>(subscription.topics())), "", null,
            new ConsumerMember.Classic(terms.sessionTimeoutMs(), terms.protocols()));
    }

    Decision<GroupFact> sync(ConsumerGroup group, GroupRequest.Sync q, Now now) {
        var message = q.message();
        var draft = new ConsumerDraft(group, now);
        var doubt = doubt(draft, message.memberId(), message.groupInstanceId(),
            message.generationId());
        var member = draft.member(message.memberId());
        if (member == null || doubt != ErrorCode.NONE) {
            return Decision.reply(q.from(), ClassicAnswers.syncError(doubt));
        }
        boolean isOtherType = message.protocolType() != null
            && !message.protocolType().equals(ClassicGroup.CONSUMER);
        if (isOtherType) {
            return Decision.reply(q.from(),
                ClassicAnswers.syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
        }
        if (isBehind(draft, member)) {
            askToJoin(draft, member);
            draft.reply(q.from(), ClassicAnswers.syncError(ErrorCode.REBALANCE_IN_PROGRESS));
            return draft.decision();
        }
        draft.stop(new GroupTimer.ConsumerSync(draft.id(), member.memberId()));
        draft.start(new GroupTimer.ConsumerSession(draft.id(), member.memberId()),
            consumers.sessionMs(draft.id(), member));
        draft.reply(q.from(), SyncGroupResponse.builder().protocolType(ClassicGroup.CONSUMER)
            .protocolName(message.protocolName())
            .assignment(ClassicWords.assignment(member, member.current().assigned().partitions(),
                ports.topics().get()))
            .build());
        return draft.decision();
    }

    private static boolean isBehind(ConsumerDraft draft, ConsumerMember member) {
        return draft.targetEpoch() > member.epoch()
            && member.current().state() != ConsumerMember.State.UNREVOKED_PARTITIONS;
    }

    private static ErrorCode doubt(ConsumerDraft draft, String memberId,
        @Nullable String instanceId, int generation) {
        if (instanceId != null) {
            var owner = draft.staticMember(instanceId);
            if (owner == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            if (!owner.memberId().equals(memberId)) return ErrorCode.FENCED_INSTANCE_ID;
        }
        var member = draft.member(memberId);
        if (member == null || !member.isClassic()) return ErrorCode.UNKNOWN_MEMBER_ID;
        return generation == member.epoch() ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    /// It has its rebalance timeout to come back.
    private static void askToJoin(ConsumerDraft draft, ConsumerMember member) {
        if (draft.group().isAskedToJoin(member.memberId())) return;
        draft.fact(new ConsumerFact.AskedToJoin(draft.id(), member.memberId(), true));
        draft.start(new GroupTimer.ConsumerJoin(draft.id(), member.memberId()),
            member.said().rebalanceTimeoutMs());
    }

    Decision<GroupFact> heartbeat(ConsumerGroup group, GroupRequest.Heartbeat q, Now now) {
        var message = q.message();
        var draft = new ConsumerDraft(group, now);
        var doubt = doubt(draft, message.memberId(), message.groupInstanceId(),
            message.generationId());
        var member = draft.member(message.memberId());
        if (member == null || doubt != ErrorCode.NONE) {
            return Decision.reply(q.from(), ClassicAnswers.heartbeat(doubt));
        }
        targets.refresh(draft, false);
        targets.assign(draft);
        draft.start(new GroupTimer.ConsumerSession(draft.id(), member.memberId()),
            consumers.sessionMs(draft.id(), member));
        boolean mustJoin = mustJoin(draft, member);
        if (mustJoin) askToJoin(draft, member);
        draft.reply(q.from(), ClassicAnswers
            .heartbeat(mustJoin ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE));
        return draft.decision();
    }

    private static boolean mustJoin(ConsumerDraft draft, ConsumerMember member) {
        return switch (member.current().state()) {
            case STABLE, UNKNOWN -> member.epoch() < draft.targetEpoch();
            case UNREVOKED_PARTITIONS -> true;
            case UNRELEASED_PARTITIONS -> member.epoch() < draft.targetEpoch()
                || !waitsForOthers(draft, member);
        };
    }

    private static boolean waitsForOthers(ConsumerDraft draft, ConsumerMember member) {
        var target = draft.target(member.memberId());
        for (var topic : target.byTopic().entrySet()) {
            for (int partition : topic.getValue()) {
                if (member.current().assigned().has(topic.getKey(), partition)) continue;
                if (!draft.isFree(topic.getKey(), partition, member.memberId())) return true;
            }
        }
        return false;
    }

    /// Members of either protocol may be sent off this way; only classic ones leave by themselves.
    Decision<GroupFact> leave(ConsumerGroup group, GroupRequest.Leave q, Now now) {
        var draft = new ConsumerDraft(group, now);
        var answers = new ArrayList<MemberResponse>();
        var leaving = new ArrayList<String>();
        for (var each : q.message().members()) {
            var outcome = leaving(draft, each, leaving);
            answers.add(MemberResponse.builder().memberId(each.memberId())
                .groupInstanceId(each.groupInstanceId()).errorCode(outcome.code()).build());
        }
        draft.reply(q.from(), LeaveGroupResponse.builder().members(answers).build());
        return leaving.isEmpty() ? draft.decision() : consumers.withdraw(draft, leaving);
    }

    private static ErrorCode leaving(ConsumerDraft draft, MemberIdentity each,
        List<String> leaving) {
        var instanceId = each.groupInstanceId();
        var member = instanceId == null
            ? draft.member(each.memberId())
            : draft.staticMember(instanceId);
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        boolean isNamed = !each.memberId().isEmpty();
        if (isNamed && !member.memberId().equals(each.memberId())) {
            return ErrorCode.FENCED_INSTANCE_ID;
        }
        boolean isOfOtherProtocol = instanceId == null && !member.isClassic();
        if (isOfOtherProtocol || leaving.contains(member.memberId())) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        leaving.add(member.memberId());
        return ErrorCode.NONE;
    }
}
