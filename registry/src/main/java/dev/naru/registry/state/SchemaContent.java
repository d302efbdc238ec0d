package dev.naru.registry.state;

import dev.naru.registry.schema.SchemaType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What makes a schema this schema and no other: two of one content have one id in a context. `text`
/// is canonical; `metadata` and `ruleSet` are carried, not understood.
public record SchemaContent(SchemaType type, String text, List<Reference> references,
    @Nullable JsonNode metadata, @Nullable JsonNode ruleSet) {
    public SchemaContent {
        references = List.copyOf(references);
    }

    /// A schema that refers to nothing and has nothing beside it.
    public static SchemaContent of(SchemaType type, String text) {
        return new SchemaContent(type, text, List.of(), null, null);
    }
}
