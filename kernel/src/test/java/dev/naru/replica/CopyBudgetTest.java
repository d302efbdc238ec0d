package dev.naru.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.shard.StepLoop;
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

    @Test void an_idle_time_saves_nothing_up() {
        rate.set(2 * ANSWER_BYTES);
        loop.passMs(100_000);
        assertThat(copiedIn(10)).isBetween(20 * ANSWER_BYTES, 21 * ANSWER_BYTES);
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
}
