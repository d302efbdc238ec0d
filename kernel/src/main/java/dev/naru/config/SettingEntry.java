package dev.naru.config;

import java.util.List;
import java.util.Optional;

/// One setting as DescribeConfigs shows it. The value is absent when there is none, and always for
/// a sensitive one. `synonyms` are all places that give a value, the one that counts first.
public record SettingEntry(SettingDefinition definition, Optional<String> value, Source source,
    List<Synonym> synonyms, boolean isReadOnly) {

    public String name() {
        return definition.name();
    }

    public boolean isSensitive() {
        return definition.isSensitive();
    }

    public Type type() {
        return definition.type();
    }

    public String doc() {
        return definition.doc();
    }

    /// One place that gives a value, under the name it has there.
    public record Synonym(String name, Optional<String> value, Source source) {}
}
