package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;

/// The course of a rebalance, as steps on a [ClassicDraft]: prepare, wait for members, begin a generation,
/// wait for their syncs. Stateless but for the rules.
final class ClassicRebalance {
    private final GroupRules rules;

    ClassicRebalance(GroupRules rules) {
        this.rules = rules;
    }

    /// Starts a rebalance; if one is being prepared already, looks whether that is complete.
    void prepareOrComplete(ClassicDraft draft) {
        if (draft.group().state().mayBecome(ClassicState.PREPARING_REBALANCE)) {
            prepare(draft);
        } else {
            completeIfAllJoined(draft);
        }
    }

    /// Everybody is to join again. The first rebalance of a group is held open for a while, since
    /// members tend to start together.
    void prepare(ClassicDraft draft) {
        var group = draft.group();
        if (group.is(ClassicState.COMPLETING_REBALANCE)) cancelSyncs(draft);
        draft.stop(new GroupTimer.SyncEnds(draft.id()));
        boolean isFirst = group.is(ClassicState.EMPTY);
        draft.enter(ClassicState.PREPARING_REBALANCE);
        if (isFirst) {
            int delayMs = rules.initialRebalanceDelayMs();
            holdOpen(draft, delayMs, Math.max(group.rebalanceTimeoutMs() - delayMs, 0));
        } else if (group.haveAllJoined()) {
            complete(draft);
        } else {
            draft.start(new GroupTimer.JoinEnds(draft.id()), group.rebalanceTimeoutMs());
        }
    }

    /// Ends the joining phase when nobody is missing, unless it is the one held open for newcomers.
    void completeIfAllJoined(ClassicDraft draft) {
        var group = draft.group();
        boolean mayComplete = group.is(ClassicState.PREPARING_REBALANCE)
            && group.previousState() != ClassicState.EMPTY;
        if (mayComplete && group.haveAllJoined()) complete(draft);
    }

    /// The time for joining is over.
    void onJoinEnds(ClassicDraft draft) {
        var group = draft.group();
        if (!group.is(ClassicState.PREPARING_REBALANCE)) return;
        var open = group.heldOpen();
        boolean isFirst = group.previousState() == ClassicState.EMPTY;
        if (isFirst && open.hasNewMember() && open.remainingMs() > 0) {
            int delayMs = Math.min(rules.initialRebalanceDelayMs(), open.remainingMs());
            holdOpen(draft, delayMs, Math.max(open.remainingMs() - open.delayMs(), 0));
        } else {
            complete(draft);
        }
    }

    /// Members that have not fetched their assignment in time are out.
    void onSyncEnds(ClassicDraft draft) {
        var group = draft.group();
        boolean isSyncing = group.is(ClassicState.COMPLETING_REBALANCE)
            || group.is(ClassicState.STABLE);
        var missing = group.awaitedSyncs();
        if (!isSyncing || missing.isEmpty()) return;
        missing.forEach(memberId -> drop(draft, memberId));
        prepare(draft);
    }

    /// A member may have fallen silent: it is out, or its session is looked at again when it may
    /// end.
    void onSessionEnds(ClassicDraft draft, String memberId) {
        var group = draft.group();
        if (group.isGiven(memberId)) {
            drop(draft, memberId);
            completeIfAllJoined(draft);
            return;
        }
        var member = group.member(memberId);
        if (member == null) return;
        long leftNs = member.deadlineNs() - draft.now().monotonicNs();
        boolean isParked = member.isAwaitingJoin() || member.isAwaitingSync();
        if (leftNs > 0) {
            draft.start(new GroupTimer.Session(draft.id(), memberId), leftNs / Now.NS_PER_MS + 1);
        } else if (isParked && !member.isNew()) {
            draft.startSession(member);
        } else {
            drop(draft, memberId);
            afterRemoval(draft);
        }
    }

    /// A member that has been taken out leaves work to the others.
    void afterRemoval(ClassicDraft draft) {
        switch (draft.group().state()) {
            case STABLE, COMPLETING_REBALANCE -> prepare(draft);
            case PREPARING_REBALANCE -> completeIfAllJoined(draft);
            case EMPTY, DEAD -> {
            }
        }
    }

