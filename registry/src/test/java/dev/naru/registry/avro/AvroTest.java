package dev.naru.registry.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.registry.Read;
import dev.naru.registry.Rows;
import dev.naru.registry.schema.SchemaType;
import org.junit.jupiter.api.Test;

class AvroTest {
    private static final String RECORD = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[%s]}";

    @Test void the_canonical_text_keeps_documentation_and_loses_white_space() {
        var schema = Read.avro("{ \"type\":\"record\", \"name\":\"R\", \"namespace\":\"a\", "
            + "\"doc\":\"d\", \"fields\":[ {\"name\":\"f\",\"type\":{\"type\":\"string\"}} ] }");
        assertEquals("{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"a\",\"doc\":\"d\","
            + "\"fields\":[{\"name\":\"f\",\"type\":\"string\"}]}", schema.canonical());
    }

    @Test void the_normal_form_has_full_names_and_one_order() {
        var one = Read.avro("{\"type\":\"record\",\"name\":\"a.R\",\"z\":1,\"b\":2,\"fields\":["
            + "{\"type\":[\"null\",\"R\"],\"name\":\"f\",\"default\":null}]}");
        var other = Read.avro("{\"b\":2,\"z\":1,\"namespace\":\"a\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"f\",\"default\":null,\"type\":[\"null\",\"a.R\"]}],"
            + "\"type\":\"record\"}");
        assertEquals(one.normalized(), other.normalized());
        assertEquals("{\"name\":\"a.R\",\"type\":\"record\",\"b\":2,\"fields\":[{\"name\":\"f\","
            + "\"type\":[\"null\",\"a.R\"],\"default\":null}],\"z\":1}", one.normalized());
    }

    @Test void what_is_referred_to_stays_outside_unless_it_is_asked_for() {
        var text = RECORD.formatted("{\"name\":\"o\",\"type\":\"other.O\"}");
        var schema = Read.ok(SchemaType.AVRO, text, "other.O",
            "{\"type\":\"enum\",\"name\":\"O\",\"namespace\":\"other\",\"symbols\":[\"A\"]}");
        assertEquals(text, schema.canonical());
        assertThat(schema.formatted("resolved").orElseThrow()).contains("symbols");
        assertThat(schema.formatted("other")).isEmpty();
    }

    @Test void what_is_no_schema_is_refused_with_a_reason() {
        Rows.of("avro/refused.txt").forEach(row -> assertThat(
            Read.refusal(SchemaType.AVRO, row.get(0))).contains(row.get(1)));
    }

    @Test void fields_are_held_to_the_rules_of_schema_resolution() {
        Rows.of("avro/resolution.txt").forEach(row -> {
            var rules = Read.rules(Read.avro(RECORD.formatted(row.get(1))),
                Read.avro(RECORD.formatted(row.get(0))));
            assertEquals("[" + row.get(2) + "]", rules.toString(), row.toString());
        });
    }

    @Test void a_chain_of_types_of_any_length_ends_in_an_answer() {
        var text = new StringBuilder("[{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
        for (int index = 1; index < 300; index++) {
            text.append(",{\"type\":\"record\",\"name\":\"R").append(index)
                .append("\",\"fields\":[{\"name\":\"f\",\"type\":\"R")
                .append(index - 1).append("\"}]}");
        }
        var chain = Read.avro(text + "]");
        assertThat(Read.rules(chain, chain).size()).isLessThan(2);
    }

    @Test void depth_and_numbers_of_members_are_bounded() {
        var deep = "{\"type\":\"array\",\"items\":".repeat(300) + "\"int\"" + "}".repeat(300);
        assertThat(Read.refusal(SchemaType.AVRO, deep)).contains("nesting depth");
        var symbols = "\"A\"" + ",\"A\"".repeat(20_000);
        assertThat(Read.refusal(SchemaType.AVRO,
            "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + symbols + "]}"))
            .contains("more than 20000 members");
        assertThat(Read.refusal(SchemaType.AVRO, "[\"int\"" + ",\"int\"".repeat(1_000) + "]"))
            .contains("more than 100000 pairs");
    }
}
