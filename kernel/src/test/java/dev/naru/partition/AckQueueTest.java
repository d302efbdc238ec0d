package dev.naru.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.StepLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckQueueTest {
    private final StepLoop loop = new StepLoop();
    private final AckDeadlines deadlines = new AckDeadlines(loop, loop);
    private final AckQueue queue = queue();
    private final List<String> heard = new ArrayList<>();

    private AckQueue queue() {
        return new AckQueue(deadlines, () -> ErrorCode.REQUEST_TIMED_OUT);
    }

    private void park(String name, long endOffset) {
        queue.park(endOffset, AckDeadlines.NEVER, outcome -> heard.add(name + " " + outcome));
    }

    private void park(AckQueue in, String name, long endOffset, long timeoutMs) {
        in.park(endOffset, loop.monotonicNs() + timeoutMs * Now.NS_PER_MS,
            outcome -> heard.add(name + " " + outcome));
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
    }

    @Test void who_is_not_served_by_its_deadline_hears_so_then_and_never_again() {
        park(queue, "a", 5, 30);
        park(queue, "b", 6, 50);
        loop.passMs(29);
        assertThat(heard).isEmpty();
        loop.passMs(1);
        assertThat(heard).containsExactly("a REQUEST_TIMED_OUT");
        queue.release(100);
        loop.passMs(1_000);
        assertThat(heard).containsExactly("a REQUEST_TIMED_OUT", "b NONE");
    }

    @Test void a_shorter_deadline_behind_a_longer_one_is_kept_to_and_the_order_of_the_rest() {
        park(queue, "long", 5, 1_000);
        park(queue, "short", 6, 10);
        park(queue, "longer", 7, 2_000);
        loop.passMs(10);
        assertThat(heard).containsExactly("short REQUEST_TIMED_OUT");
        queue.release(7);
        assertThat(heard).containsExactly("short REQUEST_TIMED_OUT", "long NONE", "longer NONE");
    }

    @Test void who_has_no_time_at_all_hears_at_once_unless_it_is_served_at_once() {
        park(queue, "served", 5, 0);
        queue.release(5);
        park(queue, "late", 6, 0);
        loop.passMs(0);
        assertThat(heard).containsExactly("served NONE", "late REQUEST_TIMED_OUT");
    }

    @Test void one_who_parks_again_when_its_time_is_up_waits_anew() {
        queue.park(5, loop.monotonicNs(), outcome -> {
            heard.add("first " + outcome);
            park(queue, "second", 5, 20);
        });
        loop.passMs(19);
        assertThat(heard).containsExactly("first REQUEST_TIMED_OUT");
        loop.passMs(1);
        assertThat(heard).containsExactly("first REQUEST_TIMED_OUT", "second REQUEST_TIMED_OUT");
    }

    @Test void all_queues_of_a_loop_have_one_timer_and_none_when_nobody_waits() {
        var other = queue();
        for (int at = 0; at < 100; at++) {
            park(queue, "a", at, 500 + at);
            park(other, "b", at, 500 + at);
        }
        assertThat(loop.timerCount()).isEqualTo(1);
        queue.release(100);
        other.release(100);
        loop.passMs(500);
        assertThat(loop.timerCount()).isZero();
        assertThat(heard).hasSize(200).allMatch(each -> each.endsWith("NONE"));
    }

    @Test void what_waits_for_as_long_as_it_takes_needs_no_timer() {
        park("a", 5);
        assertThat(loop.timerCount()).isZero();
        loop.passMs(1_000_000);
        assertThat(heard).isEmpty();
    }
}
