package dev.naru.group;

import dev.naru.base.Uuid;

/// A group's stored progress in one partition. `expireTimestampMs` is -1 unless an old client asked
/// for a retention of its own; `topicId` is zero when the client named the topic by name. An offset
/// that expires by itself is stored in an older format, which has neither of `leaderEpoch` and
/// `topicId`: they are -1 and zero then.
public record CommittedOffset(long offset, int leaderEpoch, String metadata, long commitTimestampMs,
    long expireTimestampMs, Uuid topicId) {}
