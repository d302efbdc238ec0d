package dev.naru.group;

import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse.EndpointToPartitions;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse.Status;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse.TaskIds;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse.TopicPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a member of a streams group is told: its tasks, what hinders the group, and where others
/// are found (for interactive queries).
final class StreamsAnswers {
    static final byte STALE_TOPOLOGY = 0;
    private static final byte SHUTDOWN_APPLICATION = 4;
    private static final byte MISSING_CLIENT_TAGS = 6;

    private final GroupPorts ports;
    private final StreamsTargets targets;

    StreamsAnswers(GroupPorts ports, StreamsTargets targets) {
        this.ports = ports;
        this.targets = targets;
    }

    void reply(StreamsDraft draft, GroupRequest.StreamsHeartbeat q, StreamsMember member,
        boolean isTold) {
        var settings = targets.settings(draft);
        var hindrance = targets.hindrance(draft);
        var tasks = member.current().assigned();
        long lag = settings.number("streams.acceptable.recovery.lag");
        int endpointEpoch = draft.group().endpointEpoch();
        var status = status(draft, q, member, hindrance);
        boolean isElsewhere = q.message().endpointInformationEpoch() != endpointEpoch;
        var response = StreamsGroupHeartbeatResponse.builder().memberId(member.memberId())
            .memberEpoch(member.epoch())
            .heartbeatIntervalMs(intervalMs(draft, member))
            .acceptableRecoveryLagLegacy((int) Math.min(lag, Integer.MAX_VALUE))
            .acceptableRecoveryLag(lag)
            .taskOffsetIntervalMs(settings.integer("streams.task.offset.interval.ms"))
            .status(status.isEmpty() ? null : status)
            .topologyDescriptionRequired(StreamsDescriptions.ask(draft, q, status))
            .activeTasks(isTold ? ids(tasks, Tasks.Role.ACTIVE) : null)
            .standbyTasks(isTold ? ids(tasks, Tasks.Role.STANDBY) : null)
            .warmupTasks(isTold ? ids(tasks, Tasks.Role.WARMUP) : null)
            .endpointInformationEpoch(endpointEpoch)
            .partitionsByUserEndpoint(isElsewhere ? endpoints(draft) : null).build();
        draft.reply(q.from(), new StreamsAnswer(response,
            hindrance.map(StreamsTopics.NotReady::toCreate).orElse(List.of())));
    }

    private int intervalMs(StreamsDraft draft, StreamsMember member) {
        int usualMs = targets.settings(draft).integer("streams.heartbeat.interval.ms");
        boolean isSettled = draft.groupEpoch() <= draft.targetEpoch()
            && member.current().isReconciledTo(draft.targetEpoch());
        return BeatPace.intervalMs(usualMs, draft.size(), isSettled, draft.sinceTargetMs());
    }

    private List<Status> status(StreamsDraft draft, GroupRequest.StreamsHeartbeat q,
        StreamsMember member, Optional<StreamsTopics.NotReady> hindrance) {
        var status = new ArrayList<Status>();
        hindrance.ifPresent(why -> status.add(status(why.status(), why.detail())));
        var topology = draft.topology();
        if (topology != null && member.said().topologyEpoch() < topology.epoch()) {
            status.add(status(STALE_TOPOLOGY, "The member's topology epoch "
                + member.said().topologyEpoch() + " is behind the group's topology epoch "
                + topology.epoch() + "."));
        }
        var shutdownBy = q.message().shutdownApplication()
            ? member.memberId()
            : draft.group().shutdownBy();
        if (shutdownBy != null) {
            status.add(status(SHUTDOWN_APPLICATION, "Streams group member " + shutdownBy
                + " encountered a fatal error and requested a shutdown for the entire "
                + "application."));
        }
        var missing = missingTags(draft, member);
        if (!missing.isEmpty()) {
            status.add(status(MISSING_CLIENT_TAGS, "The member has no client tags "
                + String.join(", ", missing) + ", by which standby tasks are to be spread; set "
                + "them as client.tag.NAME."));
        }
        return status;
    }

    private List<String> missingTags(StreamsDraft draft, StreamsMember member) {
        var missing = new ArrayList<>(
            targets.settings(draft).list("streams.rack.aware.assignment.tags"));
        member.said().tags().forEach(tag -> missing.remove(tag.key()));
        return missing;
    }

    private static Status status(byte code, String detail) {
        return Status.builder().statusCode(code).statusDetail(detail).build();
    }

    private static List<TaskIds> ids(Tasks tasks, Tasks.Role role) {
        var ids = new ArrayList<TaskIds>();
        tasks.in(role).forEach((subtopology, partitions) -> ids.add(TaskIds.builder()
            .subtopologyId(subtopology).partitions(new ArrayList<>(partitions)).build()));
        return ids;
    }

    /// One entry for each endpoint, with the tasks of all its threads: clients of before Kafka 4.4
    /// know only the last of several entries.
    private List<EndpointToPartitions> endpoints(StreamsDraft draft) {
        var tasksByPlace = new LinkedHashMap<StreamsGroupHeartbeatResponse.Endpoint, List<Tasks>>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            var endpoint = member == null ? null : member.said().endpoint();
            if (member == null || endpoint == null) continue;
            var place = StreamsGroupHeartbeatResponse.Endpoint.builder().host(endpoint.host())
                .port(endpoint.port()).build();
            tasksByPlace.computeIfAbsent(place, _ -> new ArrayList<>())
                .add(member.current().assigned());
        }
        var found = new ArrayList<EndpointToPartitions>();
        tasksByPlace.forEach((place, tasks) -> found.add(EndpointToPartitions.builder()
            .userEndpoint(place).activePartitions(partitions(draft, tasks, false))
            .standbyPartitions(partitions(draft, tasks, true)).build()));
        return found;
    }

    private List<TopicPartition> partitions(StreamsDraft draft, List<Tasks> ofThreads,
        boolean areCopies) {
        var topology = draft.topology();
        var byTopic = new TreeMap<String, SortedSet<Integer>>();
        if (topology == null) return List.of();
        var view = ports.topics().get();
        ofThreads.forEach(tasks -> tasks.byId().forEach((task, grant) -> {
            if (areCopies == (grant.role() == Tasks.Role.ACTIVE)) return;
            for (var name : StreamsTopics.sources(topology, task.subtopologyId(), view,
                ports.patterns())) {
                int count = view.topic(name).map(TopicsView.Topic::partitionCount).orElse(0);
                if (task.partition() >= count) continue;
                byTopic.computeIfAbsent(name, _ -> new TreeSet<>()).add(task.partition());
            }
        }));
        var found = new ArrayList<TopicPartition>();
        byTopic.forEach((name, partitions) -> found.add(TopicPartition.builder().topic(name)
            .partitions(new ArrayList<>(partitions)).build()));
        return found;
    }
}
