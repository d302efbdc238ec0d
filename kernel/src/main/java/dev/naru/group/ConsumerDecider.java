package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Decides what members of consumer groups ask (KIP-848): to join, to go on, to leave; and what
/// happens when time is up. Changes nothing.
final class ConsumerDecider {
    private final GroupPorts ports;
    private final ConsumerTargets targets;
    private final ConsumerSeats seats;
    private final ConsumerMigration migration;

    ConsumerDecider(GroupPorts ports, ConsumerTargets targets, ConsumerMigration migration) {
        this.ports = ports;
        this.targets = targets;
        this.seats = new ConsumerSeats(ports.consumers());
        this.migration = migration;
    }

    /// What is wrong with a heartbeat whatever the group.
    Optional<ConsumerSeats.Refused> flaw(GroupRequest.ConsumerHeartbeat q) {
        if (!ports.consumers().isServed()) {
            return Optional.of(new ConsumerSeats.Refused(ErrorCode.UNSUPPORTED_VERSION,
                "The consumer protocol is not enabled."));
        }
        return ConsumerFlaws.of(q.message(), q.version(), ports, targets);
    }

    /// A sound heartbeat in a group as it is; a new one for the first member.
    Decision<GroupFact> heartbeat(ConsumerGroup group, GroupRequest.ConsumerHeartbeat q, Now now) {
        var draft = new ConsumerDraft(group, now);
        var message = q.message().memberId().isEmpty()
            ? q.message().toBuilder().memberId(newMemberId(ports.entropy())).build()
            : q.message();
        return switch (seats.find(draft, message)) {
            case ConsumerSeats.Refused refused -> refuse(q, refused);
            case ConsumerSeats.Leaving(ConsumerMember member) -> leave(draft, q, member);
            case ConsumerSeats.Taken(ConsumerMember member, boolean isNew) -> {
                stay(draft, q, message, new ConsumerSeats.Taken(member, isNew));
                yield draft.decision();
            }
        };
    }

    /// Random, as Kafka's are: clients know members by nothing else.
    static String newMemberId(Entropy entropy) {
        var uuid = entropy.uuid();
        return new UUID(uuid.high(), uuid.low()).toString();
    }

    static Decision<GroupFact> refuse(GroupRequest.ConsumerHeartbeat q,
        ConsumerSeats.Refused refused) {
        return Decision.reply(q.from(), ConsumerGroupHeartbeatResponse.builder()
            .errorCode(refused.why().code()).errorMessage(refused.text()).build());
    }

    private void stay(ConsumerDraft draft, GroupRequest.ConsumerHeartbeat q,
        ConsumerGroupHeartbeatRequest message, ConsumerSeats.Taken seat) {
        var before = seat.member();
        var said = said(before, message, q);
        boolean isChanged = seat.isNew() || !said.topics().equals(before.said().topics())
            || !said.pattern().equals(before.said().pattern())
            || !Objects.equals(said.assignor(), before.said().assignor());
        draft.say(said);
        targets.refresh(draft, isChanged);
        targets.assign(draft);
        boolean joins = message.memberEpoch() == 0;
        var reported = joins ? Partitions.NONE : reported(message);
        var after = reconcile(draft, said.memberId(), reported);
        watch(draft, before, after);
        boolean isFull = joins || (message.rebalanceTimeoutMs() >= 0 && reported != null
            && (message.subscribedTopicNames() != null
                || message.subscribedTopicRegex() != null));
        boolean isTold = isFull || !after.current().assigned().partitions()
            .equals(before.current().assigned().partitions());
        reply(draft, q.from(), after, isTold);
    }

    /// What the member says of itself, with what it has said before where it says nothing.
    private static ConsumerMember.Subscription said(ConsumerMember before,
        ConsumerGroupHeartbeatRequest message, GroupRequest.ConsumerHeartbeat q) {
        var known = before.said();
        var names = message.subscribedTopicNames();
        var pattern = message.subscribedTopicRegex();
        return new ConsumerMember.Subscription(before.memberId(),
            or(message.instanceId(), known.instanceId()), or(message.rackId(), known.rackId()),
            q.clientId(), q.clientHost(),
            message.rebalanceTimeoutMs() < 0
                ? known.rebalanceTimeoutMs()
                : message.rebalanceTimeoutMs(),
            names == null ? known.topics() : new ArrayList<>(new TreeSet<>(names)),
            pattern == null ? known.pattern() : pattern,
            or(message.serverAssignor(), known.assignor()), null);
    }

    private static @Nullable String or(@Nullable String said, @Nullable String known) {
        return said == null ? known : said;
    }

    private static @Nullable Partitions reported(ConsumerGroupHeartbeatRequest message) {
        var topics = message.topicPartitions();
        if (topics == null) return null;
        var gathered = new Partitions.Gathering();
        for (var topic : topics) {
            topic.partitions().forEach(partition -> gathered.add(topic.topicId(), partition));
        }
        return gathered.done();
    }

    /// Brings a member as near to its target as can be now.
    ConsumerMember reconcile(ConsumerDraft draft, String memberId, @Nullable Partitions reported) {
        var member = draft.member(memberId);
        if (member == null) throw new IllegalStateException("the member has just been seated");
        // a change of what anybody wants, or of the topics, would have raised the group's epoch
        boolean isThere = draft.groupEpoch() == draft.targetEpoch()
            && member.current().isReconciledTo(draft.targetEpoch());
        if (isThere) return member;
        var goal = new Reconcile.Goal(draft.targetEpoch(), draft.target(memberId),
            targets.topicsOf(draft, member));
        var next = Reconcile.next(member.current(), goal,
            (topicId, partition) -> draft.isFree(topicId, partition, memberId), reported);
        draft.place(member, next);
        return member.with(next);
    }

