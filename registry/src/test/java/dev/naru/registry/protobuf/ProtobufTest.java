package dev.naru.registry.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.registry.Read;
import dev.naru.registry.Rows;
import dev.naru.registry.schema.SchemaType;
import org.junit.jupiter.api.Test;

class ProtobufTest {
    private static final String FILE = "syntax = \"proto3\"; package p; %s";

    @Test void the_canonical_text_keeps_comments_and_loses_white_space() {
        assertEquals("""
            syntax = "proto3";

            package p;

            // what it is
            message M {
              string s = 1;

              repeated int32 r = 2;
            }
            """, Read.proto(FILE.formatted("""
            // what it is
            message   M { string s=1; repeated int32 r = 2; }""")).canonical());
    }

    @Test void what_is_printed_is_read_as_the_same() {
        var schema = Read.proto("syntax = \"proto3\"; package a.b;"
            + "import \"google/protobuf/any.proto\"; option java_package = \"x\";"
            + "message M { option deprecated = true; reserved 5, 7 to 9, \"zz\";"
            + "string s = 1 [json_name = \"q\"]; map<string, N> m = 3;"
            + "google.protobuf.Any any = 4; oneof o { int32 a = 10; N b = 11; }"
            + "message N { optional int32 z = 1; } enum E { A = 0; B = 1; } }"
            + "service S { rpc F (M) returns (stream M); }");
        assertEquals(schema.canonical(), Read.proto(schema.canonical()).canonical());
        assertEquals(schema.normalized(), Read.proto(schema.normalized()).normalized());
        assertEquals(schema.normalized(), Read.proto(schema.canonical()).normalized());
    }

    @Test void the_normal_form_has_full_names_and_one_order() {
        var one = Read.proto(FILE.formatted("message M { N n = 2; string s = 1; } message N { }"));
        var other = Read.proto(FILE.formatted(
            "/* why */ message M { string s = 1; .p.N n = 2; } message N { }"));
        assertEquals(one.normalized(), other.normalized());
        assertThat(one.normalized()).contains(".p.N n = 2;");
    }

    @Test void what_is_no_sound_file_is_refused_with_a_reason() {
        Rows.of("protobuf/refused.txt").forEach(row -> assertThat(
            Read.refusal(SchemaType.PROTOBUF, FILE.formatted(row.get(0)))).contains(row.get(1)));
    }

    @Test void messages_are_held_to_the_published_rules() {
        Rows.of("protobuf/updates.txt").forEach(row -> {
            var rules = Read.rules(Read.proto(FILE.formatted(row.get(1))),
                Read.proto(FILE.formatted(row.get(0))));
            assertEquals("[" + row.get(2) + "]", rules.toString(), row.toString());
        });
    }

    @Test void another_package_and_required_fields_are_incompatible() {
        assertEquals("[PACKAGE_CHANGED]", Read.rules(
            Read.proto("syntax = \"proto3\"; package q; message M { }"),
            Read.proto("syntax = \"proto3\"; package p; message M { }")).toString());
        var without = Read.proto("syntax = \"proto2\"; message M { optional int32 a = 1; }");
        var with = Read.proto(
            "syntax = \"proto2\"; message M { optional int32 a = 1; required int32 b = 2; }");
        assertEquals("[REQUIRED_FIELD_ADDED]", Read.rules(with, without).toString());
        assertEquals("[REQUIRED_FIELD_REMOVED]", Read.rules(without, with).toString());
    }

    @Test void an_imported_message_is_compared_as_it_was_imported() {
        var main = "syntax = \"proto3\"; package p; import \"o.proto\"; message M { o.N n = 1; }";
        var imported = "syntax = \"proto3\"; package o; message N { %s a = 1; }";
        var before = Read.ok(SchemaType.PROTOBUF, main, "o.proto", imported.formatted("int32"));
        var same = Read.ok(SchemaType.PROTOBUF, main, "o.proto", imported.formatted("int64"));
        var other = Read.ok(SchemaType.PROTOBUF, main, "o.proto", imported.formatted("string"));
        assertEquals("[]", Read.rules(same, before).toString());
        assertEquals("[FIELD_SCALAR_KIND_CHANGED]", Read.rules(other, before).toString());
    }

    @Test void depth_is_bounded() {
        var deep = "message M {".repeat(150) + "}".repeat(150);
        assertThat(Read.refusal(SchemaType.PROTOBUF, FILE.formatted(deep))).contains("too deep");
    }
}
