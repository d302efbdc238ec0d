package dev.naru.group;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The way of one member from the tasks it has to its target assignment (KIP-1071): first it gives
/// up, then it is given. Decides, changes nothing.
///
/// Keeps I13: an active task is given only when nobody has it, and no task to a process that still
/// has it in another member.
final class StreamsReconcile {
    /// Who has what.
    interface Holders {
        boolean isFree(TaskId task, Tasks.Role role);
    }

    private final int goalEpoch;
    private final Tasks target;
    private final Holders holders;
    private final @Nullable Tasks reported;

    /// `reported` is what the member says it has, null if it does not say.
    StreamsReconcile(int goalEpoch, Tasks target, Holders holders, @Nullable Tasks reported) {
        this.goalEpoch = goalEpoch;
        this.target = target;
        this.holders = holders;
        this.reported = reported;
    }

    /// The member's next place.
    StreamsMember.Current next(StreamsMember.Current now) {
        return switch (now.state()) {
            case STABLE -> now.epoch() == goalEpoch ? now : advance(now);
            case UNREVOKED_TASKS -> stillHas(now.pending()) ? now : advance(now);
            case UNRELEASED_TASKS, UNKNOWN -> advance(now);
        };
    }

    private boolean stillHas(Tasks pending) {
        if (pending.isEmpty()) return false;
        if (reported == null) return true;
        for (var each : pending.byId().entrySet()) {
            if (reported.has(each.getKey(), each.getValue().role())) return true;
        }
        return false;
    }

    private StreamsMember.Current advance(StreamsMember.Current now) {
        var kept = new TreeMap<TaskId, Tasks.Grant>();
        var revoked = new TreeMap<TaskId, Tasks.Grant>();
        now.assigned().byId()
            .forEach((task, grant) -> (target.has(task, grant.role()) ? kept : revoked).put(task,
                grant));
        var pending = Tasks.of(revoked);
        if (stillHas(pending)) {
            return new StreamsMember.Current(now.epoch(), now.epoch(),
                StreamsMember.State.UNREVOKED_TASKS, Tasks.of(kept), pending);
        }
        boolean isAllFree = true;
        for (var each : target.byId().entrySet()) {
            if (kept.containsKey(each.getKey())) continue;
            var role = each.getValue().role();
            if (!holders.isFree(each.getKey(), role)) {
                isAllFree = false;
                continue;
            }
            kept.put(each.getKey(),
                new Tasks.Grant(role, role == Tasks.Role.ACTIVE ? goalEpoch : 0));
        }
        return new StreamsMember.Current(goalEpoch, now.epoch(),
            isAllFree
                ? StreamsMember.State.STABLE
                : StreamsMember.State.UNRELEASED_TASKS,
            Tasks.of(kept), Tasks.NONE);
    }
}
