package dev.naru.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.shard.StepLoop;
import org.junit.jupiter.api.Test;

final class FlushPaceTest {
    private final StepLoop clock = new StepLoop();
    private final FlushPace pace = new FlushPace(clock);

    private void flush(long tookMs) {
        pace.begins();
        clock.passMs(tookMs);
        pace.ends();
    }

    @Test void a_disk_whose_every_flush_takes_long_for_some_seconds_is_slow() {
        for (int flush = 0; flush < 12; flush++)
            flush(400);
        assertThat(pace.isSlow()).isFalse();
        flush(400);
        assertThat(pace.isSlow()).isTrue();
    }

    @Test void a_quick_one_in_between_shows_that_it_is_not() {
        for (int flush = 0; flush < 100; flush++)
            flush(flush % 10 == 0 ? 1 : 400);
        assertThat(pace.isSlow()).isFalse();
    }

    @Test void a_few_slow_ones_after_a_long_pause_show_nothing() {
        clock.passMs(60_000);
        flush(1_000);
        flush(1_000);
        flush(1_000);
        assertThat(pace.isSlow()).isFalse();
    }

    @Test void a_flush_that_does_not_end_is_a_slow_disk() {
        pace.begins();
        clock.passMs(4_999);
        assertThat(pace.isSlow()).isFalse();
        clock.passMs(1);
        assertThat(pace.isSlow()).isTrue();
    }

    @Test void one_quick_flush_or_a_long_silence_makes_it_well_again() {
        for (int flush = 0; flush < 20; flush++)
            flush(400);
        assertThat(pace.isSlow()).isTrue();
        clock.passMs(30_000);
        assertThat(pace.isSlow()).isFalse();
        for (int flush = 0; flush < 20; flush++)
            flush(400);
        assertThat(pace.isSlow()).isTrue();
        flush(1);
        assertThat(pace.isSlow()).isFalse();
    }
}
