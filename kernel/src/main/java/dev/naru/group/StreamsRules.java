package dev.naru.group;

import dev.naru.config.BrokerNames;
import dev.naru.config.TypedSettings;

/// The broker's settings that streams groups obey; what one group may choose is in its own
/// settings.
public record StreamsRules(boolean isServed, int maxSize) {
    /// Kafka's defaults.
    public static final StreamsRules DEFAULT = new StreamsRules(true, Integer.MAX_VALUE);

    /// As the broker is configured.
    public static StreamsRules of(TypedSettings broker) {
        return new StreamsRules(
            broker.list(BrokerNames.GROUP_COORDINATOR_REBALANCE_PROTOCOLS).contains("streams"),
            broker.integer(BrokerNames.GROUP_STREAMS_MAX_SIZE));
    }
}
