package dev.naru.registry.schema;

import java.util.List;

/// A schema as it was written, and the texts it refers to, each behind those that it refers to
/// itself.
public record SchemaSource(SchemaType type, String text, List<Dependency> dependencies) {
    public SchemaSource {
        dependencies = List.copyOf(dependencies);
    }

    /// A schema that refers to no other.
    public static SchemaSource of(SchemaType type, String text) {
        return new SchemaSource(type, text, List.of());
    }

    /// A text that is referred to, under the name that it has in the schema.
    public record Dependency(String name, String text) {}
}
