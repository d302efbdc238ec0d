package dev.naru.registry.json;

import dev.naru.registry.schema.JsonText;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Makes models of the schemas in one document, each at most once. Owned by one comparison.
final class JsonModels {
    private static final List<String> TEXT = List.of("minLength", "maxLength", "pattern");
    private static final List<String> NUMBER = List.of("minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf");
    private static final List<String> FIELDS = List.of("properties", "required",
        "additionalProperties", "patternProperties", "minProperties", "maxProperties",
        "dependencies", "dependentRequired", "dependentSchemas", "propertyNames");
    private static final List<String> ITEMS = List.of("items", "prefixItems", "additionalItems",
        "minItems", "maxItems", "uniqueItems", "contains");

    private final JsonLinks links;
    private final IdentityHashMap<JsonNode, JsonModel> made = new IdentityHashMap<>();

    JsonModels(JsonLinks links) {
        this.links = links;
    }

    /// Whether a value is given for what is missing.
    boolean hasDefault(JsonNode schema) {
        return schema.has("default") || links.target(schema).has("default");
    }

    JsonModel of(JsonModel.Part part) {
        return switch (part) {
            case JsonModel.Part.Tree(JsonNode schema) -> of(schema);
            case JsonModel.Part.Side(JsonModel model) -> model;
        };
    }

    JsonModel of(JsonNode schema) {
        var known = made.get(schema);
        if (known != null) return known;
        var model = model(schema);
        if (schema.isObject()) made.put(schema, model);
        return model;
    }

    @SuppressWarnings("ReferenceEquality") // a schema that leads nowhere leads to itself
    private JsonModel model(JsonNode schema) {
        if (schema.isBoolean()) {
            return schema.asBoolean() ? new JsonModel.Any() : new JsonModel.Never();
        }
        var target = links.target(schema);
        if (target != schema && !links.hasSiblings()) return of(target);
        var parts = new ArrayList<JsonModel.Part>();
        if (target != schema) parts.add(new JsonModel.Part.Tree(target));
        typed(schema, parts);
        values(schema, parts);
        mixed(schema, parts);
        if (parts.isEmpty()) return new JsonModel.Any();
        if (parts.size() == 1) return of(parts.getFirst());
        return new JsonModel.Mixed(JsonModel.Criterion.ALL, parts);
    }

    private static void typed(JsonNode schema, List<JsonModel.Part> parts) {
        var type = schema.path("type");
        if (type.isString()) {
            parts.add(new JsonModel.Part.Side(typed(schema, type.asString())));
        } else if (type.isArray() && type.size() == 1) {
            parts.add(new JsonModel.Part.Side(typed(schema, type.get(0).asString(""))));
        } else if (type.isArray()) {
            var sides = new ArrayList<JsonModel.Part>();
            type.forEach(
                each -> sides.add(new JsonModel.Part.Side(typed(schema, each.asString("")))));
            parts.add(new JsonModel.Part.Side(
                new JsonModel.Mixed(JsonModel.Criterion.ANY, sides)));
        } else {
            untyped(schema, parts);
        }
    }

    private static JsonModel typed(JsonNode schema, String type) {
        return switch (type) {
            case "string" -> new JsonModel.Text(schema);
            case "integer" -> new JsonModel.Numeric(schema, true);
            case "number" -> new JsonModel.Numeric(schema, false);
            case "object" -> new JsonModel.Fields(schema);
            case "array" -> new JsonModel.Items(schema);
            default -> new JsonModel.Plain(type);
        };
    }

    /// Without a type the keywords tell what the schema is about.
    private static void untyped(JsonNode schema, List<JsonModel.Part> parts) {
        if (has(schema, FIELDS)) parts.add(new JsonModel.Part.Side(new JsonModel.Fields(schema)));
        if (has(schema, ITEMS)) parts.add(new JsonModel.Part.Side(new JsonModel.Items(schema)));
        if (has(schema, TEXT)) parts.add(new JsonModel.Part.Side(new JsonModel.Text(schema)));
        if (has(schema, NUMBER)) {
            parts.add(new JsonModel.Part.Side(new JsonModel.Numeric(schema, false)));
        }
    }

    private static boolean has(JsonNode schema, List<String> keywords) {
        return keywords.stream().anyMatch(schema::has);
    }

    private static void values(JsonNode schema, List<JsonModel.Part> parts) {
        var values = new TreeSet<String>();
        schema.path("enum").forEach(value -> values.add(JsonText.writeSorted(value)));
        if (schema.has("const")) values.add(JsonText.writeSorted(schema.path("const")));
        if (values.isEmpty()) return;
        parts.add(new JsonModel.Part.Side(new JsonModel.Values(values)));
    }

    private static void mixed(JsonNode schema, List<JsonModel.Part> parts) {
        mixed(schema.path("allOf"), JsonModel.Criterion.ALL, parts);
        mixed(schema.path("anyOf"), JsonModel.Criterion.ANY, parts);
        mixed(schema.path("oneOf"), JsonModel.Criterion.ONE, parts);
        if (schema.has("not")) {
            parts.add(new JsonModel.Part.Side(new JsonModel.Not(schema.path("not"))));
        }
        if (schema.has("if")) {
            var text = JsonText.writeSorted(schema.path("if"))
                + JsonText.writeSorted(schema.path("then"))
                + JsonText.writeSorted(schema.path("else"));
            parts.add(new JsonModel.Part.Side(new JsonModel.Conditional(text)));
        }
    }

    private static void mixed(JsonNode schemas, JsonModel.Criterion criterion,
        List<JsonModel.Part> parts) {
        if (!schemas.isArray()) return;
        var each = new ArrayList<JsonModel.Part>();
        schemas.forEach(schema -> each.add(new JsonModel.Part.Tree(schema)));
        parts.add(new JsonModel.Part.Side(new JsonModel.Mixed(criterion, each)));
    }
}
