package dev.naru.registry.json;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What kind of values a schema is about. Schemas inside of it stay trees, for they may lead back to it.
sealed interface JsonModel {
    /// Everything.
    record Any() implements JsonModel {}

    /// Nothing at all.
    record Never() implements JsonModel {}

    /// Values of one of the types without keywords: boolean, null.
    record Plain(String type) implements JsonModel {}

    record Text(JsonNode keywords) implements JsonModel {}

    record Numeric(JsonNode keywords, boolean isInteger) implements JsonModel {}

    record Fields(JsonNode keywords) implements JsonModel {
        Map<String, JsonNode> properties() {
            return named(keywords, "properties");
        }

        List<String> required() {
            var names = new ArrayList<String>();
            keywords.path("required").forEach(name -> names.add(name.asString("")));
            return names;
        }

        /// Whether properties of any other name may have any value.
        boolean isOpen() {
            return keywords.path("patternProperties").isEmpty() && isAnything(additional());
        }

        JsonNode additional() {
            return keywords.path("additionalProperties");
        }

        /// The schema that a property has which is not named.
        Optional<JsonNode> schemaOfOther(String name) {
            for (var each : keywords.path("patternProperties").properties()) {
                if (matches(each.getKey(), name)) return Optional.of(each.getValue());
            }
            return additional().isObject() ? Optional.of(additional()) : Optional.empty();
        }

        /// In linear time; a pattern beyond regular languages matches nothing, which makes the
        /// comparison stricter.
        private static boolean matches(String pattern, String name) {
            try {
                return Pattern.compile(pattern).matcher(name).find();
            } catch (PatternSyntaxException _) {
                return false;
            }
        }
    }

    record Items(JsonNode keywords) implements JsonModel {
        /// The schemas of the first items, each its own.
        List<JsonNode> tuple() {
            var items = keywords.path("items");
            var found = new ArrayList<JsonNode>();
            (items.isArray() ? items : keywords.path("prefixItems")).forEach(found::add);
            return found;
        }

        /// The schema of the items behind those; missing when there is none.
        JsonNode rest() {
            var items = keywords.path("items");
            return items.isArray() ? keywords.path("additionalItems") : items;
        }
    }

    /// One of these values.
    record Values(NavigableSet<String> values) implements JsonModel {}

    /// Several schemas together.
    record Mixed(Criterion criterion, List<Part> parts) implements JsonModel {}

    record Not(JsonNode schema) implements JsonModel {}

    /// `if`, `then`, `else`.
    record Conditional(String text) implements JsonModel {}

    enum Criterion {
        ALL, ANY, ONE
    }

    /// A part of a mix: a schema, or one side of a schema that has several.
    sealed interface Part {
        record Tree(JsonNode schema) implements Part {}

        record Side(JsonModel model) implements Part {}
    }

    /// Whether the schema at `node` lets everything pass.
    static boolean isAnything(JsonNode node) {
        return node.isMissingNode() || (node.isBoolean() && node.asBoolean());
    }

    /// The schemas of a keyword, by their names, in their order.
    static Map<String, JsonNode> named(JsonNode keywords, String keyword) {
        var found = new LinkedHashMap<String, JsonNode>();
        keywords.path(keyword).properties()
            .forEach(each -> found.put(each.getKey(), each.getValue()));
        return found;
    }
}
