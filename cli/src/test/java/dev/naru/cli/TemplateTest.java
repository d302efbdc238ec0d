package dev.naru.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TemplateTest {
    static ConsumerRecord<byte[], byte[]> record(@Nullable String key, @Nullable String value) {
        var headers = new RecordHeaders();
        headers.add("a", bytes("1")).add("b", null);
        return new ConsumerRecord<>("orders", 2, 17, 1_700L, TimestampType.CREATE_TIME, 0, 0,
            key == null ? null : bytes(key), value == null ? null : bytes(value), headers,
            Optional.of(4));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String written(String format, ConsumerRecord<byte[], byte[]> record) {
        var screen = new Screen();
        Template.of(format, "NULL").write(record, 9, screen.terminal().out());
        return screen.out();
    }

    @Test void fields_stand_for_parts_of_the_record() {
        assertThat(written("%t %p %o %k %v %h %T\\n", record("k", "v")))
            .isEqualTo("orders 2 17 k v a=1,b=NULL 1700\n");
        assertThat(written("%K %V %s %S %H %e %i %%", record("key", "value")))
            .isEqualTo("3 5 value 5 2 4 9 %");
    }

    @Test void what_is_not_there_is_said() {
        assertThat(written("%k|%v|%K", record(null, null))).isEqualTo("NULL|NULL|-1");
    }

    @Test void escapes_and_encodings() {
        assertThat(written("%v{hex}\\t%v{base64}\\x21", record("", "hi")))
            .isEqualTo("6869\taGk=!");
    }

    @Test void an_unknown_field_is_refused() {
        assertThatThrownBy(() -> Template.of("%q", "")).hasMessageContaining("'%q'");
        assertThatThrownBy(() -> Template.of("%v{rot13}", "")).hasMessageContaining("rot13");
        assertThatThrownBy(() -> Template.of("\\xg", "")).isInstanceOf(Failed.class);
    }

    @Test void a_format_reads_lines_too() {
        var shape = new LineFormat.Shape("t", null, null, List.of(), false);
        var record = LineFormat.of("%p %k:%v\\n", shape).parse(bytes("3 a:b:c"), 1);
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.key()).isEqualTo(bytes("a"));
        assertThat(record.value()).isEqualTo(bytes("b:c"));
    }

    @Test void a_line_that_does_not_fit_is_named() {
        var shape = new LineFormat.Shape("t", null, null, List.of(), false);
        assertThatThrownBy(() -> LineFormat.of("%k=%v", shape).parse(bytes("ab"), 12))
            .hasMessageContaining("line 12 has no '='");
        assertThatThrownBy(() -> LineFormat.of("%k%v", shape)).isInstanceOf(Failed.class);
    }

    @Test void a_partition_that_cannot_be_is_refused() {
        var shape = new LineFormat.Shape("t", null, null, List.of(), false);
        for (String partition : List.of("-1", "99999999999", "x"))
            assertThatThrownBy(
                () -> LineFormat.of("%p %v", shape).parse(bytes(partition + " v"), 1))
                .hasMessageContaining("'" + partition + "' is no partition");
    }

    @Test void the_key_delimiter_cuts_at_its_first_place() {
        var given = Screen.given(new Produce(), "t -K: -H h=x -Z");
        var parser = Produce.parser(given, "t");
        var record = requireNonNull(parser.parse(bytes("a:b:c"), 1));
        assertThat(record.key()).isEqualTo(bytes("a"));
        assertThat(record.value()).isEqualTo(bytes("b:c"));
        assertThat(record.headers().lastHeader("h").value()).isEqualTo(bytes("x"));
        assertThat(requireNonNull(parser.parse(bytes("a:"), 2)).value()).isNull();
    }
}
