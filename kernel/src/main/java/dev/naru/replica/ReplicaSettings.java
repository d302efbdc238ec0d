package dev.naru.replica;

/// How replicas fetch: `replica.fetch.wait.max.ms`, `replica.fetch.max.bytes` (of one partition),
/// `replica.fetch.response.max.bytes`, `replica.fetch.backoff.ms`, `replica.socket.timeout.ms`.
public record ReplicaSettings(int waitMs, int partitionBytes, int responseBytes, long backoffMs,
    long timeoutMs) {}
