package dev.naru.group;

import dev.naru.config.BrokerNames;
import dev.naru.config.TypedSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The broker's settings that consumer groups obey; what one group may choose is in its own
/// settings. The first of `assignors` is taken by groups that name none.
public record ConsumerRules(boolean isServed, int maxSize, List<String> assignors,
    boolean mayUpgrade, boolean mayDowngrade) {
    /// Kafka's defaults.
    public static final ConsumerRules DEFAULT = new ConsumerRules(true, Integer.MAX_VALUE,
        List.of("uniform", "range"), true, true);

    public ConsumerRules {
        if (maxSize <= 0) throw new IllegalArgumentException("group.consumer.max.size > 0");
    }

    /// As the broker is configured. An assignor that is a class of Kafka's is known by its name
    /// here; others are left out.
    public static ConsumerRules of(TypedSettings broker) {
        var policy = broker.text(BrokerNames.GROUP_CONSUMER_MIGRATION_POLICY)
            .toUpperCase(Locale.ROOT);
        boolean isBoth = policy.equals("BIDIRECTIONAL");
        return new ConsumerRules(
            broker.list(BrokerNames.GROUP_COORDINATOR_REBALANCE_PROTOCOLS).contains("consumer"),
            broker.integer(BrokerNames.GROUP_CONSUMER_MAX_SIZE),
            known(broker.list(BrokerNames.GROUP_CONSUMER_ASSIGNORS)),
            isBoth || policy.equals("UPGRADE"), isBoth || policy.equals("DOWNGRADE"));
    }

    private static List<String> known(List<String> named) {
        var known = new ArrayList<String>();
        for (var name : named) {
            if (name.equals("uniform") || name.endsWith(".UniformAssignor")) known.add("uniform");
            if (name.equals("range") || name.endsWith(".RangeAssignor")) known.add("range");
        }
        return known.isEmpty() ? DEFAULT.assignors : List.copyOf(known);
    }

    String defaultAssignor() {
        return assignors.getFirst();
    }
}
