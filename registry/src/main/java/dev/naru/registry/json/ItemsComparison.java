package dev.naru.registry.json;

import tools.jackson.databind.JsonNode;

/// Compares arrays: the schemas of the first items each with its own, then the rest, by the same idea of
/// open and closed contents as for properties.
final class ItemsComparison {
    private final JsonComparison comparison;
    private final JsonDifferences differences;
    private final JsonModel.Items before;
    private final JsonModel.Items after;

    ItemsComparison(JsonComparison comparison, JsonModel.Items before, JsonModel.Items after) {
        this.comparison = comparison;
        this.differences = comparison.differences();
        this.before = before;
        this.after = after;
    }

    void compare() {
        tuples();
        rest();
        var bounds = new BoundsComparison(differences, before.keywords(), after.keywords());
        bounds.upper("maxItems", "MAX_ITEMS");
        bounds.lower("minItems", "MIN_ITEMS");
        boolean isNewlyUnique = after.keywords().path("uniqueItems").asBoolean(false)
            && !before.keywords().path("uniqueItems").asBoolean(false);
        if (isNewlyUnique) add("uniqueItems", "UNIQUE_ITEMS_ADDED", "Items must be unique now");
        contains();
    }

    private void add(String step, String rule, String meaning) {
        differences.enter(step);
        differences.add(rule, meaning);
        differences.leave();
    }

    private static boolean isNever(JsonNode schema) {
        return schema.isBoolean() && !schema.asBoolean();
    }

    private void tuples() {
        var old = before.tuple();
        var now = after.tuple();
        for (int index = 0; index < Math.max(old.size(), now.size()); index++) {
            var step = "items/" + index;
            if (index >= now.size()) removed(step, old.get(index));
            else if (index >= old.size()) added(step, now.get(index));
            else
                comparison.compareAt(step, old.get(index), now.get(index));
        }
    }

    private void removed(String step, JsonNode schema) {
        var rest = after.rest();
        if (JsonModel.isAnything(rest) || isNever(schema)) return;
        if (isNever(rest)) {
            add(step, "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",
                "The item is gone, and the new schema takes no further items");
            return;
        }
        differences.enter(step);
        boolean isCovered = comparison.isCompatible(schema, rest, true);
        differences.leave();
        if (isCovered) return;
        add(step, "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
            "The item is gone, and the new schema takes something else there");
    }

    private void added(String step, JsonNode schema) {
        var rest = before.rest();
        if (isNever(rest)) return;
        if (JsonModel.isAnything(rest)) {
            if (comparison.updates().of(schema) instanceof JsonModel.Any) return;
            add(step, "ITEM_ADDED_TO_OPEN_CONTENT_MODEL",
                "The item is new, and the old schema took anything there");
            return;
        }
        differences.enter(step);
        boolean isCovered = comparison.isCompatible(rest, schema, true);
        differences.leave();
        if (isCovered) return;
        add(step, "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
            "The item is new, and the old schema took something else there");
    }

    private void rest() {
        var old = before.rest();
        var now = after.rest();
        differences.enter("items");
        if (isNever(now) && !isNever(old)) {
            differences.add("ADDITIONAL_ITEMS_REMOVED", "Further items are no longer taken");
        } else if (now.isObject() && JsonModel.isAnything(old)) {
            if (!(comparison.updates().of(now) instanceof JsonModel.Any)) {
                differences.add("ADDITIONAL_ITEMS_NARROWED",
                    "Items could be anything and have a schema now");
            }
        } else if (now.isObject() && old.isObject()) {
            comparison.compare(old, now);
        }
        differences.leave();
    }

    private void contains() {
        var now = after.keywords().path("contains");
        if (now.isMissingNode()) return;
        var old = before.keywords().path("contains");
        if (old.isMissingNode()) {
            add("contains", "CONTAINS_ADDED", "An item of a certain kind must be there now");
        } else {
            comparison.compareAt("contains", old, now);
        }
    }
}
