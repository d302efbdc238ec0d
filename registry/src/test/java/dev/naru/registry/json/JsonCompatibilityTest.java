package dev.naru.registry.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.registry.Read;
import dev.naru.registry.Rows;
import org.junit.jupiter.api.Test;

/// The published rules, one row each: the old schema, the new one, and the rule that is broken, if
/// any.
class JsonCompatibilityTest {
    private static void holds(String before, String after, String rule) {
        var found = Read.rules(Read.json(before), Read.json(before));
        assertEquals(0, found.size(), "a schema reads its own data");
        var rules = Read.rules(Read.json(after), Read.json(before));
        if (rule.isEmpty()) assertEquals("[]", rules.toString());
        else
            assertTrue(rules.contains(rule), rules.toString());
    }

    @Test void values_are_held_to_the_published_rules() {
        Rows.of("json/values.txt").forEach(row -> holds(row.get(0), row.get(1), row.get(2)));
    }

    @Test void objects_are_held_to_their_content_model() {
        Rows.of("json/objects.txt").forEach(row -> holds(row.get(0), row.get(1), row.get(2)));
    }

    @Test void arrays_are_held_to_their_content_model() {
        Rows.of("json/arrays.txt").forEach(row -> holds(row.get(0), row.get(1), row.get(2)));
    }

    @Test void combinations_are_paired() {
        Rows.of("json/combinations.txt").forEach(row -> holds(row.get(0), row.get(1), row.get(2)));
    }

    @Test void references_are_followed_also_in_circles() {
        var list = "{\"$ref\":\"#/$defs/n\",\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":"
            + "{\"v\":{\"type\":\"%s\"},\"next\":{\"$ref\":\"#/$defs/n\"}}}}}";
        holds(list.formatted("integer"), list.formatted("number"), "");
        holds(list.formatted("number"), list.formatted("integer"), "TYPE_NARROWED");
    }

    @Test void a_schema_whose_paths_are_beyond_counting_is_compared_in_bounded_steps() {
        var text = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
        for (int level = 0; level < 60; level++) {
            text.append(
                ("\"d%d\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/d%d\"},"
                    + "\"b\":{\"$ref\":\"#/$defs/d%d\"}}},")
                    .formatted(level, level + 1, level + 1));
        }
        var before = text + "\"d60\":{\"type\":\"string\"}}}";
        var after = text + "\"d60\":{\"type\":\"integer\"}}}";
        holds(before, after, "TYPE_CHANGED");
    }

    @Test void a_message_names_rule_place_and_meaning() {
        var found = Read.json("{\"properties\":{\"a\":{\"type\":\"integer\"}}}")
            .cannotRead(Read.json("{\"properties\":{\"a\":{\"type\":\"string\"}}}")).getFirst();
        assertEquals("{errorType:'TYPE_CHANGED', description:'The type changed from string to "
            + "integer (at path '#/properties/a')'}", found.toString());
    }
}
