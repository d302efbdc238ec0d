package dev.naru.registry.json;

import dev.naru.registry.schema.SchemaBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Which keywords hold schemas, and which values the others may have (drafts 4 to 2020-12).
final class JsonKeywords {
    private static final List<String> TYPES = List.of("null", "boolean", "object", "array",
        "number", "string", "integer");
    private static final List<String> ONE = List.of("additionalProperties", "additionalItems",
        "items", "contains", "propertyNames", "not", "if", "then", "else",
        "unevaluatedProperties", "unevaluatedItems");
    private static final List<String> SEVERAL = List.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final List<String> NAMED = List.of("properties", "patternProperties",
        "definitions", "$defs", "dependentSchemas");
    private static final List<String> COUNTS = List.of("minLength", "maxLength", "minItems",
        "maxItems", "minProperties", "maxProperties", "minContains", "maxContains");
    private static final List<String> TEXTS = List.of("$id", "$schema", "$ref", "$anchor",
        "pattern", "title", "description", "format");

    private JsonKeywords() {}

    static boolean isSchema(JsonNode node) {
        return node.isObject() || node.isBoolean();
    }

    /// The schemas inside of a schema.
    static List<JsonNode> inside(JsonNode schema) {
        var found = new ArrayList<JsonNode>();
        for (var keyword : ONE) {
            var value = schema.path(keyword);
            if (value.isArray()) value.forEach(found::add);
            else if (!value.isMissingNode()) found.add(value);
        }
        for (var keyword : SEVERAL)
            schema.path(keyword).forEach(found::add);
        for (var keyword : NAMED)
            schema.path(keyword).forEach(found::add);
        for (var each : schema.path("dependencies")) {
            if (!each.isArray()) found.add(each);
        }
        return found;
    }

    /// What is wrong with the values of a schema's keywords.
    static Optional<String> fault(JsonNode schema) {
        for (var each : schema.properties()) {
            var wrong = fault(each.getKey(), each.getValue());
            if (wrong.isPresent()) {
                return Optional.of("the value of \"" + each.getKey() + "\" " + wrong.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> fault(String keyword, JsonNode value) {
        if (TEXTS.contains(keyword) && !value.isString()) return Optional.of("is not a text");
        if (COUNTS.contains(keyword) && !isCount(value)) {
            return Optional.of("is not a number of things");
        }
        if (ONE.contains(keyword)) {
            boolean isTuple = keyword.equals("items") && value.isArray();
            return isSchema(value) || isTuple ? Optional.empty() : Optional.of("is no schema");
        }
        if (SEVERAL.contains(keyword)) {
            boolean isList = value.isArray() && !value.isEmpty();
            return isList ? Optional.empty() : Optional.of("is not a list of schemas");
        }
        if (keyword.equals("patternProperties") && value.size() > SchemaBounds.PATTERNS_MAX) {
            return Optional.of("has more than " + SchemaBounds.PATTERNS_MAX + " patterns");
        }
        if (NAMED.contains(keyword)) {
            return value.isObject() ? Optional.empty() : Optional.of("does not name schemas");
        }
        return switch (keyword) {
            case "type" -> typeFault(value);
            case "required" -> namesFault(value);
            case "enum" -> value.isArray() && value.size() <= SchemaBounds.MEMBERS_MAX
                ? Optional.empty()
                : Optional.of("is not a list of at most " + SchemaBounds.MEMBERS_MAX + " values");
            case "pattern" -> value.asString().length() <= SchemaBounds.PATTERN_CHARACTERS_MAX
                ? Optional.empty()
                : Optional.of("is longer than " + SchemaBounds.PATTERN_CHARACTERS_MAX
                    + " characters");
            case "minimum", "maximum", "multipleOf" -> value.isNumber()
                ? Optional.empty()
                : Optional.of("is not a number");
            case "exclusiveMinimum", "exclusiveMaximum" -> value.isNumber() || value.isBoolean()
                ? Optional.empty()
                : Optional.of("is not a number");
            default -> Optional.empty();
        };
    }

    private static boolean isCount(JsonNode value) {
        return value.isNumber() && value.decimalValue().signum() >= 0;
    }

    private static Optional<String> typeFault(JsonNode value) {
        var names = new ArrayList<JsonNode>();
        if (value.isArray()) value.forEach(names::add);
        else
            names.add(value);
        for (var name : names) {
            if (name.isString() && TYPES.contains(name.asString())) continue;
            return Optional.of("is none of " + TYPES);
        }
        return names.isEmpty() ? Optional.of("names no type") : Optional.empty();
    }

    private static Optional<String> namesFault(JsonNode value) {
        if (value.isBoolean()) return Optional.empty(); // draft 3 wrote it at the property
        if (!value.isArray()) return Optional.of("is not a list of names");
        for (var name : value) {
            if (!name.isString()) return Optional.of("is not a list of names");
        }
        return Optional.empty();
    }
}
