package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the member that a heartbeat comes from, or makes one. Members in older epochs are fenced.
final class ConsumerSeats {
    private final ConsumerRules rules;

    ConsumerSeats(ConsumerRules rules) {
        this.rules = rules;
    }

    /// Who it is.
    sealed interface Seat {}

    /// A member, which may be new to the group.
    record Taken(ConsumerMember member, boolean isNew) implements Seat {}

    /// A member that says good-bye.
    record Leaving(ConsumerMember member) implements Seat {}

    /// Nobody that may go on; `text` is for people.
    record Refused(ErrorCode why, String text) implements Seat {}

    Seat find(ConsumerDraft draft, ConsumerGroupHeartbeatRequest message) {
        var instanceId = message.instanceId();
        var member = instanceId == null
            ? draft.member(message.memberId())
            : draft.staticMember(instanceId);
        if (message.memberEpoch() == 0) return join(draft, message, member);
        if (member == null) return unknown(draft, message);
        if (!member.memberId().equals(message.memberId())) {
            return new Refused(ErrorCode.FENCED_INSTANCE_ID, "Static member "
                + message.memberId() + " with instance id " + instanceId
                + " was fenced by member " + member.memberId() + ".");
        }
        if (message.memberEpoch() < 0) return new Leaving(member);
        return isCurrent(member, message)
            ? new Taken(member, false)
            : new Refused(ErrorCode.FENCED_MEMBER_EPOCH, "The member epoch "
                + message.memberEpoch() + " is not the one of the member, " + member.epoch()
                + ". The member must abandon all its partitions and rejoin.");
    }

    private static Refused unknown(ConsumerDraft draft, ConsumerGroupHeartbeatRequest message) {
        return new Refused(ErrorCode.UNKNOWN_MEMBER_ID, "Member " + message.memberId()
            + " is not a member of group " + draft.id() + ".");
    }

    /// In the epoch before the present one, too, if it owns nothing beyond what it has now: it has
    /// missed the answer that told it of the present one.
    private static boolean isCurrent(ConsumerMember member,
        ConsumerGroupHeartbeatRequest message) {
        if (message.memberEpoch() == member.epoch()) return true;
        if (message.memberEpoch() != member.current().previousEpoch()) return false;
        var owned = message.topicPartitions();
        if (message.memberEpoch() > member.epoch() || owned == null) return false;
        for (var topic : owned) {
            var assigned = member.current().assigned().of(topic.topicId()).keySet();
            if (!assigned.containsAll(topic.partitions())) return false;
        }
        return true;
    }

    private Seat join(ConsumerDraft draft, ConsumerGroupHeartbeatRequest message,
        @Nullable ConsumerMember member) {
        if (member == null) {
            if (draft.size() >= rules.maxSize()) return full(draft);
            return new Taken(newcomer(message), true);
        }
        boolean isSame = member.memberId().equals(message.memberId());
        if (isSame && !member.isAway()) return new Taken(member, member.isClassic());
        if (!isSame && !member.isAway() && !member.isClassic()) {
            return new Refused(ErrorCode.UNRELEASED_INSTANCE_ID, "Static member "
                + message.memberId() + " with instance id " + message.instanceId()
                + " cannot join the group because the instance id is owned by "
                + member.memberId() + ".");
        }
        var current = member.current();
        var placed = new ConsumerMember.Current(0, 0, current.state(), current.assigned(),
            Owned.NONE);
        return new Taken(draft.replace(member, message.memberId(), placed), false);
    }

    private Refused full(ConsumerDraft draft) {
        return new Refused(ErrorCode.GROUP_MAX_SIZE_REACHED, "The consumer group has reached its "
            + "maximum capacity of " + rules.maxSize() + " members: " + draft.id() + ".");
    }

    private static ConsumerMember newcomer(ConsumerGroupHeartbeatRequest message) {
        return new ConsumerMember(
            new ConsumerMember.Subscription(message.memberId(), message.instanceId(), null, "",
                "", message.rebalanceTimeoutMs(), List.of(), "", null, null),
            ConsumerMember.Current.NEW);
    }
}
