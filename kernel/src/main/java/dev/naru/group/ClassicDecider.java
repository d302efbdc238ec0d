package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.LeaveGroupRequest.MemberIdentity;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.LeaveGroupResponse.MemberResponse;
import dev.naru.wire.message.SyncGroupRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what members of a classic group ask once they have joined: sync, heartbeat, leave; and
/// what happens when time is up. Changes nothing.
final class ClassicDecider {
    private final ClassicRebalance rebalance;
    private final GroupRules rules;

    ClassicDecider(GroupRules rules, ClassicRebalance rebalance) {
        this.rules = rules;
        this.rebalance = rebalance;
    }

    Decision<GroupFact> sync(@Nullable ClassicGroup known, GroupRequest.Sync q, Now now) {
        var doubt = doubt(known, q.message());
        if (known == null || doubt != ErrorCode.NONE) {
            return Decision.reply(q.from(), ClassicAnswers.syncError(doubt));
        }
        var draft = ClassicDraft.of(known, now);
        var member = known.member(q.message().memberId());
        if (member == null) {
            return Decision.reply(q.from(), ClassicAnswers.syncError(ErrorCode.UNKNOWN_MEMBER_ID));
        }
        switch (known.state()) {
            case EMPTY, DEAD -> draft.reply(q.from(),
                ClassicAnswers.syncError(ErrorCode.UNKNOWN_MEMBER_ID));
            case PREPARING_REBALANCE -> draft.reply(q.from(),
                ClassicAnswers.syncError(ErrorCode.REBALANCE_IN_PROGRESS));
            case COMPLETING_REBALANCE -> awaitAssignment(draft, q, member);
            case STABLE -> {
                rebalance.receiveSync(draft, member.memberId());
                draft.put(member.seenAt(now));
                draft.reply(q.from(), ClassicAnswers.synced(known, member));
            }
        }
        return draft.decision();
    }

