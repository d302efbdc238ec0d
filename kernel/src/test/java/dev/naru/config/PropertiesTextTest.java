package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PropertiesTextTest {
    @Test void a_file_is_read_as_the_jdk_reads_it() throws IOException {
        var texts = new String[]{"", "a=1", "a = 1 \nb:2\nc 3\n", "# no\n! no\n  # no\na=#yes",
                "a=1\\\n   2\\\r\n3\r4=5",
                "a\\=b=c\\:d\\ \\\\", "a=\\u0041\\t\\n\\r\\f\\z", "a\n=b\n:c", "a=1\na=2", "a==1",
                "a : = 1",
                "  a\t\f=\t 1", "a=end\\", "a=odd\\\\\\\nb=1", "a=even\\\\\nb=1", "#c\\\na=1",
                "\\#a=1", "a=\\\n",
                "log.dirs=/var/lib\n\n\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\n"};
        for (var text : texts) {
            var jdk = new Properties();
            jdk.load(new StringReader(text));
            var contents = PropertiesText.read(text);
            assertThat((Map<?, ?>) contents.values()).as(text).isEqualTo(Map.copyOf(jdk));
            assertThat(contents.problems()).isEmpty();
        }
    }

    @Test void a_broken_escape_is_named_with_its_line() {
        assertThat(PropertiesText.read("a=1\nb=\\u12").problems())
            .containsExactly("line 2: '\\u12' must have four hexadecimal digits");
    }
}