    /// Takes a member out, and tells it if it waits.
    void drop(ClassicDraft draft, String memberId) {
        var member = draft.group().member(memberId);
        if (member != null) refuseParked(draft, member, ErrorCode.UNKNOWN_MEMBER_ID);
        draft.turn(new ClassicFact.MemberRemoved(draft.id(), memberId));
        draft.stop(new GroupTimer.Session(draft.id(), memberId));
    }

    /// Answers whatever request of a member is parked.
    void refuseParked(ClassicDraft draft, ClassicMember member, ErrorCode why) {
        var join = member.join();
        if (join != null) draft.reply(join, ClassicAnswers.joinError(why, member.memberId()));
        var sync = member.sync();
        if (sync != null) draft.reply(sync, ClassicAnswers.syncError(why));
    }

    /// One sync has come in; the last one stops the clock.
    void receiveSync(ClassicDraft draft, String memberId) {
        draft.turn(new ClassicFact.SyncReceived(draft.id(), memberId));
        if (draft.group().awaitedSyncs().isEmpty()) {
            draft.stop(new GroupTimer.SyncEnds(draft.id()));
        }
    }

    private void holdOpen(ClassicDraft draft, int delayMs, int remainingMs) {
        draft.turn(new ClassicFact.JoinHeldOpen(draft.id(), delayMs, remainingMs, false));
        draft.start(new GroupTimer.JoinEnds(draft.id()), delayMs);
    }

    private void cancelSyncs(ClassicDraft draft) {
        for (var member : draft.group().members()) {
            var sync = member.sync();
            if (sync != null) {
                draft.reply(sync, ClassicAnswers.syncError(ErrorCode.REBALANCE_IN_PROGRESS));
            }
            var heard = sync == null ? member : member.seenAt(draft.now());
            draft.put(heard.withSync(null).withAssignment(Blob.EMPTY));
        }
    }

    /// Ends the joining phase: dynamic members that did not come are out, and the rest form the
    /// next generation, if there is one to lead them.
    private void complete(ClassicDraft draft) {
        var group = draft.group();
        draft.stop(new GroupTimer.JoinEnds(draft.id()));
        for (var member : group.members()) {
            if (!member.isAwaitingJoin() && !member.isStatic()) drop(draft, member.memberId());
        }
        if (group.size() > 0 && !electLeader(draft)) {
            draft.start(new GroupTimer.JoinEnds(draft.id()), group.rebalanceTimeoutMs());
            return;
        }
        var protocol = group.vote().orElse(null);
        draft.turn(new ClassicFact.GenerationBegun(draft.id(), group.generation() + 1, protocol,
            draft.now().wallMs()));
        if (group.is(ClassicState.EMPTY)) {
            draft.store();
        } else {
            answerJoins(draft);
        }
    }

    /// The leader must be among those who have joined. False if nobody has.
    private static boolean electLeader(ClassicDraft draft) {
        var group = draft.group();
        var leaderId = group.leader();
        var leader = leaderId == null ? null : group.member(leaderId);
        if (leader != null && leader.isAwaitingJoin()) return true;
        for (var member : group.members()) {
            if (!member.isAwaitingJoin()) continue;
            draft.turn(new ClassicFact.LeaderChosen(draft.id(), member.memberId()));
            return true;
        }
        return false;
    }

    private static void answerJoins(ClassicDraft draft) {
        var group = draft.group();
        var everybody = ClassicAnswers.membersOf(group);
        for (var member : group.members()) {
            var id = member.memberId();
            var known = group.isLeader(id) ? everybody : everybody.subList(0, 0);
            var join = member.join();
            if (join != null) {
                draft.reply(join, ClassicAnswers.joined(group, id, group.leader(), known));
            }
            draft.put(member.joinedAt(draft.now()));
            draft.startSession(member);
        }
        draft.start(new GroupTimer.SyncEnds(draft.id()), group.rebalanceTimeoutMs());
    }
}
