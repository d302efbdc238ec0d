package dev.naru.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a share partition promises, one claim at a time.
final class SharePartitionTest {
    private static final ShareTerms TERMS = terms(5, 200, Backoff.NONE, false, false);
    private static final Now START = new Now(1_000_000_000L, 1_000);

    private static ShareTerms terms(int deliveries, int locks, Backoff backoff, boolean keyOrder,
        boolean deadLetters) {
        return new ShareTerms(30_000 * Now.NS_PER_MS, deliveries, locks, true, false, keyOrder,
            deadLetters, backoff);
    }

    private static Now later(long ms) {
        return new Now(START.monotonicNs() + ms * Now.NS_PER_MS, START.wallMs() + ms);
    }

    private static List<Lent> fetch(SharePartition share, String member, int max,
        AcquireMode mode, Stretch... log) {
        share.join(member);
        return share.acquire(new SharePartition.Ask(member, max, 500, mode), share.nextOffset(),
            List.of(log), START);
    }

    private static List<Lent> fetch(SharePartition share, String member, int max,
        Stretch... log) {
        return fetch(share, member, max, AcquireMode.RECORD_LIMIT, log);
    }

    private static ErrorCode say(SharePartition share, String member, long first, long last,
        byte type) {
        return share.acknowledge(member,
            List.of(new Acknowledgement(first, last, List.of(type))), START);
    }

    private static Change store(SharePartition share) {
        var change = share.takeChange();
        share.stored();
        return change;
    }

