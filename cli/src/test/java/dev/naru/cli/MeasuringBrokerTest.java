package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.embedded.Naru;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The measuring tools against a broker in this JVM.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeasuringBrokerTest {
    private final Naru naru = Naru.start(Map.of("transaction.state.log.num.partitions", "2"));
    private final String at = naru.bootstrapServers();
    private String topic = "";

    @BeforeEach void takes_another_topic() {
        topic = "perf-" + Storage.randomId();
    }

    @AfterAll void stops_its_broker() {
        naru.close();
    }

    private static String run(String line) {
        var screen = new Screen();
        assertThat(screen.run(line.split(" ", -1))).as(screen.err()).isZero();
        return screen.out();
    }

    @Test void what_is_produced_is_consumed_and_both_are_measured() {
        run("topic create " + topic + " -p 2 -b " + at);
        assertThat(run("kafka-producer-perf-test --topic " + topic + " --num-records 500"
            + " --record-size 10 --throughput -1 --warmup-records 100 --producer-props"
            + " bootstrap.servers=" + at + " acks=1").lines()).hasSize(2)
            .first().asString().startsWith("500 records sent, ");
        assertThat(run("kafka-producer-perf-test --topic " + topic + " --num-records 100"
            + " --payload-monotonic --throughput -1 --transaction-duration-ms 10"
            + " --bootstrap-server " + at)).startsWith("100 records sent, ");
        assertThat(run("kafka-consumer-perf-test --topic " + topic + " --num-records 600"
            + " --bootstrap-server " + at).lines().skip(1)).hasSize(1)
            .first().asString().matches("(\\S+ \\S+, ){2}[\\d.]+, [\\d.]+, 600, .*");
        assertThat(run("bench produce " + topic + " -n 50 -s 10 --json -b " + at))
            .contains("\"records\" : 50");
        assertThat(run("bench consume " + topic + " -n 600 --json -b " + at))
            .contains("\"recordsPerSecond\"");
    }

    @Test void latency_is_measured_from_end_to_end() {
        assertThat(run("kafka-e2e-latency " + at + " " + topic + " 5 all 10"))
            .contains("Avg latency: ").contains("Percentiles: 50th = ");
        assertThat(run("kafka-e2e-latency --bootstrap-server " + at + " --topic " + topic
            + " --num-records 3 --producer-acks 1 --record-size 10 --record-key-size 4"
            + " --num-headers 2")).contains("Avg latency: ");
        assertThat(run("bench latency " + topic + " -n 5 --json -b " + at))
            .contains("\"records\" : 5");
    }

    @Test void what_is_verifiably_produced_is_verifiably_consumed() {
        run("topic create " + topic + " -b " + at);
        String produced = run("kafka-verifiable-producer --topic " + topic
            + " --max-messages 5 --repeating-keys 2 --bootstrap-server " + at);
        assertThat(produced.lines()).hasSize(8);
        assertThat(produced).contains("\"name\":\"producer_send_success\",\"key\":\"1\"")
            .contains("\"offset\":4").contains("\"sent\":5,\"acked\":5");
        String consumed = run("kafka-verifiable-consumer --topic " + topic + " --group-id " + topic
            + " --max-messages 5 --verbose --bootstrap-server " + at);
        assertThat(consumed).contains("\"name\":\"partitions_assigned\",\"partitions\":[{\"topic\"")
            .contains("\"name\":\"record_data\",\"key\":\"0\",\"value\":\"4\"")
            .contains("\"maxOffset\":4").contains("\"offset\":5}],\"error\":null,\"success\":true")
            .contains("\"name\":\"shutdown_complete\"");
    }

    @Test void features_are_described() {
        assertThat(run("kafka-features --bootstrap-server " + at + " describe"))
            .contains("Feature: metadata.version");
    }
}
