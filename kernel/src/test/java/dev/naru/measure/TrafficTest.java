package dev.naru.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.naru.base.Uuid;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Uuid GONE = new Uuid(1, 1);
    private static final Uuid KEPT = new Uuid(2, 2);

    @Test void what_a_deleted_topic_counted_stays_in_the_sum_of_all() {
        var traffic = new Traffic();
        traffic.of(GONE).wrote(3, 100);
        traffic.of(KEPT).wrote(1, 10);
        traffic.of(KEPT).refused(7);
        traffic.of(KEPT).unacknowledged();
        traffic.of(KEPT).read(50, true);
        traffic.of(KEPT).replicated(20);
        traffic.forget(GONE::equals);
        var reading = traffic.reading();
        assertFalse(reading.byTopic().containsKey(GONE));
        assertEquals(new TopicTraffic.Reading(1, 10, 50, 7, 20, 2, 2, 1, 1),
            reading.byTopic().get(KEPT));
        assertEquals(new TopicTraffic.Reading(4, 110, 50, 7, 20, 3, 2, 1, 1), reading.all());
    }

    @Test void times_of_one_request_add_up() {
        var times = new RequestTimes();
        times.add(1_000, 3_000, 6_000, 16_000, 21_000);
        // answered at once: the handler's own time ends there
        times.add(0, 0, 9_000, 5_000, 9_000);
        var reading = times.reading();
        assertEquals(2_000, reading.queued().sumNs());
        assertEquals(3_000 + 5_000, reading.local().sumNs());
        assertEquals(10_000, reading.remote().sumNs());
        assertEquals(5_000 + 4_000, reading.held().sumNs());
        assertEquals(20_000 + 9_000, reading.total().sumNs());
    }
}
