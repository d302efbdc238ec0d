package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.wire.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.naru.wire.message.JoinGroupResponse.JoinGroupResponseMember;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Decides how somebody joins a classic group. Changes nothing.
final class ClassicJoinDecider {
    /// From here on a newcomer is first given an id, and joins with it.
    static final short GIVES_ID_FIRST = 4;
    /// From here on a static leader that comes back can be told not to assign anew.
    static final short SKIPS_ASSIGNMENT = 9;

    private final GroupRules rules;
    private final ClassicRebalance rebalance;
    private final Entropy entropy;

    ClassicJoinDecider(GroupRules rules, ClassicRebalance rebalance, Entropy entropy) {
        this.rules = rules;
        this.rebalance = rebalance;
        this.entropy = entropy;
    }

    /// `mayCreate` is false when the shard holds as many groups as it can.
    Decision<GroupFact> decide(@Nullable ClassicGroup known, GroupRequest.Join q, boolean mayCreate,
        Now now) {
        var memberId = q.message().memberId();
        var flaw = flaw(q);
        if (flaw != ErrorCode.NONE) return refuse(q, flaw, memberId);
        if (known == null && !memberId.isEmpty()) {
            return refuse(q, ErrorCode.UNKNOWN_MEMBER_ID, memberId);
        }
        if (known == null && !mayCreate) {
            return refuse(q, ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId);
        }
        var draft = ClassicDraft.of(known == null ? new ClassicGroup(q.message().groupId()) : known,
            now);
        if (!hasRoom(draft.group(), memberId)) {
            turnAway(draft, q);
        } else if (!draft.group().supports(q.message().protocolType(), named(q))) {
            return refuse(q, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
        } else if (memberId.isEmpty()) {
            joinUnknown(draft, q);
        } else {
            joinKnown(draft, q);
        }
        return draft.decision();
    }

    ErrorCode flaw(GroupRequest.Join q) {
        var message = q.message();
        if (message.groupId().isEmpty() || isLong(message.groupId()))
            return ErrorCode.INVALID_GROUP_ID;
        int sessionMs = message.sessionTimeoutMs();
        if (sessionMs < rules.minSessionTimeoutMs()
            || sessionMs > rules.maxSessionTimeoutMs()) {
            return ErrorCode.INVALID_SESSION_TIMEOUT;
        }
        var instanceId = message.groupInstanceId();
        boolean isLong = isLong(message.protocolType())
            || (instanceId != null && isLong(instanceId))
            || message.protocols().stream().anyMatch(protocol -> isLong(protocol.name()));
        if (isLong || message.protocols().size() > Limits.GROUP_PROTOCOLS_PER_MEMBER_MAX) {
            return ErrorCode.INVALID_REQUEST;
        }
        long metadataBytes = message.protocols().stream().mapToLong(p -> p.metadata().remaining())
            .sum();
        return metadataBytes > Limits.GROUP_MEMBER_METADATA_BYTES_MAX
            ? ErrorCode.MESSAGE_TOO_LARGE
            : ErrorCode.NONE;
    }

    private static boolean isLong(String text) {
        return text.length() > Limits.GROUP_TEXT_CHARS_MAX;
    }

    private static Decision<GroupFact> refuse(GroupRequest.Join q, ErrorCode why, String memberId) {
        return Decision.reply(q.from(), ClassicAnswers.joinError(why, memberId));
    }

    /// While members are joining, those who came first have the places; else those who are members.
    private boolean hasRoom(ClassicGroup group, String memberId) {
        var member = group.member(memberId);
        return switch (group.state()) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE -> (member != null && member.isAwaitingJoin())
                || group.awaitingJoinCount() < rules.maxSize();
            case COMPLETING_REBALANCE, STABLE ->
                member != null || group.size() < rules.maxSize();
        };
    }

