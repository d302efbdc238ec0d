package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Share groups and groups of the new protocol, against a broker in this JVM.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShareBrokerTest {
    private static final long TWO_HOURS_MS = 7_200_000;

    private final Naru naru = Naru.start(Map.of());
    private final String at = naru.bootstrapServers();
    private String topic = "";

    @BeforeEach void takes_another_topic() {
        topic = "share-" + Storage.randomId();
        run("", "topic create " + topic + " -b " + at);
        run("a\nb\nc\n", "produce " + topic + " -b " + at);
    }

    @AfterAll void stops_its_broker() {
        naru.close();
    }

    private static String run(String input, String line) {
        var screen = new Screen(input);
        assertThat(screen.run(line.split(" ", -1))).as(screen.err()).isZero();
        return screen.out();
    }

    private String kafka(String line) {
        return run("", "kafka-share-groups --bootstrap-server " + at + " --group " + topic + " "
            + line);
    }

    @Test void a_share_group_is_read_described_moved_and_deleted() {
        run("", "config set group " + topic + " share.auto.offset.reset=earliest -b " + at);
        assertThat(run("", "share consume " + topic + " -g " + topic + " -n 1 --release -b " + at))
            .isEqualTo("a\n");
        assertThat(run("", "kafka-console-share-consumer --bootstrap-server " + at + " --topic "
            + topic + " --group " + topic + " --max-messages 2 --formatter-property"
            + " print.delivery=true").lines()).hasSize(2).first().asString()
            .isEqualTo("Delivery:2\ta");
        assertThat(run("", "kafka-share-groups --bootstrap-server " + at + " --list").lines())
            .contains(topic);
        assertThat(kafka("--describe --state")).containsPattern(topic + " .*Empty +0");
        assertThat(run("", "share describe " + topic + " --json -b " + at))
            .contains("\"type\" : \"Share\"");
        assertThat(kafka("--reset-offsets --to-earliest --topic " + topic + " --execute"))
            .containsPattern(topic + " +0 +0");
        assertThat(kafka("--describe")).containsPattern(topic + " +0 +0 +3");
        assertThat(kafka("--delete-offsets --topic " + topic)).contains("Successful");
        assertThat(kafka("--delete")).contains("was successful");
        assertThat(run("", "share list -q -b " + at).lines()).doesNotContain(topic);
    }

    @Test void a_share_group_begins_at_the_end_unless_told_otherwise() {
        var consume = "share consume " + topic + " -g " + topic + " -b " + at;
        assertThat(run("", consume + " --timeout 2000")).isEmpty();
        run("d\n", "produce " + topic + " -b " + at);
        assertThat(run("", consume + " -n 1")).isEqualTo("d\n");
    }

    @Test void a_share_group_begins_as_long_ago_as_it_is_told() {
        var timed = "timed-" + topic;
        run("", "topic create " + timed + " -b " + at);
        long nowMs = System.currentTimeMillis();
        run((nowMs - TWO_HOURS_MS) + ",old\n" + nowMs + ",young\n",
            "produce " + timed + " -f %T,%v\\n -b " + at);
        run("", "config set group " + timed + " share.auto.offset.reset=by_duration:PT1H -b " + at);

        assertThat(run("", "share consume " + timed + " -g " + timed + " -n 1 -b " + at))
            .isEqualTo("young\n");
    }

    @Test void a_group_of_the_new_protocol_is_shown_as_such() {
        run("", "consume " + topic + " -g " + topic + " -n 2 -X group.protocol=consumer -b " + at);
        assertThat(run("", "group list --type consumer --lag -b " + at))
            .containsPattern(topic + " +Consumer +Empty +1");
        assertThat(run("", "kafka-consumer-groups --bootstrap-server " + at + " --describe --group "
            + topic + " --state --verbose")).contains("TARGET-ASSIGNMENT-EPOCH");
        run("", "group delete " + topic + " -b " + at);
    }
}
