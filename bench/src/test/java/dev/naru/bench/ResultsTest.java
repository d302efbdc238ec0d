package dev.naru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path directory;
    private Results results;

    @BeforeEach void open() throws IOException {
        results = reopened("a");
    }

    private Results reopened(String commit) throws IOException {
        return Results.open(directory.resolve("results.tsv"), commit, false);
    }

    private void measure(int round, Variant variant, double seconds) throws IOException {
        results.add(round, variant, Map.of(Metric.FIRST_ACK, seconds));
    }

    @Test void a_run_that_was_cut_short_finds_what_it_measured() throws IOException {
        measure(1, Variant.KAFKA, 2.5);
        results.note("Kafka", "java -Xmx1G");

        var later = reopened("a");

        assertThat(later.has(Metric.FIRST_ACK, Variant.KAFKA, 1)).isTrue();
        assertThat(later.has(Metric.FIRST_ACK, Variant.KAFKA, 2)).isFalse();
        assertThat(later.notes()).containsEntry("Kafka", "java -Xmx1G");
    }

    @Test void another_commit_measures_anew_and_keeps_what_it_does_not_measure()
        throws IOException {
        measure(1, Variant.KAFKA, 2.5);
        measure(2, Variant.KAFKA, 3.5);
        results.add(1, Variant.KAFKA, Map.of(Metric.IDLE_RSS, 400.0));

        results = reopened("b");
        assertThat(results.has(Metric.FIRST_ACK, Variant.KAFKA, 1)).isFalse();
        assertThat(results.figures(Metric.FIRST_ACK, Variant.KAFKA)).containsExactly(2.5, 3.5);
        measure(1, Variant.NARU_SYNC, 0.5);

        for (var each : List.of(results, reopened("b"))) {
            assertThat(each.figures(Metric.FIRST_ACK, Variant.KAFKA)).isEmpty();
            assertThat(each.has(Metric.FIRST_ACK, Variant.NARU_SYNC, 1)).isTrue();
            assertThat(each.commit(Metric.FIRST_ACK)).isEqualTo("b");
            assertThat(each.figures(Metric.IDLE_RSS, Variant.KAFKA)).containsExactly(400.0);
            assertThat(each.commit(Metric.IDLE_RSS)).isEqualTo("a");
        }
    }

    @Test void a_fresh_run_of_a_commit_measures_again() throws IOException {
        measure(1, Variant.KAFKA, 2.5);
        measure(2, Variant.KAFKA, 3.5);

        results = Results.open(directory.resolve("results.tsv"), "a", true);
        assertThat(results.has(Metric.FIRST_ACK, Variant.KAFKA, 1)).isFalse();
        measure(1, Variant.KAFKA, 1.5);

        assertThat(reopened("a").figures(Metric.FIRST_ACK, Variant.KAFKA)).containsExactly(1.5);
    }

    @Test void a_ratio_is_of_one_round() throws IOException {
        measure(1, Variant.NARU_SYNC, 1);
        measure(2, Variant.NARU_SYNC, 3);
        measure(2, Variant.KAFKA, 6);

        assertThat(results.ratios(Metric.FIRST_ACK, Variant.NARU_SYNC, Variant.KAFKA))
            .containsExactly(0.5);
    }

    @Test void a_system_against_itself_is_each_round_against_the_one_before() throws IOException {
        measure(1, Variant.KAFKA, 1);
        measure(2, Variant.KAFKA, 2);
        measure(3, Variant.KAFKA, 1);

        assertThat(results.selfRatios(Metric.FIRST_ACK, Variant.KAFKA))
            .containsExactly(1.0, 2.0, 0.5);
    }

    @Test void the_middle_of_an_even_count_lies_between_two() {
        var spread = Results.Spread.of(List.of(4.0, 1.0, 2.0, 3.0)).orElseThrow();

        assertThat(spread.median()).isEqualTo(2.5);
        assertThat(spread.factor()).isEqualTo(4.0);
    }
}
