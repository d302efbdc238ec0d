package dev.naru.group;

import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import java.util.List;

/// The answer to a heartbeat in a streams group, and the internal topics that are to be created for
/// it by whoever can.
public record StreamsAnswer(StreamsGroupHeartbeatResponse response,
    List<InternalTopic> toCreate) {}
