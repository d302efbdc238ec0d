package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the member that a heartbeat comes from, or makes one. Members in older epochs are fenced.
final class StreamsSeats {
    private final StreamsRules rules;

    StreamsSeats(StreamsRules rules) {
        this.rules = rules;
    }

    /// Who it is.
    sealed interface Seat {}

    /// A member, which may be new to the group.
    record Taken(StreamsMember member, boolean isNew) implements Seat {}

    /// A member that says good-bye.
    record Leaving(StreamsMember member) implements Seat {}

    /// Nobody that may go on.
    record Refused(ConsumerSeats.Refused why) implements Seat {}

    private static Seat refused(ErrorCode why, String text) {
        return new Refused(new ConsumerSeats.Refused(why, text));
    }

    Seat find(StreamsDraft draft, StreamsGroupHeartbeatRequest message) {
        var instanceId = message.instanceId();
        var member = instanceId == null
            ? draft.member(message.memberId())
            : draft.staticMember(instanceId);
        if (message.memberEpoch() == 0) return join(draft, message, member);
        if (member == null) {
            return refused(ErrorCode.UNKNOWN_MEMBER_ID, "Member " + message.memberId()
                + " is not a member of group " + draft.id() + ".");
        }
        if (!member.memberId().equals(message.memberId())) {
            return refused(ErrorCode.FENCED_INSTANCE_ID, "Static member " + message.memberId()
                + " with instance id " + instanceId + " was fenced by member "
                + member.memberId() + ".");
        }
        if (message.memberEpoch() < 0) return new Leaving(member);
        return isCurrent(member, message)
            ? new Taken(member, false)
            : refused(ErrorCode.FENCED_MEMBER_EPOCH, "The member epoch " + message.memberEpoch()
                + " is not the one of the member, " + member.epoch()
                + ". The member must abandon all its tasks and rejoin.");
    }

    /// In the epoch before the present one, too, if it has nothing beyond what it has now: it has
    /// missed the answer that told it of the present one.
    private static boolean isCurrent(StreamsMember member, StreamsGroupHeartbeatRequest message) {
        if (message.memberEpoch() == member.epoch()) return true;
        if (message.memberEpoch() != member.current().previousEpoch()) return false;
        var active = message.activeTasks();
        if (message.memberEpoch() > member.epoch() || active == null) return false;
        return hasAll(member, active, Tasks.Role.ACTIVE)
            && hasAll(member, message.standbyTasks(), Tasks.Role.STANDBY)
            && hasAll(member, message.warmupTasks(), Tasks.Role.WARMUP);
    }

    private static boolean hasAll(StreamsMember member,
        @Nullable List<StreamsGroupHeartbeatRequest.TaskIds> ids, Tasks.Role role) {
        if (ids == null) return true;
        for (var each : ids) {
            for (int partition : each.partitions()) {
                var task = new TaskId(each.subtopologyId(), partition);
                if (!member.current().assigned().has(task, role)) return false;
            }
        }
        return true;
    }

    private Seat join(StreamsDraft draft, StreamsGroupHeartbeatRequest message,
        @Nullable StreamsMember member) {
        if (member == null) {
            if (draft.size() < rules.maxSize()) return new Taken(newcomer(message), true);
            return refused(ErrorCode.GROUP_MAX_SIZE_REACHED, "The streams group has reached its "
                + "maximum capacity of " + rules.maxSize() + " members: " + draft.id() + ".");
        }
        boolean isSame = member.memberId().equals(message.memberId());
        if (isSame && !member.isAway()) return new Taken(member, false);
        if (!isSame && !member.isAway()) {
            return refused(ErrorCode.UNRELEASED_INSTANCE_ID, "Static member "
                + message.memberId() + " with instance id " + message.instanceId()
                + " cannot join the group because the instance id is owned by "
                + member.memberId() + ".");
        }
        var current = member.current();
        var placed = new StreamsMember.Current(0, 0, current.state(), current.assigned(),
            Tasks.NONE);
        return new Taken(draft.replace(member, message.memberId(), placed), false);
    }

    private static StreamsMember newcomer(StreamsGroupHeartbeatRequest message) {
        return new StreamsMember(new StreamsMember.Said(message.memberId(), message.instanceId(),
            null, "", "", message.rebalanceTimeoutMs(), 0, "", null, List.of()),
            StreamsMember.Current.NEW);
    }
}
