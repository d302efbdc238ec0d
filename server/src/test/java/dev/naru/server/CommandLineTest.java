package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CommandLineTest {
    @Test void start_takes_its_options_in_any_form() {
        var start = start("start", "--config", "a.properties", "--data=d", "--listen",
            "127.0.0.1:0", "-o",
            "a=b=c", "-o", "e=", "--insecure", "--peers", "h:1", "--join=h:2", "--token", "t");
        assertThat(start.config()).contains("a.properties");
        assertThat(start.data()).contains("d");
        assertThat(start.doors()).isEqualTo(new CommandLine.Doors(Optional.of("127.0.0.1:0"),
            Optional.of("h:1"), Optional.of("h:2"), Optional.of("t")));
        assertThat(start.properties()).isEqualTo(Map.of("a", "b=c", "e", ""));
        assertThat(start.insecure()).isTrue();
    }

    @Test void start_alone_is_enough() {
        var nothing = new CommandLine.Start(Optional.empty(), Optional.empty(),
            new CommandLine.Doors(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty()),
            false,
            Map.of());
        assertThat(start("start")).isEqualTo(nothing);
    }

    @Test void what_is_wrong_is_said() {
        assertThat(wrong("start", "--dat", "x")).isEqualTo("unknown option '--dat'");
        assertThat(wrong("start", "--data")).isEqualTo("--data needs a value");
        assertThat(wrong("start", "-o", "novalue")).isEqualTo("'novalue' is not key=value");
        assertThat(wrong("begin")).isEqualTo("unknown command 'begin'");
    }

    @Test void kafkas_way_to_start_is_understood() {
        var start = start("kafka-server-start.sh", "server.properties", "--override", "a=b");
        assertThat(start.config()).contains("server.properties");
        assertThat(start.properties()).isEqualTo(Map.of("a", "b"));
        assertThat(wrong("kafka-server-start")).isEqualTo("a properties file is needed");
        assertThat(wrong("kafka-server-start", "-daemon", "f"))
            .startsWith("-daemon is not available");
    }

    @Test void help_is_given_when_asked_for() {
        assertThat(CommandLine.read(List.of())).isInstanceOf(CommandLine.Help.class);
        assertThat(CommandLine.read(List.of("start", "--help")))
            .isInstanceOf(CommandLine.Help.class);
    }

    private static CommandLine.Start start(String... words) {
        return (CommandLine.Start) CommandLine.read(List.of(words));
    }

    private static String wrong(String... words) {
        return ((CommandLine.Wrong) CommandLine.read(List.of(words))).why();
    }
}
