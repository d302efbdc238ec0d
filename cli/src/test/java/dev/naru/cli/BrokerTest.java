package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The commands against a running broker, named by the system property `naru.test.bootstrap`.
class BrokerTest {
    private static final String AT = System.getProperty("naru.test.bootstrap", "");
    private final String topic = "cli-" + Storage.randomId();

    @BeforeEach void needs_a_broker() {
        assumeTrue(!AT.isEmpty(), "no broker is given: -Dnaru.test.bootstrap=host:port");
    }

    private static String run(String input, String... args) {
        var screen = new Screen(input);
        assertThat(screen.run(args)).as(screen.err()).isZero();
        return screen.out();
    }

    @Test void records_go_in_and_come_out_under_kafkas_names() {
        assertThat(run("", "kafka-topics", "--create", "--bootstrap-server", AT,
            "--replication-factor", "1", "--partitions", "3", "--topic", topic))
            .isEqualTo("Created topic " + topic + ".\n");
        assertThat(run("", "kafka-topics", "--list", "--bootstrap-server", AT)).contains(topic);
        assertThat(run("", "kafka-topics", "--describe", "--bootstrap-server", AT, "--topic",
            topic).lines()).hasSize(4).first().asString().contains("PartitionCount: 3");
        run("a\nb\nc\n", "kafka-console-producer", "--broker-list", AT, "--topic", topic);
        assertThat(run("", "kafka-console-consumer", "--bootstrap-server", AT, "--topic", topic,
            "--from-beginning", "--max-messages", "3").lines()).containsExactlyInAnyOrder("a", "b",
                "c");
    }

    @Test void records_go_in_and_come_out_under_our_names() {
        run("", "topic", "create", topic, "-p", "2", "-b", AT);
        run("k1:v1\nk2:v2\n", "produce", topic, "-K:", "-p", "1", "-H", "h=x", "-b", AT);
        assertThat(run("", "consume", topic, "-e", "-f", "%p %o %k %v %h\\n", "-b", AT))
            .isEqualTo("1 0 k1 v1 h=x\n1 1 k2 v2 h=x\n");
        assertThat(run("", "consume", topic, "-o", "-1", "-p", "1", "-e", "-J", "-b", AT))
            .contains("\"key\":\"k2\"");
    }

    @Test void a_group_commits_lags_and_is_moved() {
        run("", "topic", "create", topic, "-b", AT);
        run("1\n2\n3\n", "produce", topic, "-b", AT);
        assertThat(run("", "consume", topic, "-g", topic, "-n", "2", "-b", AT)).isEqualTo("1\n2\n");
        assertThat(run("", "group", "describe", topic, "--json", "-b", AT))
            .contains("\"committedOffset\" : 2").contains("\"lag\" : 1");
        run("", "group", "reset-offsets", topic, "--to", "start", "-b", AT);
        assertThat(run("", "consume", topic, "-g", topic, "-e", "-b", AT))
            .isEqualTo("1\n2\n3\n");
        run("", "group", "delete", topic, "-b", AT);
        run("", "topic", "delete", topic, "-b", AT);
    }
}
