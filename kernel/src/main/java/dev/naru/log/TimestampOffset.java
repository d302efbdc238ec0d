package dev.naru.log;

/// A record's timestamp, its offset, and the leader epoch it was written under.
public record TimestampOffset(long timestampMs, long offset, int leaderEpoch) {}
