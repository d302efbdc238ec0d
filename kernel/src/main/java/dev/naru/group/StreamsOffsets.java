package dev.naru.group;

import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TaskOffset;
import java.util.List;

/// How far a member is with the changelogs of its tasks, and where they end, as it said last.
public record StreamsOffsets(List<TaskOffset> reached, List<TaskOffset> ends) {
    static final StreamsOffsets NONE = new StreamsOffsets(List.of(), List.of());
}
