package dev.naru.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test void changes_are_counted() {
        assertThat(Suggestion.changes("", "")).isZero();
        assertThat(Suggestion.changes("abc", "abc")).isZero();
        assertThat(Suggestion.changes("", "abc")).isEqualTo(3);
        assertThat(Suggestion.changes("abc", "abd")).isEqualTo(1);
        assertThat(Suggestion.changes("abc", "ac")).isEqualTo(1);
        assertThat(Suggestion.changes("abc", "acb")).isEqualTo(1);
        assertThat(Suggestion.changes("kitten", "sitting")).isEqualTo(3);
    }

    @Test void the_nearest_name_wins_and_a_far_one_does_not() {
        var known = List.of("log.dir", "log.dirs", "listeners");
        assertThat(Suggestion.nearest("log.dirz", known)).contains("log.dir");
        assertThat(Suggestion.nearest("logdirs", known)).contains("log.dirs");
        assertThat(Suggestion.nearest("listener", known)).contains("listeners");
        assertThat(Suggestion.nearest("something.else", known)).isEmpty();
    }
}