    /// A member must be heard of again within its session; and if it has been told to give up
    /// partitions, it must have done so within its rebalance timeout.
    private void watch(ConsumerDraft draft, ConsumerMember before, ConsumerMember after) {
        var id = draft.id();
        draft.start(new GroupTimer.ConsumerSession(id, after.memberId()), sessionMs(id, after));
        boolean isTold = after.current().state() == ConsumerMember.State.UNREVOKED_PARTITIONS
            && !after.current().equals(before.current());
        if (!isTold) return;
        draft.start(new GroupTimer.ConsumerRevocation(id, after.memberId(), after.epoch()),
            after.said().rebalanceTimeoutMs());
    }

    long sessionMs(String group, ConsumerMember member) {
        var classic = member.said().classic();
        return classic == null
            ? ports.settings().apply(group).number("consumer.session.timeout.ms")
            : classic.sessionTimeoutMs();
    }

    private void reply(ConsumerDraft draft, ReplyTo<ConsumerGroupHeartbeatResponse> from,
        ConsumerMember member, boolean isTold) {
        int usualMs = ports.settings().apply(draft.id())
            .integer("consumer.heartbeat.interval.ms");
        boolean isSettled = draft.groupEpoch() <= draft.targetEpoch()
            && member.current().isReconciledTo(draft.targetEpoch());
        int intervalMs = BeatPace.intervalMs(usualMs, draft.size(), isSettled,
            draft.sinceTargetMs());
        draft.reply(from, ConsumerGroupHeartbeatResponse.builder().memberId(member.memberId())
            .memberEpoch(member.epoch()).heartbeatIntervalMs(intervalMs)
            .assignment(isTold ? assignment(member) : null).build());
    }

    private static ConsumerGroupHeartbeatResponse.Assignment assignment(ConsumerMember member) {
        var topics = new ArrayList<ConsumerGroupHeartbeatResponse.TopicPartitions>();
        member.current().assigned().byTopic().forEach((topicId, partitions) -> topics
            .add(ConsumerGroupHeartbeatResponse.TopicPartitions.builder().topicId(topicId)
                .partitions(new ArrayList<>(partitions.keySet())).build()));
        return ConsumerGroupHeartbeatResponse.Assignment.builder().topicPartitions(topics).build();
    }

    /// A static member that leaves for a while keeps its place until its session ends.
    private Decision<GroupFact> leave(ConsumerDraft draft, GroupRequest.ConsumerHeartbeat q,
        ConsumerMember member) {
        draft.reply(q.from(),
            ConsumerGroupHeartbeatResponse.builder().memberId(member.memberId())
                .memberEpoch(q.message().memberEpoch()).build());
        if (q.message().memberEpoch() == ConsumerMember.AWAY_EPOCH) {
            draft.place(member, member.current().away());
            return draft.decision();
        }
        return withdraw(draft, List.of(member.memberId()));
    }

    /// Takes members out, and looks what that means for the rest.
    Decision<GroupFact> withdraw(ConsumerDraft draft, List<String> memberIds) {
        memberIds.forEach(draft::remove);
        if (migration.mustDowngrade(draft)) return migration.downgrade(draft);
        targets.refresh(draft, true);
        targets.assign(draft);
        return draft.decision();
    }

    Decision<GroupFact> onTimer(ConsumerGroup group, GroupTimer.OfConsumers due, Now now) {
        var draft = new ConsumerDraft(group, now);
        return switch (due) {
            case GroupTimer.ConsumerAssignment _ -> {
                targets.assign(draft);
                yield draft.decision();
            }
            case GroupTimer.ConsumerSession(_, String memberId) -> expire(draft, memberId);
            case GroupTimer.ConsumerRevocation(_, String memberId, int epoch) -> {
                var member = group.member(memberId);
                boolean isOver = member != null && member.epoch() == epoch && member.current()
                    .state() == ConsumerMember.State.UNREVOKED_PARTITIONS;
                yield isOver ? expire(draft, memberId) : Decision.none();
            }
            case GroupTimer.ConsumerJoin(_, String memberId) ->
                group.isAskedToJoin(memberId) ? expire(draft, memberId) : Decision.none();
            case GroupTimer.ConsumerSync(_, String memberId) -> expire(draft, memberId);
        };
    }

    private Decision<GroupFact> expire(ConsumerDraft draft, String memberId) {
        return draft.member(memberId) == null
            ? Decision.none()
            : withdraw(draft, List.of(memberId));
    }

    /// A loaded group lives again: its members have a session's time to be heard of.
    Decision<GroupFact> revive(ConsumerGroup group, Now now) {
        var draft = new ConsumerDraft(group, now);
        for (var memberId : group.memberIds()) {
            var member = group.member(memberId);
            if (member == null) continue;
            draft.start(new GroupTimer.ConsumerSession(group.id(), memberId),
                sessionMs(group.id(), member));
            if (member.current().state() != ConsumerMember.State.UNREVOKED_PARTITIONS) continue;
            draft.start(new GroupTimer.ConsumerRevocation(group.id(), memberId, member.epoch()),
                member.said().rebalanceTimeoutMs());
        }
        // a timer is asked again when the log refuses; a load would fail
        draft.start(new GroupTimer.ConsumerAssignment(group.id()), 0);
        return draft.decision();
    }
}
