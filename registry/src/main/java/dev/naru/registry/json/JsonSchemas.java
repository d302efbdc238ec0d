package dev.naru.registry.json;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.Parse;
import dev.naru.registry.schema.SchemaSource;
import java.util.LinkedHashMap;
import tools.jackson.databind.JsonNode;

/// Understands schemas in JSON Schema.
public final class JsonSchemas {
    private JsonSchemas() {}

    /// Parses a source within bounds. What is new must be sound: keywords have values of their kind,
    /// and every `$ref` leads somewhere.
    public static Parse parse(SchemaSource source, boolean isNew) {
        try {
            var tree = isNew ? JsonText.read(source.text()) : JsonText.readStored(source.text());
            if (!tree.isObject() && !tree.isBoolean()) {
                return new Parse.Invalid("a JSON schema is an object, true or false");
            }
            var documents = new LinkedHashMap<String, JsonNode>();
            for (var dependency : source.dependencies()) {
                documents.put(dependency.name(), JsonText.readStored(dependency.text()));
            }
            var links = new JsonLinks(tree, documents);
            var wrong = links.firstFault();
            if (isNew && wrong.isPresent()) return new Parse.Invalid(wrong.get());
            return new Parse.Parsed(new JsonSchema(tree, links));
        } catch (JsonText.NotJson unreadable) {
            return new Parse.Invalid("not JSON: " + unreadable.why());
        } catch (StackOverflowError _) {
            return new Parse.Invalid("the schema is nested too deep");
        }
    }
}
