package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import dev.naru.wire.message.StreamsGroupMemberMetadataValue.Endpoint;
import dev.naru.wire.message.StreamsGroupMemberMetadataValue.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides what members of streams groups ask (KIP-1071), and what happens when time is up. Changes
/// nothing.
final class StreamsDecider {
    private final GroupPorts ports;
    private final StreamsTargets targets;
    private final StreamsSeats seats;
    private final StreamsAnswers answers;

    StreamsDecider(GroupPorts ports) {
        this.ports = ports;
        this.targets = new StreamsTargets(ports);
        this.seats = new StreamsSeats(ports.streams());
        this.answers = new StreamsAnswers(ports, targets);
    }

    /// What is wrong with a heartbeat whatever the group.
    Optional<ConsumerSeats.Refused> flaw(GroupRequest.StreamsHeartbeat q) {
        return ports.streams().isServed()
            ? StreamsFlaws.of(q.message(), ports)
            : Optional.of(new ConsumerSeats.Refused(ErrorCode.UNSUPPORTED_VERSION,
                "The streams protocol is not enabled."));
    }

    static Decision<GroupFact> refuse(GroupRequest.StreamsHeartbeat q,
        ConsumerSeats.Refused refused) {
        return Decision.reply(q.from(),
            new StreamsAnswer(StreamsGroupHeartbeatResponse.builder()
                .errorCode(refused.why().code()).errorMessage(refused.text())
                .memberId(q.message().memberId()).status(null).build(), List.of()));
    }

    /// A description of the topology of a group, if there is that group.
    Decision<GroupFact> describe(@Nullable Group known, GroupRequest.DescribeTopology q) {
        return ports.streams().isServed()
            ? StreamsDescriptions.decide(known, q)
            : StreamsDescriptions.refuse(q, ErrorCode.UNSUPPORTED_VERSION,
                "The streams protocol is not enabled.");
    }

    /// A sound heartbeat in a group as it is; a new one for the first member.
    Decision<GroupFact> heartbeat(StreamsGroup group, GroupRequest.StreamsHeartbeat q, Now now) {
        var draft = new StreamsDraft(group, now);
        return switch (seats.find(draft, q.message())) {
            case StreamsSeats.Refused(ConsumerSeats.Refused refused) -> refuse(q, refused);
            case StreamsSeats.Leaving(StreamsMember member) -> leave(draft, q, member);
            case StreamsSeats.Taken(StreamsMember member, boolean isNew) ->
                stay(draft, q, member, isNew);
        };
    }

    private Decision<GroupFact> stay(StreamsDraft draft, GroupRequest.StreamsHeartbeat q,
        StreamsMember before, boolean isNew) {
        var message = q.message();
        var topologyFlaw = settleTopology(draft, message);
        if (topologyFlaw.isPresent()) return refuse(q, topologyFlaw.get());
        if (draft.group().isEmpty()) targets.holdOpen(draft);
        var said = said(before, q);
        boolean isChanged = isNew || !Objects.equals(draft.topology(), draft.group().topology())
            || !said.processId().equals(before.said().processId())
            || said.topologyEpoch() != before.said().topologyEpoch();
        draft.say(said);
        noteOffsets(draft, said.memberId(), message);
        if (message.shutdownApplication()) {
            draft.fact(new StreamsFact.ShutdownAsked(draft.id(), said.memberId()));
        }
        targets.refresh(draft, isChanged);
        targets.assign(draft);
        boolean joins = message.memberEpoch() == 0;
        var after = reconcile(draft, said.memberId(), joins ? Tasks.NONE : reported(message));
        watch(draft, before, after);
        boolean isTold = joins || isFull(message)
            || !after.current().assigned().isAlike(before.current().assigned());
        answers.reply(draft, q, after, isTold);
        return draft.decision();
    }

    private static void noteOffsets(StreamsDraft draft, String memberId,
        StreamsGroupHeartbeatRequest message) {
        var reached = message.taskOffsets();
        var ends = message.taskEndOffsets();
        if (reached == null && ends == null) return;
        var known = draft.group().offsets(memberId);
        draft.fact(new StreamsFact.OffsetsSaid(draft.id(), memberId,
            new StreamsOffsets(reached == null ? known.reached() : reached,
                ends == null ? known.ends() : ends)));
    }

    private static boolean isFull(StreamsGroupHeartbeatRequest message) {
        return message.rebalanceTimeoutMs() >= 0 && message.activeTasks() != null;
    }

    /// The first member brings the topology. A newer one replaces it; who is alone may replace it,
    /// too.
    private static Optional<ConsumerSeats.Refused> settleTopology(StreamsDraft draft,
        StreamsGroupHeartbeatRequest message) {
        var brought = message.topology();
        if (brought == null) return Optional.empty();
        var topology = StreamsTopologies.stored(brought);
        var known = draft.topology();
        if (known != null && known.equals(topology)) return Optional.empty();
        boolean isAlone = draft.size() == 0
            || (draft.size() == 1 && draft.member(message.memberId()) != null);
        if (known == null || isAlone || topology.epoch() > known.epoch()) {
            draft.rebuild(topology);
            return Optional.empty();
        }
        return topology.epoch() < known.epoch()
            ? Optional.empty()
            : Optional.of(new ConsumerSeats.Refused(ErrorCode.STREAMS_INVALID_TOPOLOGY,
                "Another topology of the same epoch is in use by the group."));
    }

