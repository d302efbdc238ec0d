package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Patterns;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Subtopology;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What can be wrong with a heartbeat of a streams thread, whatever its group.
final class StreamsFlaws {
    private StreamsFlaws() {}

    static Optional<ConsumerSeats.Refused> of(StreamsGroupHeartbeatRequest message,
        GroupPorts ports) {
        var flaw = shape(message);
        if (!flaw.isEmpty()) {
            return Optional.of(new ConsumerSeats.Refused(ErrorCode.INVALID_REQUEST, flaw));
        }
        var topology = message.topology();
        if (topology == null) return Optional.empty();
        for (var part : topology.subtopologies()) {
            var wrong = wrong(part, ports);
            if (wrong.isEmpty()) continue;
            return Optional.of(
                new ConsumerSeats.Refused(ErrorCode.STREAMS_INVALID_TOPOLOGY, wrong));
        }
        return Optional.empty();
    }

    private static String wrong(Subtopology part, GroupPorts ports) {
        for (var together : part.copartitionGroups()) {
            boolean isInside = isInside(together.sourceTopics(), part.sourceTopics().size())
                && isInside(together.sourceTopicRegex(), part.sourceTopicRegex().size())
                && isInside(together.repartitionSourceTopics(),
                    part.repartitionSourceTopics().size());
            if (!isInside) return "A copartition group names a topic that is not there.";
        }
        for (var expression : part.sourceTopicRegex()) {
            boolean isFine = expression.length() <= Limits.PATTERN_CHARS_MAX
                && ports.patterns().compile(expression) instanceof Patterns.Outcome.Compiled;
            if (!isFine) return "Not a regular expression: " + expression;
        }
        for (var topic : part.repartitionSourceTopics()) {
            boolean isFine = topic.partitions() >= 0
                && topic.partitions() <= Limits.PARTITIONS_PER_TOPIC_MAX;
            if (!isFine) return "Not a number of partitions: " + topic.partitions();
        }
        return "";
    }

    private static boolean isInside(List<Short> indexes, int size) {
        return indexes.stream().allMatch(index -> index >= 0 && index < size);
    }

    /// "" when it is well formed.
    private static String shape(StreamsGroupHeartbeatRequest message) {
        if (message.groupId().isEmpty()) return "GroupId can't be empty.";
        if (message.memberId().isEmpty()) return "MemberId can't be empty.";
        if (isBlank(message.instanceId())) return "InstanceId can't be empty.";
        if (isBlank(message.rackId())) return "RackId can't be empty.";
        if (isLong(message)) return "A name in the request is too long.";
        if (isTooMany(message.taskOffsets()) || isTooMany(message.taskEndOffsets())) {
            return "Too many offsets of tasks.";
        }
        int epoch = message.memberEpoch();
        if (epoch < ConsumerMember.AWAY_EPOCH) return "MemberEpoch is invalid.";
        if (epoch == ConsumerMember.AWAY_EPOCH && message.instanceId() == null) {
            return "InstanceId can't be null.";
        }
        if (epoch == 0) return joining(message);
        return message.topology() == null
            ? ""
            : "Topology can only be provided when (re-)joining.";
    }

    private static String joining(StreamsGroupHeartbeatRequest message) {
        if (message.rebalanceTimeoutMs() < 0) {
            return "RebalanceTimeoutMs must be provided in first request.";
        }
        if (message.topology() == null) return "Topology must be non-null when (re-)joining.";
        if (message.processId() == null || message.processId().isEmpty()) {
            return "ProcessId must be non-null when (re-)joining.";
        }
        boolean ownsNothing = isNothing(message.activeTasks())
            && isNothing(message.standbyTasks()) && isNothing(message.warmupTasks());
        return ownsNothing
            ? ""
            : "ActiveTasks, StandbyTasks and WarmupTasks must be empty when (re-)joining.";
    }

    private static boolean isNothing(@Nullable List<StreamsGroupHeartbeatRequest.TaskIds> ids) {
        return ids != null && ids.isEmpty();
    }

    private static boolean isBlank(@Nullable String text) {
        return text != null && text.isBlank();
    }

    private static boolean isTooMany(
        @Nullable List<StreamsGroupHeartbeatRequest.TaskOffset> offsets) {
        return offsets != null && offsets.size() > Limits.STREAMS_TASK_OFFSETS_MAX;
    }

    private static boolean isLong(StreamsGroupHeartbeatRequest message) {
        return isLong(message.groupId()) || isLong(message.memberId())
            || isLong(message.instanceId()) || isLong(message.processId());
    }

    private static boolean isLong(@Nullable String text) {
        return text != null && text.length() > Limits.GROUP_TEXT_CHARS_MAX;
    }
}
