package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// The checker is checked: each fault it is there for is planted once.
class HistoryTest {
    private final History history = new History();

    HistoryTest() {
        for (int n = 0; n < 3; n++) {
            var one = new History.Sent("p", n, 0);
            history.sends(one);
            if (n < 2) history.acknowledges(one, n);
        }
    }

    private static ConsumerRecord<String, String> at(long offset, String value) {
        return new ConsumerRecord<>("topic", 0, offset, null, value);
    }

    @Test void what_was_acknowledged_is_there_and_what_was_not_may_be() {
        assertThat(history.faults(List.of(at(0, "p/0"), at(1, "p/1")))).isEmpty();
        assertThat(history.faults(List.of(at(0, "p/0"), at(1, "p/1"), at(2, "p/2")))).isEmpty();
    }

    @Test void a_lost_value_is_found() {
        assertThat(history.faults(List.of(at(0, "p/0"))))
            .containsExactly("lost: p/1, acknowledged at 1");
    }

    @Test void a_doubled_value_is_found() {
        assertThat(history.faults(List.of(at(0, "p/0"), at(1, "p/1"), at(2, "p/2"), at(3, "p/2"))))
            .containsExactly("twice: p/2 at 2 and 3");
    }

    @Test void a_value_at_another_offset_is_found() {
        assertThat(history.faults(List.of(at(0, "p/0"), at(5, "p/1"))))
            .containsExactly("moved: p/1 from 1 to 5");
    }

    @Test void a_value_out_of_order_is_found() {
        assertThat(history.faults(List.of(at(0, "p/0"), at(1, "p/2"), at(2, "p/1"))))
            .contains("out of order: p/1 after 2 at 2");
    }

    @Test void a_value_from_nowhere_is_found() {
        assertThat(history.faults(List.of(at(0, "p/0"), at(1, "p/1"), at(2, "q/9"))))
            .containsExactly("sent by nobody: q/9");
    }
}
