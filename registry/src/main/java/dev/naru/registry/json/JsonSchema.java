package dev.naru.registry.json;

import dev.naru.registry.schema.Incompatibility;
import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.ParsedSchema;
import dev.naru.registry.schema.SchemaType;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A schema in JSON Schema. Immutable: nobody changes the trees.
final class JsonSchema implements ParsedSchema {
    private final JsonNode tree;
    private final JsonLinks links;

    JsonSchema(JsonNode tree, JsonLinks links) {
        this.tree = tree;
        this.links = links;
    }

    JsonNode tree() {
        return tree;
    }

    JsonLinks links() {
        return links;
    }

    @Override public SchemaType type() {
        return SchemaType.JSON;
    }

    @Override public String canonical() {
        return JsonText.write(tree);
    }

    @Override public String normalized() {
        return JsonText.writeSorted(tree);
    }

    @Override public Optional<String> formatted(String format) {
        return Optional.empty();
    }

    @Override public List<Incompatibility> cannotRead(ParsedSchema writer) {
        if (!(writer instanceof JsonSchema earlier)) {
            return List.of(new Incompatibility("SCHEMA_TYPE_CHANGED", "#/",
                "The schemas are of different types"));
        }
        try {
            return new JsonComparison(earlier, this).incompatibilities();
        } catch (StackOverflowError _) {
            return List.of(new Incompatibility("NOT_COMPARABLE", "#/",
                "The schemas are nested too deep to be compared"));
        }
    }
}