    private static StreamsMember.Said said(StreamsMember before,
        GroupRequest.StreamsHeartbeat q) {
        var message = q.message();
        var known = before.said();
        var topology = message.topology();
        var endpoint = message.userEndpoint();
        var tags = message.clientTags();
        return new StreamsMember.Said(before.memberId(),
            or(message.instanceId(), known.instanceId()), or(message.rackId(), known.rackId()),
            q.clientId(), q.clientHost(),
            message.rebalanceTimeoutMs() < 0
                ? known.rebalanceTimeoutMs()
                : message.rebalanceTimeoutMs(),
            topology == null ? known.topologyEpoch() : topology.epoch(),
            message.processId() == null ? known.processId() : message.processId(),
            endpoint == null
                ? known.endpoint()
                : Endpoint.builder().host(endpoint.host()).port(endpoint.port()).build(),
            tags == null
                ? known.tags()
                : tags.stream().map(tag -> KeyValue.builder().key(tag.key()).value(tag.value())
                    .build()).toList());
    }

    private static @Nullable String or(@Nullable String said, @Nullable String known) {
        return said == null ? known : said;
    }

    private static @Nullable Tasks reported(StreamsGroupHeartbeatRequest message) {
        var active = message.activeTasks();
        if (active == null) return null;
        var tasks = new TreeMap<TaskId, Tasks.Grant>();
        add(tasks, message.warmupTasks(), Tasks.Role.WARMUP);
        add(tasks, message.standbyTasks(), Tasks.Role.STANDBY);
        add(tasks, active, Tasks.Role.ACTIVE);
        return Tasks.of(tasks);
    }

    private static void add(SortedMap<TaskId, Tasks.Grant> into,
        @Nullable List<StreamsGroupHeartbeatRequest.TaskIds> ids, Tasks.Role role) {
        if (ids == null) return;
        for (var each : ids) {
            each.partitions().forEach(partition -> into
                .put(new TaskId(each.subtopologyId(), partition), new Tasks.Grant(role, 0)));
        }
    }

    private static StreamsMember reconcile(StreamsDraft draft, String memberId,
        @Nullable Tasks reported) {
        var member = draft.member(memberId);
        if (member == null) throw new IllegalStateException("the member has just been seated");
        var way = new StreamsReconcile(draft.targetEpoch(), draft.target(memberId),
            (task, role) -> draft.isFree(task, role, member), reported);
        return draft.place(member, way.next(member.current()));
    }

    private void watch(StreamsDraft draft, StreamsMember before, StreamsMember after) {
        draft.start(new GroupTimer.StreamsSession(draft.id(), after.memberId()),
            targets.settings(draft).number("streams.session.timeout.ms"));
        boolean isTold = after.current().state() == StreamsMember.State.UNREVOKED_TASKS
            && !after.current().equals(before.current());
        if (!isTold) return;
        draft.start(
            new GroupTimer.StreamsRevocation(draft.id(), after.memberId(), after.epoch()),
            after.said().rebalanceTimeoutMs());
    }

    private Decision<GroupFact> leave(StreamsDraft draft, GroupRequest.StreamsHeartbeat q,
        StreamsMember member) {
        draft.reply(q.from(), new StreamsAnswer(StreamsGroupHeartbeatResponse.builder()
            .memberId(member.memberId()).memberEpoch(q.message().memberEpoch()).status(null)
            .build(), List.of()));
        if (q.message().shutdownApplication()) {
            draft.fact(new StreamsFact.ShutdownAsked(draft.id(), member.memberId()));
        }
        if (q.message().memberEpoch() == ConsumerMember.AWAY_EPOCH) {
            draft.place(member, member.current().away());
            return draft.decision();
        }
        return withdraw(draft, member.memberId());
    }

    /// Takes a member out, and looks what that means for the rest.
    private Decision<GroupFact> withdraw(StreamsDraft draft, String memberId) {
        draft.remove(memberId);
        targets.refresh(draft, true);
        targets.assign(draft);
        return draft.decision();
    }

    Decision<GroupFact> onTimer(StreamsGroup group, GroupTimer.OfStreams due, Now now) {
        var draft = new StreamsDraft(group, now);
        return switch (due) {
            case GroupTimer.StreamsAssignment _ -> {
                targets.assign(draft);
                yield draft.decision();
            }
            case GroupTimer.StreamsRevival _ -> {
                targets.afterLoad(draft);
                yield draft.decision();
            }
            case GroupTimer.StreamsSession(_, String memberId) -> group.member(memberId) == null
                ? Decision.none()
                : withdraw(draft, memberId);
            case GroupTimer.StreamsRevocation(_, String memberId, int epoch) -> {
                var member = group.member(memberId);
                boolean isOver = member != null && member.epoch() == epoch
                    && member.current().state() == StreamsMember.State.UNREVOKED_TASKS;
                yield isOver ? withdraw(draft, memberId) : Decision.none();
            }
        };
    }

    /// A loaded group lives again: its members have a session's time to be heard of.
    Decision<GroupFact> revive(StreamsGroup group, Now now) {
        var draft = new StreamsDraft(group, now);
        long sessionMs = targets.settings(draft).number("streams.session.timeout.ms");
        for (var memberId : group.memberIds()) {
            var member = group.member(memberId);
            if (member == null) continue;
            draft.start(new GroupTimer.StreamsSession(group.id(), memberId), sessionMs);
            if (member.current().state() != StreamsMember.State.UNREVOKED_TASKS) continue;
            draft.start(new GroupTimer.StreamsRevocation(group.id(), memberId, member.epoch()),
                member.said().rebalanceTimeoutMs());
        }
        // a timer is asked again when the log refuses; a load would fail
        draft.start(new GroupTimer.StreamsRevival(group.id()), 0);
        return draft.decision();
    }
}
