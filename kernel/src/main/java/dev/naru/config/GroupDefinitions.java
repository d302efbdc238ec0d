package dev.naru.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// All settings of one group.
public final class GroupDefinitions {
    private GroupDefinitions() {}

    static final Definitions ALL = Definitions.of("group ",
        List.of(GroupResourceTable.ALL));

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
}