    private static ErrorCode doubt(@Nullable ClassicGroup known, SyncGroupRequest message) {
        if (message.groupId().isEmpty()) return ErrorCode.INVALID_GROUP_ID;
        if (known == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        var doubt = known.check(message.memberId(), message.groupInstanceId());
        if (doubt != ErrorCode.NONE) return doubt;
        if (message.generationId() != known.generation()) return ErrorCode.ILLEGAL_GENERATION;
        boolean isConsistent = agrees(message.protocolType(), known.agreedType())
            && agrees(message.protocolName(), known.protocol());
        if (!isConsistent) return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        long assignedBytes = message.assignments().stream()
            .mapToLong(a -> a.assignment().remaining())
            .sum();
        return assignedBytes > Limits.GROUP_ASSIGNMENT_BYTES_MAX
            ? ErrorCode.MESSAGE_TOO_LARGE
            : ErrorCode.NONE;
    }

    /// Old clients do not say.
    private static boolean agrees(@Nullable String said, @Nullable String known) {
        return said == null || said.equals(known);
    }

    private void awaitAssignment(ClassicDraft draft, GroupRequest.Sync q, ClassicMember member) {
        rebalance.receiveSync(draft, member.memberId());
        var earlier = member.sync();
        if (earlier != null) {
            draft.reply(earlier, ClassicAnswers.syncError(ErrorCode.REBALANCE_IN_PROGRESS));
        }
        draft.put(member.withSync(q.from()));
        if (draft.group().isLeader(member.memberId())) assign(draft, q.message());
    }

    /// The leader has spoken: the generation is complete, is stored, and whoever waits is told.
    private static void assign(ClassicDraft draft, SyncGroupRequest message) {
        var assigned = new LinkedHashMap<String, ByteBuffer>();
        for (var assignment : message.assignments()) {
            assigned.put(assignment.memberId(), Blob.copyOf(assignment.assignment()));
        }
        for (var member : draft.group().members()) {
            var assignment = assigned.getOrDefault(member.memberId(), Blob.EMPTY);
            var settled = member.withAssignment(assignment);
            var sync = settled.sync();
            if (sync != null) {
                draft.reply(sync, ClassicAnswers.synced(draft.group(), settled));
                settled = settled.withSync(null).seenAt(draft.now());
            }
            draft.put(settled);
        }
        draft.enter(ClassicState.STABLE);
        draft.store();
    }

    Decision<GroupFact> heartbeat(@Nullable ClassicGroup known, GroupRequest.Heartbeat q, Now now) {
        var outcome = outcome(known, q.message());
        var member = known == null ? null : known.member(q.message().memberId());
        boolean isHeard = outcome == ErrorCode.NONE || outcome == ErrorCode.REBALANCE_IN_PROGRESS;
        List<GroupFact> facts = member != null && isHeard
            ? List.of(new ClassicFact.MemberPut(q.message().groupId(), member.seenAt(now)))
            : List.of();
        var answer = new Effect.Reply<>(q.from(), ClassicAnswers.heartbeat(outcome));
        return Decision.of(facts, List.of(answer));
    }

    private static ErrorCode outcome(@Nullable ClassicGroup known, HeartbeatRequest message) {
        if (message.groupId().isEmpty()) return ErrorCode.INVALID_GROUP_ID;
        if (known == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        var doubt = known.check(message.memberId(), message.groupInstanceId());
        if (doubt != ErrorCode.NONE) return doubt;
        if (message.generationId() != known.generation()) return ErrorCode.ILLEGAL_GENERATION;
        return switch (known.state()) {
            case EMPTY, DEAD -> ErrorCode.UNKNOWN_MEMBER_ID;
            case PREPARING_REBALANCE -> ErrorCode.REBALANCE_IN_PROGRESS;
            case COMPLETING_REBALANCE, STABLE -> ErrorCode.NONE;
        };
    }

    Decision<GroupFact> leave(@Nullable ClassicGroup known, GroupRequest.Leave q, Now now) {
        var message = q.message();
        var flaw = message.groupId().isEmpty()
            ? ErrorCode.INVALID_GROUP_ID
            : ErrorCode.UNKNOWN_MEMBER_ID;
        if (message.groupId().isEmpty() || known == null) {
            return Decision.reply(q.from(),
                LeaveGroupResponse.builder().errorCode(flaw.code()).build());
        }
        var draft = ClassicDraft.of(known, now);
        var answers = new ArrayList<MemberResponse>();
        boolean hasLeft = false;
        for (var leaving : message.members()) {
            var outcome = leaveOne(draft, leaving);
            hasLeft |= outcome == ErrorCode.NONE;
            answers.add(MemberResponse.builder().memberId(leaving.memberId())
                .groupInstanceId(leaving.groupInstanceId()).errorCode(outcome.code()).build());
        }
        if (hasLeft) rebalance.afterRemoval(draft);
        draft.reply(q.from(), LeaveGroupResponse.builder().members(answers).build());
        return draft.decision();
    }

    /// An instance id alone is an administrator's way to send a static member off.
    private ErrorCode leaveOne(ClassicDraft draft, MemberIdentity leaving) {
        var group = draft.group();
        var memberId = leaving.memberId();
        var instanceId = leaving.groupInstanceId();
        if (memberId.isEmpty()) {
            var owner = instanceId == null ? null : group.memberIdOf(instanceId);
            if (owner == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            rebalance.drop(draft, owner);
            return ErrorCode.NONE;
        }
        var doubt = group.isGiven(memberId) ? ErrorCode.NONE : group.check(memberId, instanceId);
        if (doubt == ErrorCode.NONE) rebalance.drop(draft, memberId);
        return doubt;
    }

    Decision<GroupFact> onTimer(ClassicGroup group, GroupTimer.OfClassic due, Now now) {
        var draft = ClassicDraft.of(group, now);
        switch (due) {
            case GroupTimer.Session(_, String memberId) ->
                rebalance.onSessionEnds(draft, memberId);
            case GroupTimer.JoinEnds _ -> rebalance.onJoinEnds(draft);
            case GroupTimer.SyncEnds _ -> rebalance.onSyncEnds(draft);
        }
        return draft.decision();
    }

    /// A stored group lives again: its members have a session's time to be heard of, and a group
    /// that is now too large is made to join again.
    ClassicDraft revive(ClassicGroup group, Now now) {
        var draft = ClassicDraft.of(group, now);
        draft.turn(new ClassicFact.Revived(draft.id(), now.monotonicNs()));
        draft.group().members().forEach(draft::startSession);
        if (draft.group().size() > rules.maxSize()) rebalance.prepare(draft);
        return draft;
    }
}