    @Test void what_is_done_cannot_be_acknowledged_by_one_who_lost_it() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "slow", 10, Stretch.data(0, 9));
        share.onTime(later(30_000));
        store(share);
        fetch(share, "quick", 10, Stretch.data(0, 9));
        assertEquals(ErrorCode.NONE, say(share, "quick", 0, 9, Acknowledgement.ACCEPT));
        store(share);
        assertEquals(10, share.startOffset());
        assertEquals(ErrorCode.INVALID_RECORD_STATE,
            say(share, "slow", 0, 9, Acknowledgement.ACCEPT));
    }

    @Test void what_the_log_lost_while_it_was_lent_may_be_acknowledged() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 10, Stretch.data(0, 9));
        share.logStartsAt(5);
        assertEquals(ErrorCode.NONE, say(share, "a", 0, 9, Acknowledgement.ACCEPT));
        store(share);
        assertEquals(10, share.startOffset());
    }

    @Test void accepted_records_move_the_start_offset_once_they_are_stored() {
        var share = new SharePartition(TERMS, 0, List.of());
        assertEquals(List.of(new Lent(0, 9, (short) 1)),
            fetch(share, "a", 100, Stretch.data(0, 9)));
        assertEquals(ErrorCode.NONE, say(share, "a", 0, 9, Acknowledgement.ACCEPT));
        assertEquals(0, share.startOffset());
        assertEquals(new Change(10, 0, List.of()), store(share));
        assertEquals(10, share.startOffset());
    }

    @Test void only_the_holder_may_acknowledge() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 9));
        assertEquals(ErrorCode.INVALID_RECORD_STATE,
            say(share, "b", 0, 4, Acknowledgement.ACCEPT));
        assertEquals(ErrorCode.INVALID_REQUEST, say(share, "a", 0, 5, Acknowledgement.ACCEPT));
        assertEquals(ErrorCode.NONE, say(share, "a", 0, 4, Acknowledgement.ACCEPT));
        assertEquals(ErrorCode.INVALID_RECORD_STATE,
            say(share, "a", 0, 4, Acknowledgement.ACCEPT));
    }

    @Test void what_is_released_is_lent_again_with_a_higher_count() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        say(share, "a", 2, 2, Acknowledgement.RELEASE);
        assertTrue(fetch(share, "b", 5, Stretch.data(0, 4)).isEmpty(), "not before it is stored");
        var change = store(share);
        assertEquals(List.of(new StateBatch(2, 2, RecordState.AVAILABLE, (short) 1)),
            change.batches());
        assertEquals(List.of(new Lent(2, 2, (short) 2)),
            fetch(share, "b", 5, Stretch.data(0, 4)));
    }

    @Test void a_lock_that_runs_out_gives_the_record_back() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        assertEquals(later(30_000).monotonicNs(), share.nextDueNs());
        share.onTime(later(29_999));
        assertFalse(share.isChanged());
        share.onTime(later(30_000));
        store(share);
        assertEquals(0, share.nextOffset());
        assertEquals(ErrorCode.INVALID_RECORD_STATE,
            say(share, "a", 0, 4, Acknowledgement.ACCEPT));
    }

    @Test void renewing_prolongs_the_lock_and_stores_nothing() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        assertEquals(ErrorCode.NONE, share.acknowledge("a", List.of(
            new Acknowledgement(0, 4, List.of(Acknowledgement.RENEW))), later(20_000)));
        assertFalse(share.isChanged());
        share.onTime(later(40_000));
        assertFalse(share.isChanged());
        share.onTime(later(50_000));
        assertTrue(share.isChanged());
    }

    @Test void renewing_is_refused_where_the_group_does_not_want_it() {
        var share = new SharePartition(new ShareTerms(30_000 * Now.NS_PER_MS, 5, 200, false,
            false, false, false, Backoff.NONE), 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        assertEquals(ErrorCode.INVALID_RECORD_STATE,
            say(share, "a", 0, 4, Acknowledgement.RENEW));
    }

    @Test void a_batch_stays_whole_if_it_fits_and_is_cut_if_nothing_else_is_there() {
        var share = new SharePartition(TERMS, 0, List.of());
        var log = new Stretch[]{Stretch.data(0, 9), Stretch.data(10, 19)};
        assertEquals(List.of(new Lent(0, 9, (short) 1)),
            fetch(share, "a", 15, AcquireMode.BATCH_OPTIMIZED, log));
        assertEquals(List.of(new Lent(10, 14, (short) 1)),
            fetch(share, "a", 5, AcquireMode.BATCH_OPTIMIZED, log));
        assertEquals(List.of(new Lent(15, 19, (short) 1)), fetch(share, "a", 15, log));
    }

    @Test void control_batches_and_gaps_are_lent_to_nobody_and_hold_up_nothing() {
        var share = new SharePartition(TERMS, 0, List.of());
        assertEquals(List.of(new Lent(1, 2, (short) 1), new Lent(6, 7, (short) 1)),
            fetch(share, "a", 50, Stretch.nothing(0, 0), Stretch.data(1, 2),
                Stretch.data(6, 7)));
        say(share, "a", 1, 2, Acknowledgement.ACCEPT);
        say(share, "a", 6, 7, Acknowledgement.ACCEPT);
        store(share);
        assertEquals(8, share.startOffset());
    }

    @Test void locks_are_limited_and_a_slow_record_does_not_stop_the_others() {
        var share = new SharePartition(terms(5, 10, Backoff.NONE, false, false), 0, List.of());
        fetch(share, "a", 50, Stretch.data(0, 99));
        assertEquals(10, share.lockedCount());
        assertFalse(share.hasSomething(100));
        say(share, "a", 1, 9, Acknowledgement.ACCEPT);
        store(share);
        assertTrue(share.hasSomething(100));
        assertEquals(List.of(new Lent(10, 18, (short) 1)),
            fetch(share, "a", 50, Stretch.data(0, 99)));
        assertEquals(0, share.startOffset());
    }

    @Test void a_record_that_fails_again_and_again_is_lent_alone_and_then_given_up() {
        var share = new SharePartition(terms(4, 200, Backoff.NONE, false, false), 0, List.of());
        var sizes = new StringBuilder();
        for (int round = 0; round < 4; round++) {
            long first = share.nextOffset();
            var lent = fetch(share, "a", 50, Stretch.data(0, 7));
            sizes.append(lent.getFirst().size()).append(' ');
            say(share, "a", first, lent.getLast().lastOffset(), Acknowledgement.RELEASE);
            store(share);
        }
        assertEquals("8 8 4 1 ", sizes.toString());
        assertEquals(1, share.startOffset());
    }

    @Test void rests_grow_with_each_delivery_up_to_the_longest() {
        var share = new SharePartition(terms(9, 200, new Backoff(100, 3, 500), false, false), 0,
            List.of());
        var now = START;
        for (long restMs : new long[]{100, 300, 500, 500}) {
            share.join("a");
            share.acquire(new SharePartition.Ask("a", 1, 1, AcquireMode.RECORD_LIMIT), 0,
                List.of(Stretch.data(0, 0)), now);
            share.acknowledge("a",
                List.of(new Acknowledgement(0, 0, List.of(Acknowledgement.RELEASE))), now);
            store(share);
            assertEquals(now.monotonicNs() + restMs * Now.NS_PER_MS, share.nextDueNs());
            now = new Now(share.nextDueNs(), now.wallMs() + restMs);
            share.onTime(now);
            assertEquals(0, share.nextOffset());
        }
    }

    @Test void a_member_that_closes_gives_back_what_does_not_count_as_delivered() {
        var share = new SharePartition(TERMS, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        share.release("a", false, START);
        share.leave("a");
        store(share);
        assertEquals(List.of(new Lent(0, 4, (short) 1)),
            fetch(share, "b", 5, Stretch.data(0, 4)));
        share.release("b", true, START);
        store(share);
        assertEquals(List.of(new Lent(0, 4, (short) 2)),
            fetch(share, "c", 5, Stretch.data(0, 4)));
    }

    @Test void what_is_given_up_waits_for_its_burial_even_across_a_restart() {
        var terms = terms(5, 200, Backoff.NONE, false, true);
        var share = new SharePartition(terms, 0, List.of());
        fetch(share, "a", 5, Stretch.data(0, 4));
        say(share, "a", 0, 4, Acknowledgement.REJECT);
        var change = store(share);
        var letter = new DeadLetter(0, 4, 1, DeadLetter.Cause.REJECTED);
        assertEquals(List.of(letter), share.takeDeadLetters());
        assertEquals(0, share.startOffset());
        var again = new SharePartition(terms, change.startOffset(), change.batches());
        assertEquals(List.of(letter), again.takeDeadLetters());
        again.buried(letter);
        store(again);
        assertEquals(5, again.startOffset());
    }

    @Test void with_key_order_a_later_record_of_a_busy_key_waits() {
        var share = new SharePartition(terms(5, 200, Backoff.NONE, true, false), 0, List.of());
        var log = new Stretch[]{Stretch.record(0, 7), Stretch.record(1, 8), Stretch.record(2, 7),
                Stretch.recordWithoutKey(3)};
        assertEquals(List.of(new Lent(0, 0, (short) 1)), fetch(share, "a", 1, log));
        assertEquals(List.of(new Lent(1, 1, (short) 1), new Lent(3, 3, (short) 1)),
            fetch(share, "b", 10, log));
        assertEquals(List.of(new Lent(2, 2, (short) 1)), fetch(share, "a", 10, log));
        say(share, "a", 0, 0, Acknowledgement.RELEASE);
        store(share);
        assertEquals(0, share.nextOffset());
        assertTrue(fetch(share, "b", 10, log).isEmpty() || share.lockedCount() > 0);
    }

    @Test void a_member_that_is_not_alone_is_lent_about_a_second_of_its_work() {
        var grants = new Grants();
        grants.join("a");
        assertEquals(2000, grants.sizeFor("a", true, 2000, START));
        grants.join("b");
        assertEquals(Grants.FIRST_GRANT, grants.sizeFor("a", true, 2000, START));
        grants.lent("a", 32, START);
        assertEquals(20, grants.sizeFor("a", true, 2000, later(1_600)));
        grants.lent("a", 20, later(1_600));
        assertEquals(40, grants.sizeFor("a", true, 2000, later(1_601)));
        for (int member = 0; member < 98; member++)
            grants.join("m" + member);
        assertEquals(20, grants.sizeFor("a", true, 2000, later(1_602)));
    }
}
