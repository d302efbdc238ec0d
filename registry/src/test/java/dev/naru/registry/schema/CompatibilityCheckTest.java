package dev.naru.registry.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.registry.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompatibilityCheckTest {
    private static final String RECORD = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[%s]}";
    private static final ParsedSchema A = Read
        .avro(RECORD.formatted("{\"name\":\"a\",\"type\":\"int\"}"));
    private static final ParsedSchema A_OR_NONE = Read.avro(
        RECORD.formatted("{\"name\":\"a\",\"type\":\"int\",\"default\":0}"));
    private static final ParsedSchema NONE = Read.avro(RECORD.formatted(""));

    private static boolean passes(CompatibilityLevel level, ParsedSchema candidate,
        ParsedSchema... earlier) {
        var versions = new ArrayList<CompatibilityCheck.Earlier>();
        for (var each : earlier)
            versions.add(new CompatibilityCheck.Earlier(versions.size() + 1, each));
        return CompatibilityCheck.messages(candidate, versions, level).isEmpty();
    }

    @Test void a_level_says_who_reads_whose_data() {
        mayDropAndAdd(CompatibilityLevel.NONE, true, true);
        mayDropAndAdd(CompatibilityLevel.BACKWARD, true, false);
        mayDropAndAdd(CompatibilityLevel.FORWARD, false, true);
        mayDropAndAdd(CompatibilityLevel.FULL, false, false);
    }

    private static void mayDropAndAdd(CompatibilityLevel level, boolean mayDrop, boolean mayAdd) {
        assertEquals(mayDrop, passes(level, NONE, A));
        assertEquals(mayAdd, passes(level, A, NONE));
        assertEquals(true, passes(level, A_OR_NONE, A));
    }

    @Test void only_a_transitive_level_looks_behind_the_latest() {
        assertEquals(true, passes(CompatibilityLevel.BACKWARD, A, NONE, A_OR_NONE));
        assertEquals(false, passes(CompatibilityLevel.BACKWARD_TRANSITIVE, A, NONE, A_OR_NONE));
        assertEquals(true, passes(CompatibilityLevel.FORWARD, NONE, A, A_OR_NONE));
        assertEquals(false, passes(CompatibilityLevel.FORWARD_TRANSITIVE, NONE, A, A_OR_NONE));
        assertEquals(false, passes(CompatibilityLevel.FULL_TRANSITIVE, A, NONE, A_OR_NONE));
    }

    @Test void messages_say_what_where_with_which_version_and_level() {
        var messages = CompatibilityCheck.messages(A,
            List.of(new CompatibilityCheck.Earlier(7, NONE)), CompatibilityLevel.BACKWARD);
        assertThat(messages).containsExactly(
            "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The reader has a field "
                + "'a' that the writer does not write, and no default value for it "
                + "(at path '/fields/0')'}",
            "{oldSchemaVersion: 7}",
            "{oldSchema: '{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}'}",
            "{compatibility: 'BACKWARD'}");
    }

    @Test void another_language_is_never_compatible() {
        assertEquals(false, passes(CompatibilityLevel.BACKWARD, Read.json("{}"), A));
        assertEquals(true, passes(CompatibilityLevel.NONE, Read.json("{}"), A));
    }

    @Test void a_level_is_known_in_any_case_and_a_type_by_its_exact_name() {
        assertThat(CompatibilityLevel.named("full_transitive"))
            .contains(CompatibilityLevel.FULL_TRANSITIVE);
        assertThat(CompatibilityLevel.named("LOOSE")).isEmpty();
        assertThat(SchemaType.named("")).contains(SchemaType.AVRO);
        assertThat(SchemaType.named("avro")).isEmpty();
    }

    @Test void what_is_referred_to_counts_toward_the_size() {
        var megabyte = "\"" + "x".repeat(700_000) + "\"";
        var many = IntStream.range(0, 12)
            .mapToObj(index -> new SchemaSource.Dependency("d" + index, megabyte)).toList();
        assertThat(
            SchemaBounds.tooLarge(new SchemaSource(SchemaType.JSON, "{}", many)).orElseThrow())
            .contains("at most 8388608");
    }
}
