package dev.naru.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaFormatterTest {
    private static String written(Map<String, String> settings, String key) {
        var screen = new Screen();
        try (var formatter = new KafkaFormatter()) {
            formatter.configure(settings);
            formatter.writeTo(TemplateTest.record(key.isEmpty() ? null : key, "v"),
                screen.terminal().out());
        }
        return screen.out();
    }

    @Test void only_the_value_by_default() {
        assertThat(written(Map.of(), "k")).isEqualTo("v\n");
    }

    @Test void all_parts_in_their_order() {
        assertThat(written(Map.of("print.key", "true", "print.timestamp", "true",
            "print.partition", "true", "print.offset", "true", "print.headers", "true",
            "print.epoch", "true", "print.delivery", "true"), "k"))
            .isEqualTo("CreateTime:1700\tPartition:2\tOffset:17\tDelivery:NOT_PRESENT\tEpoch:4"
                + "\ta:1,b:null\tk\tv\n");
    }

    @Test void separators_and_null_are_chosen() {
        assertThat(written(Map.of("print.key", "true", "key.separator", "=", "null.literal", "?",
            "line.separator", ";"), "")).isEqualTo("?=v;");
    }

    private static Sending.Parser parser(String... pairs) {
        var how = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            how.setProperty(pairs[i], pairs[i + 1]);
        }
        return KafkaConsoleProducer.parser("t", how);
    }

    @Test void lines_are_values_by_default() {
        var record = requireNonNull(parser().parse(bytes("a\tb\r"), 1));
        assertThat(record.key()).isNull();
        assertThat(record.value()).isEqualTo(bytes("a\tb"));
    }

    @Test void headers_and_keys_stand_before_the_value() {
        var record = requireNonNull(
            parser("parse.key", "true", "parse.headers", "true", "key.separator", "|")
                .parse(bytes("h1:x,h2:y\tkey|value|more"), 1));
        assertThat(record.headers().lastHeader("h2").value()).isEqualTo(bytes("y"));
        assertThat(record.key()).isEqualTo(bytes("key"));
        assertThat(record.value()).isEqualTo(bytes("value|more"));
    }

    @Test void a_missing_key_is_an_error_unless_ignored() {
        assertThatThrownBy(() -> parser("parse.key", "true").parse(bytes("nokey"), 3))
            .hasMessage("No key separator found on line number 3: 'nokey'");
        var record = requireNonNull(
            parser("parse.key", "true", "ignore.error", "true").parse(bytes("nokey"), 3));
        assertThat(record.value()).isEqualTo(bytes("nokey"));
    }

    @Test void a_marker_stands_for_null() {
        var record = requireNonNull(parser("null.marker", "NIL").parse(bytes("NIL"), 1));
        assertThat(record.value()).isNull();
    }

    @Test void a_codec_without_a_name_is_gzip() {
        var given = Screen.given(new KafkaConsoleProducer(),
            "--topic t --compression-codec --request-required-acks 1 --timeout 20");
        assertThat(KafkaConsoleProducer.properties(given)).containsEntry("compression.type", "gzip")
            .containsEntry("acks", "1").containsEntry("enable.idempotence", false)
            .containsEntry("linger.ms", "20");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
