package dev.naru.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// All settings of a topic.
public final class TopicDefinitions {
    private TopicDefinitions() {}

    static final Definitions ALL = Definitions.of("topic ",
        List.of(TopicTable.ALL));

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