    private void turnAway(ClassicDraft draft, GroupRequest.Join q) {
        var memberId = q.message().memberId();
        if (draft.group().has(memberId) || draft.group().isGiven(memberId)) {
            rebalance.drop(draft, memberId);
        }
        draft.reply(q.from(), ClassicAnswers.joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, ""));
        rebalance.completeIfAllJoined(draft);
    }

    private void joinUnknown(ClassicDraft draft, GroupRequest.Join q) {
        var group = draft.group();
        var instanceId = q.message().groupInstanceId();
        var newId = newMemberId(q);
        if (instanceId != null) {
            var oldId = group.memberIdOf(instanceId);
            if (oldId == null) {
                admit(draft, q, newId);
            } else {
                replaceStatic(draft, q, oldId, newId);
            }
        } else if (q.version() < GIVES_ID_FIRST) {
            admit(draft, q, newId);
        } else if (group.givenIdCount() >= Limits.GROUP_PENDING_MEMBERS_MAX) {
            draft.reply(q.from(), ClassicAnswers.joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, ""));
        } else {
            draft.turn(new ClassicFact.IdGiven(draft.id(), newId));
            draft.start(new GroupTimer.Session(draft.id(), newId), q.message().sessionTimeoutMs());
            draft.reply(q.from(), ClassicAnswers.joinError(ErrorCode.MEMBER_ID_REQUIRED, newId));
        }
    }

    private void joinKnown(ClassicDraft draft, GroupRequest.Join q) {
        var group = draft.group();
        var memberId = q.message().memberId();
        var instanceId = q.message().groupInstanceId();
        if (group.isGiven(memberId) && instanceId == null) {
            admit(draft, q, memberId);
            return;
        }
        var doubt = group.check(memberId, instanceId);
        var member = group.member(memberId);
        if (doubt != ErrorCode.NONE || member == null) {
            draft.reply(q.from(), ClassicAnswers.joinError(doubt, memberId));
            return;
        }
        boolean isChanged = !member.terms().protocols().equals(named(q));
        switch (group.state()) {
            case PREPARING_REBALANCE -> rejoin(draft, q, member);
            case COMPLETING_REBALANCE -> {
                // Unchanged: it has probably missed the answer to its first join.
                if (isChanged) rejoin(draft, q, member);
                else
                    answerAgain(draft, q, member);
            }
            case STABLE -> {
                // A leader that joins again wants a new assignment, say because topics changed.
                if (isChanged || group.isLeader(memberId)) rejoin(draft, q, member);
                else
                    answerAgain(draft, q, member);
            }
            case EMPTY, DEAD -> draft.reply(q.from(),
                ClassicAnswers.joinError(ErrorCode.UNKNOWN_MEMBER_ID, memberId));
        }
    }

    private void answerAgain(ClassicDraft draft, GroupRequest.Join q, ClassicMember member) {
        var group = draft.group();
        boolean assigns = group.is(ClassicState.COMPLETING_REBALANCE)
            && group.isLeader(member.memberId());
        List<JoinGroupResponseMember> members = assigns
            ? ClassicAnswers.membersOf(group)
            : List.of();
        draft.put(member.seenAt(draft.now()));
        draft.reply(q.from(),
            ClassicAnswers.joined(group, member.memberId(), group.leader(), members));
    }

    /// A new member. It cannot heartbeat before it knows its id, so it gets a long time for its
    /// first join.
    private void admit(ClassicDraft draft, GroupRequest.Join q, String memberId) {
        var group = draft.group();
        var open = group.heldOpen();
        boolean isHeldOpen = group.is(ClassicState.PREPARING_REBALANCE)
            && group.previousState() == ClassicState.EMPTY;
        if (isHeldOpen && !open.hasNewMember()) {
            draft.turn(
                new ClassicFact.JoinHeldOpen(draft.id(), open.delayMs(), open.remainingMs(), true));
        }
        long patienceMs = rules.newMemberJoinTimeoutMs();
        var identity = new ClassicMember.Identity(memberId, q.message().groupInstanceId(),
            cut(q.clientId()),
            q.clientHost());
        draft.put(new ClassicMember(identity, terms(q, copied(q)), Blob.EMPTY, true,
            draft.now().afterMs(patienceMs), q.from(), null));
        draft.start(new GroupTimer.Session(draft.id(), memberId), patienceMs);
        rebalance.prepareOrComplete(draft);
    }

    private void rejoin(ClassicDraft draft, GroupRequest.Join q, ClassicMember member) {
        var earlier = member.join();
        if (earlier != null) {
            draft.reply(earlier,
                ClassicAnswers.joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId()));
        }
        draft.put(member.withTerms(terms(q, copied(q))).withJoin(q.from()));
        rebalance.prepareOrComplete(draft);
    }

    /// A static member comes back without its id, under a new one; the old one is fenced. As long
    /// as the group's choice of protocol stands, the others need not notice.
    private void replaceStatic(ClassicDraft draft, GroupRequest.Join q, String oldId,
        String newId) {
        var group = draft.group();
        var oldLeader = group.leader();
        var old = group.member(oldId);
        if (old != null) rebalance.refuseParked(draft, old, ErrorCode.FENCED_INSTANCE_ID);
        draft.turn(new ClassicFact.MemberRenamed(draft.id(), oldId, newId));
        draft.stop(new GroupTimer.Session(draft.id(), oldId));
        var renamed = group.member(newId);
        if (renamed == null) return;
        var member = renamed.withTerms(terms(q, copied(q))).seenAt(draft.now());
        draft.put(member);
        draft.startSession(member);
        boolean isSettled = group.is(ClassicState.STABLE)
            && group.vote().equals(Optional.ofNullable(group.protocol()));
        if (isSettled) {
            resume(draft, q, oldLeader);
        } else {
            draft.put(member.withJoin(q.from()));
            rebalance.prepareOrComplete(draft);
        }
    }

    /// Stores the new id and answers with the generation there is. A leader too old to be told that
    /// it need not assign is told that its former self leads.
    private void resume(ClassicDraft draft, GroupRequest.Join q, @Nullable String oldLeader) {
        var group = draft.group();
        var newId = group.memberIdOf(String.valueOf(q.message().groupInstanceId()));
        if (newId == null) return;
        draft.store();
        if (q.version() < SKIPS_ASSIGNMENT) {
            draft.reply(q.from(), ClassicAnswers.joined(group, newId, oldLeader, List.of()));
            return;
        }
        boolean isLeader = group.isLeader(newId);
        List<JoinGroupResponseMember> members = isLeader
            ? ClassicAnswers.membersOf(group)
            : List.of();
        draft.reply(q.from(),
            ClassicAnswers.joined(group, newId, group.leader(), members).toBuilder()
                .skipAssignment(isLeader).build());
    }

    /// Random, as Kafka's are: clients know members by nothing else.
    String newMemberId(GroupRequest.Join q) {
        var instanceId = q.message().groupInstanceId();
        var stem = cut(instanceId == null ? q.clientId() : instanceId);
        var uuid = entropy.uuid();
        return stem + "-" + new UUID(uuid.high(), uuid.low());
    }

    private static String cut(String text) {
        return isLong(text) ? text.substring(0, Limits.GROUP_TEXT_CHARS_MAX) : text;
    }

    static ClassicMember.Terms terms(GroupRequest.Join q,
        List<ClassicMember.Protocol> protocols) {
        var message = q.message();
        int rebalanceMs = message.rebalanceTimeoutMs();
        int sessionMs = message.sessionTimeoutMs();
        return new ClassicMember.Terms(rebalanceMs < 0 ? sessionMs : rebalanceMs, sessionMs,
            message.protocolType(), protocols);
    }

    private static List<ClassicMember.Protocol> named(GroupRequest.Join q) {
        return q.message().protocols().stream()
            .map(p -> new ClassicMember.Protocol(p.name(), p.metadata()))
            .toList();
    }

    static List<ClassicMember.Protocol> copied(GroupRequest.Join q) {
        return q.message().protocols().stream().map(ClassicJoinDecider::copied).toList();
    }

    private static ClassicMember.Protocol copied(JoinGroupRequestProtocol protocol) {
        return new ClassicMember.Protocol(protocol.name(), Blob.copyOf(protocol.metadata()));
    }
}
