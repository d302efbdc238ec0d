package dev.naru.registry.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.registry.Read;
import dev.naru.registry.Rows;
import dev.naru.registry.schema.SchemaType;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class JsonParseTest {
    @Test void the_canonical_text_keeps_the_order_and_the_normal_form_does_not() {
        var schema = Read.json("{ \"type\" : \"string\",\n \"title\":\"x\", \"maxLength\": 1.50 }");
        assertEquals("{\"type\":\"string\",\"title\":\"x\",\"maxLength\":1.50}",
            schema.canonical());
        assertEquals("{\"maxLength\":1.50,\"title\":\"x\",\"type\":\"string\"}",
            schema.normalized());
    }

    @Test void what_is_no_schema_is_refused_with_a_reason() {
        Rows.of("json/refused.txt").forEach(row -> assertThat(
            Read.refusal(SchemaType.JSON, row.get(0))).contains(row.get(1)));
    }

    @Test void a_reference_is_found_by_its_name_its_id_or_an_anchor() {
        var other = "{\"$id\":\"http://x/other.json\",\"$defs\":{\"s\":{\"$anchor\":\"here\","
            + "\"type\":\"string\"}}}";
        for (var ref : new String[]{"other.json", "other.json#/$defs/s", "http://x/other.json",
                "http://x/other.json#here"}) {
            Read.ok(SchemaType.JSON, "{\"$ref\":\"" + ref + "\"}", "other.json", other);
        }
        Read.ok(SchemaType.JSON, "{\"$id\":\"http://x/main.json\",\"$ref\":\"other.json\"}",
            "http://x/other.json", other);
        assertThat(Read.refusal(SchemaType.JSON, "{\"$ref\":\"other.json#none\"}", "other.json",
            other)).contains("other.json#none");
    }

    @Test void what_is_referred_to_is_compared() {
        var main = "{\"properties\":{\"a\":{\"$ref\":\"a.json\"}}}";
        var before = Read.ok(SchemaType.JSON, main, "a.json", "{\"type\":\"number\"}");
        var after = Read.ok(SchemaType.JSON, main, "a.json", "{\"type\":\"integer\"}");
        assertEquals("[TYPE_NARROWED]", Read.rules(after, before).toString());
    }

    @Test void a_number_of_any_size_costs_nothing() {
        var huge = Read.json("{\"type\":\"number\",\"maximum\":1e999999999,\"multipleOf\":1e-999}");
        assertEquals("[MULTIPLE_OF_CHANGED, MAXIMUM_DECREASED]",
            Read.rules(Read.json("{\"type\":\"number\",\"maximum\":1,\"multipleOf\":3}"), huge)
                .stream().sorted(Comparator.reverseOrder()).toList().toString());
    }

    @Test void depth_and_size_are_bounded() {
        var deep = "{\"not\":".repeat(300) + "{}" + "}".repeat(300);
        assertThat(Read.refusal(SchemaType.JSON, deep)).contains("nesting depth");
        var large = "{\"title\":\"" + "x".repeat(800_000) + "\"}";
        assertThat(Read.refusal(SchemaType.JSON, large)).contains("at most 786432 are taken");
    }
}
