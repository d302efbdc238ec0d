package dev.naru.registry.state;

import static dev.naru.registry.state.RegistryLog.content;
import static dev.naru.registry.state.RegistryLog.done;
import static dev.naru.registry.state.RegistryLog.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.SchemaType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RegistryShardTest {
    private final RegistryLog log = new RegistryLog();

    @Test void versions_and_ids_count_from_one_and_one_content_has_one_id() {
        assertEquals(1, log.register("a", "{}").id());
        var second = log.register("a", "true");
        assertEquals(2, second.id());
        assertEquals(2, second.version());
        assertEquals(1, log.register("b", "{}").id());
        assertEquals(1, log.register("b", "{}").version());
        assertEquals(List.of("a", "b"), log.look(view -> view.subjects("", false)));
        assertEquals(2, log.look(view -> view.versionsOf(".", 1, false)).size());
    }

    @Test void references_metadata_and_rules_are_part_of_what_a_schema_is() {
        log.register("a", "{}");
        var plain = content("true");
        var referring = new SchemaContent(SchemaType.JSON, "true",
            List.of(new Reference("x", "a", 1)), null, null);
        var tagged = new SchemaContent(SchemaType.JSON, "true", List.of(),
            JsonText.object().put("k", "v"), null);
        assertEquals(2, log.register("b", plain).id());
        assertEquals(3, log.register("b", referring).id());
        assertEquals(4, log.register("b", tagged).id());
        assertEquals(2, log.register("c", plain).id());
    }

    @Test void a_context_has_its_own_ids() {
        assertEquals(1, log.register("a", "{}").id());
        assertEquals(1, log.register(":.c:a", "true").id());
        assertEquals("[., .c]", log.look(RegistryView::contexts).toString());
        assertEquals("true", log.look(view -> view.byId(".c", 1)).orElseThrow().content().text());
        assertEquals(Optional.empty(), log.look(view -> view.byId(".d", 1)));
    }

    @Test void a_registration_based_on_what_has_changed_is_stale() {
        var basis = log.look(view -> view.basis("a"));
        log.register("b", "{}");
        var still = log.<Outcome<StoredSchema>>ask(
            from -> new RegistryRequest.Register("a", content("{}"), 0, 0, basis, from));
        assertEquals(1, done(still).version());
        var stale = log.<Outcome<StoredSchema>>ask(
            from -> new RegistryRequest.Register("a", content("true"), 0, 0, basis, from));
        assertInstanceOf(Outcome.Stale.class, stale);
        var before = log.look(view -> view.basis("a"));
        done(log.<Outcome<ObjectNode>>ask(
            from -> new RegistryRequest.SetConfig("",
                RegistryLog.config("compatibilityLevel", "NONE"), from)));
        assertInstanceOf(Outcome.Stale.class, log.<Outcome<StoredSchema>>ask(
            from -> new RegistryRequest.Register("a", content("true"), 0, 0, before, from)));
    }

    @Test void what_is_deleted_softly_keeps_its_id_and_its_number() {
        log.register("a", "{}");
        assertEquals(1, done(log.deleteVersion("a", 1, false)));
        assertEquals(List.of(), log.look(view -> view.versions("a", false)));
        assertEquals("{}", log.look(view -> view.byId(".", 1)).orElseThrow().content().text());
        var again = log.register("a", "{}");
        assertEquals(1, again.id());
        assertEquals(2, again.version());
    }

    @Test void deletion_is_soft_first_and_each_misstep_has_its_code() {
        assertEquals(40401, refused(log.deleteVersion("a", 1, false)));
        assertEquals(40401, refused(log.deleteSubject("a", false)));
        log.register("a", "{}");
        log.register("a", "true");
        assertEquals(40402, refused(log.deleteVersion("a", 3, false)));
        assertEquals(40407, refused(log.deleteVersion("a", 1, true)));
        assertEquals(40405, refused(log.deleteSubject("a", true)));
        assertEquals(2, done(log.deleteVersion("a", 0, false)));
        assertEquals(40406, refused(log.deleteVersion("a", 2, false)));
        assertEquals(List.of(1), done(log.deleteSubject("a", false)));
        assertEquals(40404, refused(log.deleteSubject("a", false)));
        assertEquals(2, done(log.deleteVersion("a", 2, true)));
        assertEquals(List.of(1), done(log.deleteSubject("a", true)));
        assertEquals(40401, refused(log.deleteSubject("a", true)));
    }

    @Test void no_id_is_given_away_twice_even_when_its_schema_is_gone_for_good() {
        log.register("a", "{}");
        assertEquals(2, log.register("a", "true").id());
        log.deleteSubject("a", false);
        done(log.deleteSubject("a", true));
        log.failOver();
        assertEquals(3, log.register("a", "{}").id());
        assertEquals(1, log.look(view -> view.versions("a", true)).getFirst().version());
        assertThat(log.texts()).contains(
            "{\"keytype\":\"NARU_IDS\",\"context\":\".\",\"magic\":0} "
                + "{\"context\":\".\",\"highestId\":2}");
    }

    @Test void whatever_happens_an_id_stands_for_one_content() {
        var chance = new Random(7);
        var contents = new HashMap<String, SchemaContent>();
        var subjects = List.of("a", "b", ":.c:a", ":.c:b");
        for (int step = 0; step < 300; step++) {
            var subject = subjects.get(chance.nextInt(subjects.size()));
            switch (chance.nextInt(6)) {
                case 0, 1, 2 -> {
                    var schema = log.register(subject,
                        "{\"title\":\"" + chance.nextInt(12) + "\"}");
                    var key = Subjects.context(subject) + schema.id();
                    var before = contents.putIfAbsent(key, schema.content());
                    assertThat(before == null || before.equals(schema.content())).isTrue();
                }
                case 3 -> log.deleteVersion(subject, chance.nextInt(4), chance.nextBoolean());
                case 4 -> log.deleteSubject(subject, chance.nextBoolean());
                default -> log.failOver();
            }
        }
        assertThat(contents.size()).isGreaterThan(24);
    }

    @Test void a_schema_that_is_referred_to_stays() {
        log.register("base", "{}");
        log.register("user", new SchemaContent(SchemaType.JSON, "true",
            List.of(new Reference("base", "base", 1)), null, null));
        assertEquals(42206, refused(log.deleteVersion("base", 1, false)));
        assertEquals(42206, refused(log.deleteSubject("base", false)));
        assertEquals(1, log.look(
            view -> view.referrers(new VersionName("base", 1), false)).size());
        done(log.deleteVersion("user", 1, false));
        done(log.deleteSubject("base", false));
        assertEquals(42206, refused(log.deleteSubject("base", true)));
        assertEquals(42206, refused(log.deleteVersion("base", 1, true)));
        done(log.deleteVersion("user", 1, true));
        done(log.deleteSubject("base", true));
        assertEquals(42201, refused(log.tryRegister("user", new SchemaContent(SchemaType.JSON,
            "true", List.of(new Reference("base", "base", 1)), null, null))));
    }

    @Test void modes_say_what_may_be_written() {
        log.register("a", "{}");
        done(log.setMode("", Mode.READONLY));
        assertEquals(42205, refused(log.tryRegister("a", content("true"))));
        assertEquals(42205, refused(log.deleteVersion("a", 1, false)));
        assertEquals(42205, refused(log.deleteSubject("a", false)));
        done(log.setMode("a", Mode.READWRITE));
        log.register("a", "true");
        done(log.setMode("", Mode.READONLY_OVERRIDE));
        assertEquals(42205, refused(log.tryRegister("a", content("false"))));
        done(log.setMode("", Mode.READWRITE));
        assertEquals(42205, refused(log.setMode("", Mode.IMPORT)));
        assertEquals(40409, refused(log.<Outcome<Mode>>ask(
            from -> new RegistryRequest.DeleteMode("none", from))));
        assertEquals(Mode.READWRITE, done(log.<Outcome<Mode>>ask(
            from -> new RegistryRequest.DeleteMode("a", from))));
    }

    @Test void an_import_brings_its_ids_and_never_changes_what_one_means() {
        assertEquals(42205, refused(log.tryRegister("a", content("{}"), 3, 17)));
        done(log.setMode("", Mode.IMPORT));
        assertEquals(42205, refused(log.tryRegister("a", content("{}"))));
        var imported = done(log.tryRegister("a", content("{}"), 3, 17));
        assertEquals(17, imported.id());
        assertEquals(3, imported.version());
        assertEquals(42205, refused(log.tryRegister("b", content("true"), 1, 17)));
        assertEquals(17, done(log.tryRegister("b", content("{}"), 1, 17)).id());
        done(log.tryRegister("a", content("true"), 3, 40));
        log.failOver();
        done(log.setMode("", Mode.READWRITE));
        assertEquals(41, log.register("c", "false").id());
    }

    @Test void an_import_over_another_version_gives_no_id_away_twice() {
        done(log.setMode("", Mode.IMPORT));
        done(log.tryRegister("a", content("{}"), 1, 9));
        assertEquals(10, done(log.tryRegister("a", content("true"), 1, 0)).id());
        done(log.tryRegister("a", content("{}"), 1, 3));
        log.failOver();
        assertEquals(11, done(log.tryRegister("b", content("false"), 1, 0)).id());
        done(log.tryRegister("c", new SchemaContent(SchemaType.JSON, "[]",
            List.of(new Reference("a", "a", 1)), null, null), 1, 20));
        assertEquals(42206, refused(log.tryRegister("a", content("true"), 1, 0)));
    }

    @Test void ids_and_versions_end_where_numbers_do() {
        int last = Integer.MAX_VALUE;
        done(log.setMode("", Mode.IMPORT));
        done(log.tryRegister("a", content("{}"), last, last));
        done(log.setMode("", Mode.READWRITE));
        assertEquals(50001, refused(log.tryRegister("b", content("true"))));
        assertEquals(last, log.register("b", "{}").id());
        done(log.deleteVersion("a", last, false));
        assertEquals(50001, refused(log.tryRegister("a", content("{}"))));
    }

    @Test void settings_are_looked_for_at_the_subject_its_context_and_everything() {
        set("", "FULL");
        set(":.c:", "FORWARD");
        set("a", "NONE");
        assertThat(level("a")).contains("NONE");
        assertThat(level("b")).contains("FULL");
        assertThat(level(":.c:a")).contains("FORWARD");
        assertEquals(40408, refused(log.<Outcome<ObjectNode>>ask(
            from -> new RegistryRequest.DeleteConfig("b", from))));
        log.register("a", "{}");
        done(log.deleteSubject("a", false));
        assertThat(level("a")).contains("FULL");
    }

    private void set(String subject, String level) {
        done(log.<Outcome<ObjectNode>>ask(
            from -> new RegistryRequest.SetConfig(subject,
                RegistryLog.config("compatibilityLevel", level), from)));
    }

    private Optional<String> level(String subject) {
        return log.look(view -> view.setting(subject, "compatibilityLevel"));
    }

    @Test void the_log_is_that_of_confluents_registry() {
        log.register("a", new SchemaContent(SchemaType.AVRO, "\"string\"", List.of(), null, null));
        set("", "FULL");
        done(log.deleteSubject("a", false));
        assertEquals(List.of(
            "{\"keytype\":\"SCHEMA\",\"subject\":\"a\",\"version\":1,\"magic\":1} "
                + "{\"subject\":\"a\",\"version\":1,\"id\":1,\"schema\":\"\\\"string\\\"\","
                + "\"deleted\":false}",
            "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0} "
                + "{\"compatibilityLevel\":\"FULL\",\"subject\":null}",
            "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"a\",\"magic\":0} "
                + "{\"subject\":\"a\",\"version\":1}"),
            log.texts());
    }

    @Test void a_topic_of_confluents_registry_is_taken_over_with_what_is_not_known_in_it() {
        log.foreign("{\"keytype\":\"NOOP\",\"magic\":0}", "");
        log.foreign(
            "{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"context\":\".\",\"magic\":0}",
            "{\"tenant\":\"default\",\"context\":\".\"}");
        log.foreign("{\"keytype\":\"SCHEMA\",\"subject\":\"p\",\"version\":4,\"magic\":1}",
            "{\"subject\":\"p\",\"version\":4,\"id\":100,\"guid\":\"g\","
                + "\"schemaType\":\"PROTOBUF\","
                + "\"references\":[{\"name\":\"n\",\"subject\":\"s\",\"version\":2}],"
                + "\"metadata\":{\"properties\":{\"k\":\"v\"}},\"schema\":\"x\","
                + "\"deleted\":false}");
        log.foreign("{\"keytype\":\"MODE\",\"subject\":\"p\",\"magic\":0}",
            "{\"subject\":\"p\",\"mode\":\"READWRITE\"}");
        var schema = log.look(view -> view.versions("p", false)).getFirst();
        assertEquals(100, schema.id());
        assertEquals(SchemaType.PROTOBUF, schema.content().type());
        assertEquals("{\"guid\":\"g\"}", JsonText.write(schema.others()));
        assertEquals(101, log.register("q", "{}").id());
        done(log.deleteVersion("p", 4, false));
        assertThat(log.texts().getLast()).contains("MODE");
        assertThat(new ArrayList<>(log.texts()).get(5)).contains("\"guid\":\"g\"",
            "\"metadata\":{\"properties\":{\"k\":\"v\"}}", "\"deleted\":true");
    }

    @Test void names_of_subjects_carry_their_context() {
        assertEquals(".", Subjects.context("a"));
        assertEquals(".c", Subjects.context(":.c:a"));
        assertEquals("a:b", Subjects.unqualified(":.c:a:b"));
        assertEquals("a", Subjects.plain(":.:a"));
        assertEquals(":.c:a", Subjects.qualified(".c", "a"));
        assertThat(Subjects.isValid("a/b")).isTrue();
        for (var wrong : List.of("", " ", ":.c:", ":.c", ":x", "a\nb", "__GLOBAL")) {
            assertThat(Subjects.isValid(wrong)).as(wrong).isFalse();
        }
    }
}
