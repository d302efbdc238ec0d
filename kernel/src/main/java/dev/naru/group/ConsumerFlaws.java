package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Patterns;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What can be wrong with a heartbeat whoever sends it.
final class ConsumerFlaws {
    /// From here on clients make their own ids.
    private static final short CLIENTS_NAME_THEMSELVES = 1;

    private ConsumerFlaws() {}

    static Optional<ConsumerSeats.Refused> of(ConsumerGroupHeartbeatRequest message, short version,
        GroupPorts ports, ConsumerTargets targets) {
        var flaw = shape(message, version);
        if (!flaw.isEmpty()) return refused(ErrorCode.INVALID_REQUEST, flaw);
        var assignor = message.serverAssignor();
        if (assignor != null && !targets.knows(assignor)) {
            return refused(ErrorCode.UNSUPPORTED_ASSIGNOR, "ServerAssignor " + assignor
                + " is not supported. Supported assignors: "
                + String.join(", ", ports.consumers().assignors()) + ".");
        }
        var pattern = message.subscribedTopicRegex();
        return pattern == null || pattern.isEmpty() ? Optional.empty() : pattern(pattern, ports);
    }

    private static Optional<ConsumerSeats.Refused> refused(ErrorCode why, String text) {
        return Optional.of(new ConsumerSeats.Refused(why, text));
    }

    private static Optional<ConsumerSeats.Refused> pattern(String pattern, GroupPorts ports) {
        if (pattern.length() > Limits.PATTERN_CHARS_MAX) {
            return refused(ErrorCode.INVALID_REGULAR_EXPRESSION,
                "SubscribedTopicRegex is longer than " + Limits.PATTERN_CHARS_MAX
                    + " characters.");
        }
        return switch (ports.patterns().compile(pattern)) {
            case Patterns.Outcome.Compiled _ -> Optional.empty();
            case Patterns.Outcome.Flawed(String why) ->
                refused(ErrorCode.INVALID_REGULAR_EXPRESSION, "SubscribedTopicRegex " + pattern
                    + " is not a valid regular expression: " + why + ".");
        };
    }

    /// "" when it is well formed.
    private static String shape(ConsumerGroupHeartbeatRequest message, short version) {
        if (message.groupId().isEmpty()) return "GroupId can't be empty.";
        if (isBlank(message.instanceId())) return "InstanceId can't be empty.";
        if (isBlank(message.rackId())) return "RackId can't be empty.";
        if (isBlank(message.serverAssignor())) return "ServerAssignor can't be empty.";
        if (isLong(message)) return "A name in the request is too long.";
        int epoch = message.memberEpoch();
        boolean needsId = epoch != 0 || version >= CLIENTS_NAME_THEMSELVES;
        if (needsId && message.memberId().isEmpty()) return "MemberId can't be empty.";
        if (epoch < ConsumerMember.AWAY_EPOCH) return "MemberEpoch is invalid.";
        if (epoch == ConsumerMember.AWAY_EPOCH && message.instanceId() == null) {
            return "InstanceId can't be null.";
        }
        return epoch == 0 ? joining(message) : "";
    }

    private static String joining(ConsumerGroupHeartbeatRequest message) {
        if (message.rebalanceTimeoutMs() < 0) {
            return "RebalanceTimeoutMs must be provided in first request.";
        }
        var owned = message.topicPartitions();
        if (owned == null || !owned.isEmpty()) {
            return "TopicPartitions must be empty when (re-)joining.";
        }
        return message.subscribedTopicNames() == null && message.subscribedTopicRegex() == null
            ? "Either SubscribedTopicNames or SubscribedTopicRegex must be set when (re-)joining."
            : "";
    }

    private static boolean isBlank(@Nullable String text) {
        return text != null && text.isBlank();
    }

    private static boolean isLong(ConsumerGroupHeartbeatRequest message) {
        return isLong(message.groupId()) || isLong(message.memberId())
            || isLong(message.instanceId()) || isLong(message.rackId());
    }

    private static boolean isLong(@Nullable String text) {
        return text != null && text.length() > Limits.GROUP_TEXT_CHARS_MAX;
    }
}
