package dev.naru.group;

import dev.naru.base.Uuid;

/// A group's stored progress in one partition. `expireTimestampMs` is -1 unless an old client asked for a
/// retention of its own; `topicId` is zero when the client named the topic by name.
public record CommittedOffset(long offset, int leaderEpoch, String metadata, long commitTimestampMs,
    long expireTimestampMs, Uuid topicId) {}
