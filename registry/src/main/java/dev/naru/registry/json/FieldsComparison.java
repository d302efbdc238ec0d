package dev.naru.registry.json;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Compares objects. What matters when a property comes or goes is the content model: in an open one
/// (any other property may have any value) a property that was not named may be in the data already with
/// a value of any type; in a closed one it cannot be.
final class FieldsComparison {
    private final JsonComparison comparison;
    private final JsonDifferences differences;
    private final JsonModel.Fields before;
    private final JsonModel.Fields after;
    private final Map<String, JsonNode> old;
    private final Map<String, JsonNode> now;
    private final Set<String> wasRequired;
    private final Set<String> isRequired;

    FieldsComparison(JsonComparison comparison, JsonModel.Fields before, JsonModel.Fields after) {
        this.comparison = comparison;
        this.differences = comparison.differences();
        this.before = before;
        this.after = after;
        this.old = before.properties();
        this.now = after.properties();
        this.wasRequired = new LinkedHashSet<>(before.required());
        this.isRequired = new LinkedHashSet<>(after.required());
    }

    void compare() {
        required();
        properties();
        dependencies();
        additional();
        var bounds = new BoundsComparison(differences, before.keywords(), after.keywords());
        bounds.upper("maxProperties", "MAX_PROPERTIES");
        bounds.lower("minProperties", "MIN_PROPERTIES");
    }

    /// Properties that are in both.
    private void required() {
        differences.enter("required");
        for (var name : isRequired) {
            var property = now.get(name);
            if (property == null || !old.containsKey(name) || wasRequired.contains(name)) continue;
            if (comparison.updates().hasDefault(property)) continue;
            add(name, "REQUIRED_ATTRIBUTE_ADDED", "is required now and has no default");
        }
        differences.leave();
    }

    private void add(String name, String rule, String what) {
        differences.enter(name);
        differences.add(rule, "The property '" + name + "' " + what);
        differences.leave();
    }

    private void properties() {
        differences.enter("properties");
        old.forEach((name, schema) -> {
            var other = now.get(name);
            if (other == null) removed(name, schema);
            else
                comparison.compareAt(name, schema, other);
        });
        now.forEach((name, schema) -> {
            if (!old.containsKey(name)) added(name, schema);
        });
        differences.leave();
    }

    /// Only the content model of the update counts.
    private void removed(String name, JsonNode schema) {
        if (after.isOpen()) return;
        var covering = after.schemaOfOther(name);
        if (covering.isEmpty()) {
            boolean wasNever = schema.isBoolean() && !schema.asBoolean();
            if (wasNever) return;
            add(name, "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
                "is gone, and the new schema takes no properties that it does not name");
            return;
        }
        differences.enter(name);
        boolean isCovered = comparison.isCompatible(schema, covering.get(), true);
        differences.leave();
        if (isCovered) return;
        add(name, "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
            "is gone, and what the new schema takes under that name is something else");
    }

    /// Only the content model of the original counts.
    private void added(String name, JsonNode schema) {
        if (before.isOpen()) {
            boolean isAnything = JsonModel.isAnything(schema)
                || comparison.updates().of(schema) instanceof JsonModel.Any;
            if (!isAnything) {
                add(name, "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
                    "is new, and the old schema took any value under that name");
            }
            requiredOfNew(name, schema);
            return;
        }
        before.schemaOfOther(name).ifPresent(covered -> {
            differences.enter(name);
            boolean isCovered = comparison.isCompatible(covered, schema, true);
            differences.leave();
            if (isCovered) return;
            add(name, "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
                "is new, and what the old schema took under that name is something else");
        });
        requiredOfNew(name, schema);
    }

    private void requiredOfNew(String name, JsonNode schema) {
        boolean isMissed = isRequired.contains(name) && !wasRequired.contains(name)
            && !comparison.updates().hasDefault(schema);
        if (!isMissed) return;
        add(name, "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
            "is new, required, and has no default");
    }

    private void additional() {
        differences.enter("additionalProperties");
        var past = before.additional();
        var next = after.additional();
        boolean isClosed = next.isBoolean() && !next.asBoolean();
        boolean wasClosed = past.isBoolean() && !past.asBoolean();
        if (isClosed && !wasClosed) {
            differences.add("ADDITIONAL_PROPERTIES_REMOVED",
                "Properties that are not named are no longer taken");
        } else if (next.isObject() && JsonModel.isAnything(past)) {
            boolean isAnything = comparison.updates().of(next) instanceof JsonModel.Any;
            if (!isAnything) {
                differences.add("ADDITIONAL_PROPERTIES_NARROWED",
                    "Properties that are not named had any value and have a schema now");
            }
        } else if (next.isObject() && past.isObject()) {
            comparison.compare(past, next);
        }
        differences.leave();
    }

    private void dependencies() {
        differences.enter("dependencies");
        for (var keyword : List.of("dependencies", "dependentRequired", "dependentSchemas")) {
            var past = JsonModel.named(before.keywords(), keyword);
            JsonModel.named(after.keywords(), keyword).forEach((name, next) -> {
                differences.enter(name);
                dependency(past.getOrDefault(name, MissingNode.getInstance()), next);
                differences.leave();
            });
        }
        differences.leave();
    }

    private void dependency(JsonNode past, JsonNode next) {
        if (!next.isArray()) {
            if (past.isObject()) comparison.compare(past, next);
            else if (!JsonModel.isAnything(next)) {
                differences.add("DEPENDENCY_SCHEMA_ADDED", "A schema depends on the property now");
            }
            return;
        }
        var more = names(next);
        more.removeIf(names(past)::contains);
        if (more.isEmpty()) return;
        differences.add(past.isArray() ? "DEPENDENCY_ARRAY_EXTENDED" : "DEPENDENCY_ARRAY_ADDED",
            "Where the property is, " + new ArrayList<>(more) + " must be, too, now");
    }

    private static NavigableSet<String> names(JsonNode list) {
        var names = new TreeSet<String>();
        list.forEach(name -> names.add(name.asString("")));
        return names;
    }
}
