package dev.naru.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// All settings of a broker.
public final class BrokerDefinitions {
    private BrokerDefinitions() {}

    static final Definitions ALL = Definitions.of("",
        List.of(GroupTable.ALL, ListenerTable.ALL, LogTable.ALL, NodeTable.ALL, ReplicaTable.ALL,
            SecurityTable.ALL));

    public static Optional<SettingDefinition> find(String name) {
        return ALL.find(name);
    }

    /// Sorted by name.
    public static Collection<SettingDefinition> all() {
        return ALL.all();
    }

    /// What is wrong with a name and a value, as a whole sentence.
    public static Optional<String> problem(String name, String value) {
        return ALL.problem(name, value);
    }

    /// Why a setting cannot be given this value while brokers run: for the whole cluster, or for
    /// one broker. An absent value takes a dynamic one away.
    public static Optional<String> alterationProblem(String name, Optional<String> value,
        boolean isClusterWide) {
        var definition = ALL.get(name);
        if (definition == null) {
            if (RemovedNames.find(name).filter(removed -> !removed.isRefused()).isPresent()) {
                return Optional.empty();
            }
            return Optional.of(ALL.unknown(name));
        }
        if (definition.mode() == Mode.FIXED) {
            return Optional.of("'" + name + "' cannot be changed while the broker runs");
        }
        if (definition.mode() == Mode.BROKER && isClusterWide) {
            return Optional
                .of("'" + name + "' can be changed for one broker only, not for the cluster");
        }
        return value.flatMap(definition::problem);
    }
}
