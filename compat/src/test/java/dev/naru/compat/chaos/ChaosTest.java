package dev.naru.compat.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.compat.broker.Brokers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A few trials of the rows that cost little. `-Dchaos.rows=1,6,7 -Dchaos.rounds=20
/// -Dchaos.results=FILE` is the
/// long run, which goes on where the file ends.
class ChaosTest {
    private static final String ROWS = System.getProperty("chaos.rows", "");
    private static final String CHEAP = "1,2,6,7,10";
    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 1);

    @TempDir
    Path scratch;

    @TestFactory Stream<DynamicTest> no_fault_breaks_a_rule() {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        return Arrays.stream((ROWS.isBlank() ? CHEAP : ROWS).split(","))
            .map(number -> Rows.of(Integer.parseInt(number.strip())))
            .map(row -> DynamicTest.dynamicTest(row.number() + " " + row.name(), () -> {
                var obstacle = row.obstacle();
                assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
                assertThat(campaign().run(row, ROUNDS)).isEmpty();
            }));
    }

    private Campaign campaign() {
        String file = System.getProperty("chaos.results", "");
        var results = file.isBlank() ? scratch.resolve("results.tsv") : Path.of(file);
        return new Campaign(results);
    }

    /// Without this the power cuts would prove nothing.
    @Test void a_power_cut_loses_what_only_page_caches_held() {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        var cut = new Row(0, "page caches", Set.of(Need.ALONE, Need.IMAGES), Map.of(
            "naru.flush.on.ack", "false"), PowerFaults::all);
        var obstacle = cut.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        try (var session = Session.open(cut)) {
            assertThat(session.trial(0).findings()).anyMatch(each -> each.startsWith("lost: "));
        }
    }

    /// Without this the checks would prove nothing.
    @Test void a_planted_duplicate_is_found() {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        var planted = new ArrayList<String>();
        var plant = new Row(0, "a duplicate", Set.of(Need.ALONE), (session, round) -> {
            var write = session.recorder().anAcked().orElseThrow();
            try (var producer = session.door().producer(true)) {
                producer.send(new ProducerRecord<>(
                    write.slot().topic(), write.slot().partition(), null, "" + write.number()));
            }
            planted.add("duplicate: value " + write.number());
        });
        try (var session = Session.open(plant)) {
            assertThat(session.trial(0).findings())
                .anyMatch(each -> each.startsWith(planted.getFirst()));
        }
    }
}
