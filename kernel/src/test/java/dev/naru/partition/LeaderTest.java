package dev.naru.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeaderTest {
    private static final long LAG_NS = 1_000;
    private static final List<Integer> ALL = List.of(1, 2, 3);
    private static final Isr.Joiners EVERYBODY = (_, _) -> true;

    private static Leader leader(List<Integer> isr, int minInSync, long epochStart) {
        return new Leader(new Term(1, 1, 4, new Replicas(7, ALL, isr, minInSync)), 0,
            epochStart, 0);
    }

    @Test void one_that_has_a_partition_alone_commits_what_it_counts_itself() {
        var alone = new Leader(Term.alone(1, 0), 0, 0, 0);
        assertThat(alone.watermark(3, 10)).isEqualTo(10);
        assertThat(alone.wish(3, 10, 5_000, LAG_NS, EVERYBODY)).isEmpty();
    }

    @Test void what_every_member_in_sync_has_is_committed_and_no_more() {
        var leader = leader(List.of(1, 2), 1, 0);
        assertThat(leader.watermark(0, 10)).isZero();
        leader.fetched(2, 1, 6, 10, 1);
        leader.fetched(3, 1, 2, 10, 1);
        assertThat(leader.watermark(0, 10)).isEqualTo(6);
        assertThat(leader.watermark(0, 5)).isEqualTo(5);
    }

    @Test void a_reader_is_sent_to_the_member_that_has_most_and_what_the_reader_asks_for() {
        var leader = leader(ALL, 1, 0);
        assertThat(leader.mostOf(_ -> true, 0)).isEmpty();
        leader.fetched(2, 1, 6, 10, 1);
        leader.startsAt(2, 0);
        leader.fetched(3, 1, 8, 10, 1);
        leader.startsAt(3, 4);
        assertThat(leader.mostOf(_ -> true, 5)).hasValue(3);
        assertThat(leader.mostOf(_ -> true, 3)).hasValue(2);
        assertThat(leader.mostOf(id -> id == 2, 6)).hasValue(2);
        assertThat(leader.mostOf(id -> id == 2, 7)).isEmpty();
        leader.agreed(new Replicas(8, ALL, List.of(1, 2), 1), 0);
        assertThat(leader.mostOf(_ -> true, 5)).hasValue(2);
    }

    @Test void the_watermark_stands_still_while_too_few_are_in_sync() {
        var leader = leader(List.of(1), 2, 0);
        assertThat(leader.watermark(3, 10)).isEqualTo(3);
        leader.agreed(new Replicas(8, ALL, List.of(1, 2), 2), 0);
        leader.fetched(2, 1, 9, 10, 1);
        assertThat(leader.watermark(3, 10)).isEqualTo(9);
    }

    @Test void one_proposed_to_join_counts_and_one_proposed_to_leave_still_counts() {
        var leader = leader(List.of(1, 2), 1, 0);
        leader.fetched(2, 1, 4, 10, 1);
        leader.fetched(3, 1, 10, 10, 2_000);
        var wish = leader.wish(4, 10, 2_000, LAG_NS, EVERYBODY).orElseThrow();
        assertThat(wish.isr()).containsExactly(1, 3);
        assertThat(wish.brokerEpochs()).containsExactly(-1L, 1L);
        leader.asking(wish);
        assertThat(leader.watermark(0, 10)).isEqualTo(4);
        assertThat(leader.wish(4, 10, 3_000, LAG_NS, EVERYBODY)).isEmpty();
        leader.agreed(new Replicas(8, ALL, List.of(1, 3), 1), 2_000);
        assertThat(leader.watermark(4, 10)).isEqualTo(10);
    }

    @Test void a_proposal_of_unknown_outcome_goes_on_counting() {
        var leader = leader(List.of(1), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        var wish = leader.wish(10, 10, 1, LAG_NS, EVERYBODY).orElseThrow();
        leader.asking(wish);
        assertThat(leader.watermark(10, 20)).isEqualTo(10);
        leader.refused(wish);
        assertThat(leader.watermark(10, 20)).isEqualTo(20);
    }

    /// Each time the follower tells of what it has, the leader has flushed and committed more.
    @Test void one_that_is_always_a_flush_behind_a_leader_alone_joins() {
        var leader = leader(List.of(1), 1, 0);
        long watermark = 0;
        for (long step = 1; step <= 4; step++) {
            long end = 10 * step;
            watermark = leader.watermark(watermark, end);
            leader.fetched(2, 1, end - 10, end, step);
            if (leader.wish(watermark, end, step, LAG_NS, EVERYBODY).isPresent()) return;
            leader.waitForJoiner(step, LAG_NS, EVERYBODY);
        }
        throw new AssertionError("it never joined");
    }

    @Test void one_that_never_kept_up_is_not_waited_for_nor_one_that_is_in_sync() {
        var leader = leader(List.of(1, 3), 1, 0);
        leader.fetched(2, 1, 1, 10, 1);
        assertThat(leader.waitForJoiner(1, LAG_NS, EVERYBODY)).isFalse();
        leader.fetched(2, 1, 5, 20, 2);
        assertThat(leader.waitForJoiner(2, LAG_NS, EVERYBODY)).isFalse();
        leader.fetched(3, 1, 20, 20, 3);
        assertThat(leader.waitForJoiner(3, LAG_NS, EVERYBODY)).isFalse();
    }

    @Test void one_that_was_waited_for_in_vain_is_not_waited_for_again_at_once() {
        var leader = leader(List.of(1), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        assertThat(leader.waitForJoiner(1, LAG_NS, EVERYBODY)).isTrue();
        assertThat(leader.watermark(10, 30)).isEqualTo(10);
        leader.waitNoMore();
        assertThat(leader.watermark(10, 30)).isEqualTo(30);
        leader.fetched(2, 1, 30, 30, 2);
        assertThat(leader.waitForJoiner(2, LAG_NS, EVERYBODY)).isFalse();
        long later = 10_000_000_000L;
        leader.fetched(2, 1, 30, 30, later);
        assertThat(leader.waitForJoiner(later, LAG_NS, EVERYBODY)).isTrue();
    }

    @Test void who_is_waited_for_is_the_one_that_was_heard_of_and_not_one_that_is_silent() {
        var leader = leader(List.of(1), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        leader.fetched(3, 1, 4, 20, 2);
        assertThat(leader.waitForJoiner(2, LAG_NS, EVERYBODY)).isFalse();
        assertThat(leader.watermark(10, 20)).isEqualTo(20);
    }

    /// So it is where nothing is written: the dead one has all there is, as far as the leader knows.
    @Test void one_that_died_and_may_not_join_keeps_nobody_out() {
        var leader = leader(ALL, 1, 0);
        leader.fetched(3, 1, 0, 0, 1);
        leader.agreed(new Replicas(8, ALL, List.of(1), 1), 2);
        leader.fetched(2, 1, 0, 0, 3);
        assertThat(leader.wish(0, 0, 3, LAG_NS, (id, _) -> id != 3)).map(IsrWish::isr)
            .hasValue(List.of(1, 2));
    }

    @Test void one_that_came_back_and_was_not_heard_of_since_does_not_join() {
        var leader = leader(List.of(1), 1, 0);
        leader.fetched(2, 7, 0, 0, 1);
        Isr.Joiners inLifeEight = (_, brokerEpoch) -> brokerEpoch == 8;
        assertThat(leader.wish(0, 0, 1, LAG_NS, inLifeEight)).isEmpty();
        leader.fetched(2, 8, 0, 0, 2);
        assertThat(leader.wish(0, 0, 2, LAG_NS, inLifeEight)).isPresent();
    }

    @Test void one_that_may_not_join_is_not_waited_for() {
        var leader = leader(List.of(1), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        assertThat(leader.waitForJoiner(1, LAG_NS, (_, _) -> false)).isFalse();
        assertThat(leader.waitForJoiner(1, LAG_NS, EVERYBODY)).isTrue();
    }

    @Test void nobody_joins_before_it_has_what_this_leader_began_with() {
        var leader = leader(List.of(1), 1, 8);
        leader.fetched(2, 1, 7, 10, 1);
        assertThat(leader.wish(5, 10, 1, LAG_NS, EVERYBODY)).isEmpty();
        leader.fetched(2, 1, 8, 10, 2);
        assertThat(leader.wish(5, 10, 2, LAG_NS, EVERYBODY)).isPresent();
    }

    @Test void one_that_keeps_up_with_what_there_was_at_its_last_fetch_is_not_lagging() {
        var leader = leader(List.of(1, 2), 1, 0);
        long end = 0;
        for (long now = 0; now < 10_000; now += 500) {
            leader.fetched(2, 1, end, end + 5, now);
            end += 5;
            assertThat(leader.wish(0, end + 5, now, LAG_NS, EVERYBODY)).isEmpty();
        }
        assertThat(leader.wish(0, end + 5, 12_000, LAG_NS, EVERYBODY)).map(IsrWish::isr)
            .hasValue(List.of(1));
    }

    @Test void an_idle_follower_that_has_everything_stays() {
        var leader = leader(List.of(1, 2), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        assertThat(leader.wish(10, 10, 1_000_000, LAG_NS, EVERYBODY)).isEmpty();
    }

    @Test void what_an_earlier_life_of_a_node_had_does_not_count() {
        var leader = leader(List.of(1, 2), 1, 0);
        leader.fetched(2, 5, 3, 10, 1);
        assertThat(leader.fetched(2, 4, 9, 10, 2)).isFalse();
        assertThat(leader.countedEndOf(2)).isEqualTo(3);
        assertThat(leader.fetched(9, 1, 9, 10, 2)).isFalse();
    }

    @Test void what_is_deleted_is_promised_to_stay_so_when_all_in_sync_begin_there() {
        var leader = leader(List.of(1, 2), 2, 0);
        leader.fetched(2, 1, 10, 10, 1);
        assertThat(leader.promisesStart(3)).isFalse();
        leader.startsAt(2, 3);
        assertThat(leader.promisesStart(3)).isTrue();
        assertThat(leader.promisesStart(4)).isFalse();
    }

    @Test void while_too_few_are_in_sync_no_deletion_is_promised_for_others_may_lead_next() {
        var leader = leader(List.of(1), 2, 0);
        assertThat(leader.promisesStart(3)).isFalse();
    }

    @Test void nobody_joins_who_still_has_what_was_promised_to_be_deleted() {
        var leader = leader(List.of(1, 2), 1, 0);
        leader.fetched(2, 1, 10, 10, 1);
        leader.startsAt(2, 3);
        leader.fetched(3, 1, 10, 10, 1);
        assertThat(leader.promisesStart(3)).isTrue();
        assertThat(leader.wish(10, 10, 1, LAG_NS, EVERYBODY)).isEmpty();
        leader.startsAt(3, 3);
        assertThat(leader.wish(10, 10, 1, LAG_NS, EVERYBODY)).map(IsrWish::isr).hasValue(ALL);
    }

    @Test void nobody_joins_who_begins_before_the_log_that_this_leader_began_with() {
        var leader = new Leader(new Term(1, 1, 4, new Replicas(7, ALL, List.of(1), 1)), 5, 8, 0);
        leader.fetched(2, 1, 10, 10, 1);
        assertThat(leader.wish(10, 10, 1, LAG_NS, EVERYBODY)).isEmpty();
        leader.startsAt(2, 5);
        assertThat(leader.wish(10, 10, 1, LAG_NS, EVERYBODY)).isPresent();
    }

    @Test void whatever_is_committed_is_with_every_member_there_could_be() {
        var random = new SplittableRandom(11);
        for (int run = 0; run < 500; run++)
            new Game(random).play();
    }

    /// Three replicas whose ends grow, and a controller that answers late, or no.
    private static final class Game {
        private final SplittableRandom random;
        private final long[] endByNode = new long[4];
        private final List<IsrWish> asked = new ArrayList<>();
        private final Leader leader;
        private Replicas agreed;
        private long nowNs;

        private Game(SplittableRandom random) {
            this.random = random;
            this.agreed = new Replicas(0, ALL, ALL, 1 + random.nextInt(2));
            this.leader = new Leader(new Term(1, 1, 0, agreed), 0, 0, 0);
        }

        private void play() {
            long watermark = 0;
            for (int step = 1; step < 200; step++) {
                nowNs += 100;
                move(watermark);
                long next = leader.watermark(watermark, endByNode[1]);
                assertThat(next).isGreaterThanOrEqualTo(watermark);
                if (next > watermark) {
                    assertThat(agreed.areEnough()).isTrue();
                    assertThat(agreed.isr()).allMatch(id -> endByNode[id] >= next);
                    for (var wish : asked)
                        assertThat(wish.isr()).allMatch(id -> endByNode[id] >= next);
                }
                watermark = next;
            }
        }

        private void move(long watermark) {
            switch (random.nextInt(4)) {
                case 0 -> endByNode[1] += random.nextInt(5);
                case 1, 2 -> {
                    int id = 2 + random.nextInt(2);
                    endByNode[id] = Math.min(endByNode[1], endByNode[id] + random.nextInt(4));
                    leader.fetched(id, 1, endByNode[id], endByNode[1], nowNs);
                }
                default -> {
                    if (asked.isEmpty()) ask(watermark);
                    else
                        answer(asked.removeFirst());
                }
            }
        }

        private void ask(long watermark) {
            leader.wish(watermark, endByNode[1], nowNs, LAG_NS, EVERYBODY).ifPresent(wish -> {
                leader.asking(wish);
                asked.add(wish);
            });
        }

        private void answer(IsrWish wish) {
            if (random.nextBoolean()) {
                leader.refused(wish);
                return;
            }
            agreed = new Replicas(agreed.partitionEpoch() + 1, ALL, wish.isr(), agreed.minInSync());
            leader.agreed(agreed, nowNs);
        }
    }
}
