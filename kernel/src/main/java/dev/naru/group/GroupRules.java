package dev.naru.group;

import dev.naru.config.BrokerNames;
import dev.naru.config.TypedSettings;

/// The broker's settings that groups obey, each named after its Kafka property.
public record GroupRules(long offsetsRetentionMs, long offsetsRetentionCheckIntervalMs,
    int offsetMetadataMaxBytes, int initialRebalanceDelayMs, int minSessionTimeoutMs,
    int maxSessionTimeoutMs, int maxSize, long newMemberJoinTimeoutMs) {
    /// Kafka's defaults.
    public static final GroupRules DEFAULT = new GroupRules(7L * 24 * 60 * 60 * 1000, 600_000,
        4096, 3000, 6000, 1_800_000, Integer.MAX_VALUE, 300_000);

    public GroupRules {
        require(offsetsRetentionMs > 0, "offsets.retention.minutes is positive");
        require(offsetsRetentionCheckIntervalMs > 0,
            "offsets.retention.check.interval.ms is positive");
        require(offsetMetadataMaxBytes >= 0, "offset.metadata.max.bytes is not negative");
        require(initialRebalanceDelayMs >= 0, "group.initial.rebalance.delay.ms is not negative");
        require(minSessionTimeoutMs >= 0 && minSessionTimeoutMs <= maxSessionTimeoutMs,
            "group.min.session.timeout.ms <= group.max.session.timeout.ms");
        require(maxSize > 0, "group.max.size is positive");
        require(newMemberJoinTimeoutMs > 0, "the join timeout of a new member is positive");
    }

    /// As the broker is configured.
    public static GroupRules of(TypedSettings broker) {
        return new GroupRules(broker.number(BrokerNames.OFFSETS_RETENTION_MINUTES) * 60_000,
            broker.number(BrokerNames.OFFSETS_RETENTION_CHECK_INTERVAL_MS),
            broker.integer(BrokerNames.OFFSET_METADATA_MAX_BYTES),
            broker.integer(BrokerNames.GROUP_INITIAL_REBALANCE_DELAY_MS),
            broker.integer(BrokerNames.GROUP_MIN_SESSION_TIMEOUT_MS),
            broker.integer(BrokerNames.GROUP_MAX_SESSION_TIMEOUT_MS),
            broker.integer(BrokerNames.GROUP_MAX_SIZE), DEFAULT.newMemberJoinTimeoutMs);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) throw new IllegalArgumentException(rule);
    }
}
