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

    @Test void another_commit_starts_anew() throws IOException {
        measure(1, Variant.KAFKA, 2.5);

        assertThat(reopened("b").has(Metric.FIRST_ACK, Variant.KAFKA, 1)).isFalse();
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
