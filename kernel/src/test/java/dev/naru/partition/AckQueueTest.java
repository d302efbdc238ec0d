package dev.naru.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckQueueTest {
    private final AckQueue queue = new AckQueue();
    private final List<String> heard = new ArrayList<>();

    private void park(String name, long endOffset) {
        queue.park(endOffset, outcome -> heard.add(name + " " + outcome));
    }

    @Test void a_promise_is_kept_when_the_watermark_reaches_its_end_and_not_before() {
        park("a", 5);
        queue.release(4);
        assertThat(heard).isEmpty();
        queue.release(5);
        assertThat(heard).containsExactly("a NONE");
    }

    @Test void promises_are_kept_in_the_order_they_were_made() {
        park("a", 5);
        park("b", 6);
        park("c", 9);
        queue.release(6);
        assertThat(heard).containsExactly("a NONE", "b NONE");
    }

    @Test void a_duplicate_of_an_older_batch_waits_with_the_last() {
        park("new", 9);
        park("duplicate", 3);
        queue.release(8);
        assertThat(heard).isEmpty();
        queue.release(9);
        assertThat(heard).containsExactly("new NONE", "duplicate NONE");
    }

    @Test void what_never_will_be_committed_is_said_to_all_once() {
        park("a", 5);
        park("b", 6);
        queue.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        queue.release(100);
        assertThat(heard).containsExactly("a NOT_LEADER_OR_FOLLOWER", "b NOT_LEADER_OR_FOLLOWER");
        assertThat(queue.isEmpty()).isTrue();
    }
}
