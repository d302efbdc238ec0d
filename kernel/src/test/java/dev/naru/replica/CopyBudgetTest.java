package dev.naru.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.shard.StepLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CopyBudgetTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long ANSWER_BYTES = 1_000_000;

    private final StepLoop loop = new StepLoop();
    private final AtomicLong rate = new AtomicLong(CopyBudget.UNLIMITED);
    private final CopyBudget budget = new CopyBudget(loop, loop, rate::get);

    @Test void without_a_rate_nobody_waits() {
        assertThat(copiedIn(1)).isEqualTo(20 * ANSWER_BYTES);
    }

    @Test void whoever_copies_when_it_may_copies_what_the_rate_allows_and_one_answer() {
        rate.set(3 * ANSWER_BYTES);
        assertThat(copiedIn(10)).isBetween(30 * ANSWER_BYTES, 31 * ANSWER_BYTES);
    }

    @Test void answers_that_take_a_while_add_up_to_the_rate_and_no_more() {
        rate.set(50 * ANSWER_BYTES);
        long start = loop.monotonicNs();
        var copiers = List.of(new Copier(17), new Copier(31), new Copier(48));
        copiers.forEach(Copier::next);
        while (loop.monotonicNs() - start < 60 * SECOND_NS)
            loop.passMs(1);
        assertThat(copiers.stream().mapToLong(each -> each.copied).sum()).isBetween(
            59 * 50 * ANSWER_BYTES, 60 * 50 * ANSWER_BYTES + 3 * Copier.BYTES);
    }

    @Test void an_idle_time_saves_a_quarter_of_a_second_up_and_no_more() {
        rate.set(8 * ANSWER_BYTES);
        loop.passMs(100_000);
        assertThat(copiedIn(10)).isBetween(82 * ANSWER_BYTES, 83 * ANSWER_BYTES);
    }

    @Test void what_is_not_added_yet_counts_when_it_is_more_than_is_left() {
        rate.set(4 * ANSWER_BYTES);
        loop.passMs(100_000);
        budget.spent(ANSWER_BYTES);
        assertThat(budget.isExhausted()).isFalse();
        loop.run();
        budget.spent(ANSWER_BYTES);
        assertThat(budget.isExhausted()).isTrue();
    }

    @Test void another_rate_counts_for_what_is_owed_too() {
        rate.set(ANSWER_BYTES);
        budget.spent(10 * ANSWER_BYTES);
        loop.passMs(5_000);
        assertThat(budget.isExhausted()).isTrue();
        rate.set(10 * ANSWER_BYTES);
        assertThat(budget.isExhausted()).isFalse();
    }

    @Test void a_rate_of_nothing_stops_after_one_answer_until_there_is_another() {
        rate.set(0);
        assertThat(copiedIn(10)).isEqualTo(ANSWER_BYTES);
        rate.set(CopyBudget.UNLIMITED);
        loop.passMs(1_000);
        assertThat(budget.isExhausted()).isFalse();
    }

    /// Bytes that a replica copies which asks again at every tick if it may.
    private long copiedIn(int seconds) {
        long copied = 0;
        for (int tick = 0; tick < seconds * SECOND_NS / CopyBudget.TICK_NS; tick++) {
            if (!budget.isExhausted()) {
                budget.spent(ANSWER_BYTES);
                copied += ANSWER_BYTES;
            }
            loop.passMs(CopyBudget.TICK_NS / 1_000_000);
        }
        return copied;
    }

    /// A replica whose answers are on their way for a while, and which looks again at its own ticks.
    private final class Copier {
        static final long BYTES = 3 * ANSWER_BYTES;
        private final long answerNs;
        private long copied;

        Copier(int answerMs) {
            this.answerNs = answerMs * 1_000_000L;
        }

        void next() {
            if (budget.isExhausted()) {
                loop.after(CopyBudget.TICK_NS, this::next);
            } else {
                loop.after(answerNs, this::answered);
            }
        }

        private void answered() {
            budget.spent(BYTES);
            copied += BYTES;
            next();
        }
    }
}
