package dev.naru.client;

import dev.naru.record.Codec;

/// How a producer behaves. `acks` is -1 (all), 0 or 1; `retries` without idempotence may write
/// twice. Idempotence needs acks -1, and at most five requests in flight to a node, and batches to a
/// partition.
public record ProducerSettings(short acks, boolean isIdempotent, boolean retries, int inFlightMax,
    int batchRecordsMax, long lingerMs, long deliveryTimeoutMs, Codec codec) {
    public static final short ACKS_ALL = -1;
    /// As many batches of a producer a partition remembers.
    static final int IN_FLIGHT_IDEMPOTENT_MAX = 5;

    public ProducerSettings {
        if (isIdempotent && acks != ACKS_ALL) throw new IllegalArgumentException("acks");
        if (isIdempotent && !retries) throw new IllegalArgumentException("retries");
        if (isIdempotent && inFlightMax > IN_FLIGHT_IDEMPOTENT_MAX) {
            throw new IllegalArgumentException("in flight");
        }
    }
}
