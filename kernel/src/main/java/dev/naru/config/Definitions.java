package dev.naru.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of one kind of resource.
final class Definitions {
    private final String kind;
    private final Map<String, SettingDefinition> byName;

    private Definitions(String kind, Map<String, SettingDefinition> byName) {
        this.kind = kind;
        this.byName = byName;
    }

    /// `kind` names them in sentences, with a space behind it, or is empty.
    static Definitions of(String kind, List<List<SettingDefinition>> tables) {
        var byName = HashMap.<String, SettingDefinition>newHashMap(400);
        for (var table : tables) {
            for (var definition : table) {
                byName.put(definition.name(), definition);
            }
        }
        return new Definitions(kind, byName);
    }

    @Nullable SettingDefinition get(String name) {
        return byName.get(name);
    }

    Optional<SettingDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// Sorted by name.
    Collection<SettingDefinition> all() {
        return new ArrayList<>(new TreeMap<>(byName).values());
    }

    /// What is wrong with a name and a value, as a whole sentence.
    Optional<String> problem(String name, String value) {
        var definition = byName.get(name);
        return definition == null ? Optional.of(unknown(name)) : definition.problem(value);
    }

    /// Why a name means nothing here, with a guess at what was meant.
    String unknown(String name) {
        var removed = RemovedNames.find(name);
        if (removed.isPresent()) return "'" + name + "' is refused: " + removed.get().why();
        return Suggestion.unknown(kind, name, new TreeMap<>(byName).keySet());
    }
}
