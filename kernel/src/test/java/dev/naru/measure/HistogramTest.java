package dev.naru.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HistogramTest {
    private static final long MS = 1_000_000;

    @Test void every_duration_is_in_the_bucket_that_ends_next_above_it() {
        for (long duration = 1; duration < 5_000_000_000_000L; duration = duration * 21 / 20 + 1) {
            int at = Histogram.bucketOf(duration);
            boolean isLast = at == Histogram.BUCKETS - 1;
            assertTrue(isLast || duration < Histogram.endOf(at), () -> "above: " + at);
            assertTrue(at == 0 || duration >= Histogram.endOf(at - 1), () -> "below: " + at);
        }
        assertEquals(0, Histogram.bucketOf(0));
        assertEquals(Histogram.BUCKETS - 1, Histogram.bucketOf(Long.MAX_VALUE));
    }

    @Test void a_quantile_is_within_an_eighth_of_the_truth() {
        var histogram = new Histogram();
        for (int ms = 1; ms <= 1_000; ms++)
            histogram.add(ms * MS);
        var reading = histogram.reading();
        for (var part : new double[]{0.5, 0.75, 0.95, 0.99, 0.999}) {
            double found = reading.quantileNs(part);
            double truth = part * 1_000 * MS;
            assertTrue(Math.abs(found - truth) <= truth / 8, part + ": " + found);
        }
        assertEquals(1_000, reading.count());
        assertEquals(500_500 * MS, reading.sumNs());
    }

    @Test void a_bound_counts_no_bucket_that_reaches_beyond_it() {
        var histogram = new Histogram();
        histogram.add(MS);
        histogram.add(3 * MS);
        histogram.add(3_000 * MS);
        var reading = histogram.reading();
        assertEquals(0, reading.countUpTo(MS / 2));
        assertEquals(2, reading.countUpTo(5 * MS));
        assertEquals(3, reading.countUpTo(Long.MAX_VALUE));
    }

    @Test void a_reading_stands_still_while_more_is_added() {
        var histogram = new Histogram();
        histogram.add(MS);
        var earlier = histogram.reading();
        histogram.add(9 * MS);
        histogram.add(-1);
        assertEquals(1, earlier.count());
        var since = histogram.reading().since(earlier);
        assertEquals(2, since.count());
        assertEquals(9 * MS, since.sumNs());
    }

    @Test void what_was_counted_in_an_earlier_life_takes_nothing_away() {
        var earlier = new Histogram();
        earlier.add(MS);
        earlier.add(MS);
        var now = new Histogram();
        now.add(MS);
        assertEquals(1, now.reading().since(earlier.reading()).count());
    }

    @Test void nothing_has_no_quantiles() {
        assertEquals(0, DurationReading.NONE.quantileNs(0.99));
    }
}
