package dev.naru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static Verdict verdict(Goal goal, double chance, Double... ratios) {
        return Verdict.of(goal, Results.Spread.of(List.of(ratios)).orElseThrow(), chance);
    }

    @Test void a_cost_that_clears_its_goal_by_more_than_chance_is_met() {
        assertThat(verdict(Goal.CPU_1K, 1.2, 0.3, 0.4, 0.5)).isEqualTo(Verdict.MET);
    }

    @Test void a_cost_nearer_to_its_goal_than_chance_is_undecided() {
        assertThat(verdict(Goal.CPU_1K, 1.2, 0.45, 0.45, 0.45)).isEqualTo(Verdict.UNDECIDED);
        assertThat(verdict(Goal.CPU_1K, 1.2, 0.55, 0.55, 0.55)).isEqualTo(Verdict.UNDECIDED);
    }

    @Test void a_cost_above_its_goal_by_more_than_chance_is_missed() {
        assertThat(verdict(Goal.CPU_1K, 1.2, 0.7, 0.7, 0.7)).isEqualTo(Verdict.MISSED);
    }

    @Test void throughput_wants_more_not_less() {
        assertThat(verdict(Goal.THROUGHPUT, 1.1, 1.5, 1.5, 1.5)).isEqualTo(Verdict.MET);
        assertThat(verdict(Goal.THROUGHPUT, 1.1, 1.35, 1.35, 1.35)).isEqualTo(Verdict.UNDECIDED);
        assertThat(verdict(Goal.THROUGHPUT, 1.1, 1.0, 1.0, 1.0)).isEqualTo(Verdict.MISSED);
    }

    @Test void two_rounds_decide_nothing() {
        assertThat(verdict(Goal.CPU_1K, 1.0, 0.1, 0.1)).isEqualTo(Verdict.UNDECIDED);
    }
}
