package dev.naru.client;

/// How a consumer reads.
public record ConsumerSettings(boolean readsCommitted, int maxWaitMs, int minBytes, int maxBytes,
    int partitionBytes, boolean usesSessions) {}
