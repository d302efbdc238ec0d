package dev.naru.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.metadata.TestDisk;
import dev.naru.partition.Appended;
import dev.naru.partition.IsrWish;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionLoop;
import dev.naru.partition.Replicas;
import dev.naru.partition.Term;
import dev.naru.record.BatchBuilder;
import dev.naru.shard.StepLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A leader that wishes another ISR, and a controller that says yes, no, or nothing that is certain.
final class IsrWishesTest {
    private static final int SELF = 1;
    private static final int OTHER = 2;
    private static final long LAG_MS = 30_000;

    private final StepLoop loop = new StepLoop();
    private final TestDisk disk = new TestDisk();
    private final PartitionLoop shared = OneLoop.of(loop, disk);
    private final List<List<IsrWishes.Asked>> asked = new ArrayList<>();
    private final List<Consumer<List<ErrorCode>>> answers = new ArrayList<>();
    private final List<Partition> all = new ArrayList<>();
    private boolean mayJoin = true;
    private final IsrWishes wishes = new IsrWishes(loop, (some, outcome) -> {
        asked.add(some);
        answers.add(outcome);
    }, () -> LAG_MS, () -> all, (_, _) -> mayJoin);

    private Partition ledHere(int index) {
        var id = OneLoop.partition(index);
        try {
            var partition = new Partition(id, OneLoop.log(id, loop, disk), shared,
                OneLoop.SETTINGS, term(0, List.of(SELF)));
            partition.serve();
            all.add(partition);
            return partition;
        } catch (DiskFault fault) {
            throw new AssertionError(fault);
        }
    }

    private static Term term(int partitionEpoch, List<Integer> isr) {
        return new Term(SELF, SELF, 1,
            new Replicas(partitionEpoch, List.of(SELF, OTHER), isr, 1));
    }

    private void write(Partition partition) {
        var batch = new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build();
        assertThat(partition.append(batch, loop.now())).isInstanceOf(Appended.Written.class);
    }

    /// The other replica has everything below `end` and is heard of.
    private void hears(Partition partition, long end) {
        assertThat(partition.fetched(OTHER, 5, end, 0)).isTrue();
        wishes.heardOf(partition);
    }

    private void answer(ErrorCode... outcomes) {
        answers.removeFirst().accept(List.of(outcomes));
        loop.run();
    }

    /// Two records are committed, and the third waits for a replica that is a flush behind.
    private Partition waitedFor() {
        var partition = ledHere(0);
        write(partition);
        loop.run();
        hears(partition, 0);
        write(partition);
        loop.run();
        hears(partition, 1);
        write(partition);
        loop.run();
        assertThat(partition.highWatermark()).isEqualTo(2);
        return partition;
    }

    /// A record is written while the other replica is to join; the first answer was lost.
    private Partition askedTwice() {
        var partition = ledHere(0);
        hears(partition, 0);
        loop.run();
        write(partition);
        loop.run();
        answer(ErrorCode.REQUEST_TIMED_OUT);
        loop.passMs(100);
        return partition;
    }

    private IsrWish wish(int request, int slot) {
        return asked.get(request).get(slot).wish();
    }

    @Test void what_came_up_in_a_turn_goes_as_one_request_and_one_is_on_its_way_at_a_time() {
        var one = ledHere(0);
        var two = ledHere(1);
        var three = ledHere(2);
        hears(one, 0);
        hears(two, 0);
        loop.run();
        hears(three, 0);
        loop.run();
        assertThat(asked).hasSize(1);
        assertThat(asked.getFirst()).hasSize(2);
        answer(ErrorCode.NONE, ErrorCode.NONE);
        assertThat(asked).hasSize(2);
        assertThat(asked.getLast().getFirst().partition()).isEqualTo(three.id());
    }

    @Test void a_wish_of_unknown_outcome_is_asked_again_until_there_is_an_answer() {
        var partition = ledHere(0);
        hears(partition, 0);
        loop.run();
        for (int attempt = 1; attempt <= 20; attempt++) {
            answer(ErrorCode.REQUEST_TIMED_OUT);
            loop.passMs(100);
            assertThat(asked).hasSize(attempt + 1);
            assertThat(wish(attempt, 0)).isEqualTo(wish(0, 0));
        }
    }

    @Test void a_wish_that_is_refused_is_wished_again_by_whoever_is_heard_of_or_by_the_clock() {
        var partition = ledHere(0);
        wishes.start();
        hears(partition, 0);
        loop.run();
        answer(ErrorCode.INELIGIBLE_REPLICA);
        assertThat(asked).hasSize(1);
        hears(partition, 0);
        loop.run();
        assertThat(asked).hasSize(2);
        answer(ErrorCode.NOT_CONTROLLER);
        loop.passMs(LAG_MS);
        assertThat(asked).hasSize(3);
    }

    @Test void one_that_was_there_before_it_was_counted_on_joins_as_soon_as_it_is() {
        var partition = ledHere(0);
        mayJoin = false;
        hears(partition, 0);
        loop.run();
        assertThat(asked).isEmpty();
        mayJoin = true;
        wishes.reconsider();
        loop.run();
        assertThat(wish(0, 0).isr()).containsExactly(SELF, OTHER);
    }

    @Test void a_wish_of_a_leader_epoch_that_is_over_is_not_asked_again() {
        var partition = ledHere(0);
        hears(partition, 0);
        loop.run();
        partition.term(new Term(SELF, OTHER, 2,
            new Replicas(1, List.of(SELF, OTHER), List.of(OTHER), 1)));
        answer(ErrorCode.REQUEST_TIMED_OUT);
        loop.passMs(10_000);
        assertThat(asked).hasSize(1);
    }

    @Test void a_wish_that_came_true_while_its_answer_was_lost_is_forgotten() {
        var partition = ledHere(0);
        hears(partition, 0);
        loop.run();
        partition.term(term(1, List.of(SELF, OTHER)));
        answer(ErrorCode.REQUEST_TIMED_OUT);
        loop.passMs(10_000);
        assertThat(asked).hasSize(1);
        partition.term(term(2, List.of(SELF)));
        hears(partition, 0);
        loop.run();
        assertThat(asked).hasSize(2);
        assertThat(wish(1, 0).partitionEpoch()).isEqualTo(2);
    }

    @Test void what_was_written_meanwhile_is_committed_when_the_one_that_would_join_may_not() {
        var partition = ledHere(0);
        hears(partition, 0);
        loop.run();
        write(partition);
        loop.run();
        assertThat(partition.highWatermark()).isZero();
        answer(ErrorCode.INELIGIBLE_REPLICA);
        assertThat(partition.highWatermark()).isEqualTo(1);
    }

    @Test void one_that_is_always_a_flush_behind_is_waited_for_and_joins() {
        var partition = waitedFor();
        hears(partition, 2);
        loop.run();
        assertThat(asked).hasSize(1);
        assertThat(wish(0, 0).isr()).containsExactly(SELF, OTHER);
    }

    @Test void one_that_says_nothing_more_is_waited_for_a_moment_only() {
        var partition = waitedFor();
        loop.passMs(1_000);
        assertThat(partition.highWatermark()).isEqualTo(3);
    }

    @Test void one_that_joined_while_the_answer_was_lost_counts_before_the_leader_hears_of_it() {
        var partition = askedTwice();
        answer(ErrorCode.INVALID_UPDATE_VERSION);
        loop.passMs(10_000);
        assertThat(partition.highWatermark()).isZero();
        partition.term(term(1, List.of(SELF, OTHER)));
        assertThat(partition.highWatermark()).isZero();
        hears(partition, 1);
        assertThat(partition.highWatermark()).isEqualTo(1);
    }

    @Test void a_wish_of_unknown_outcome_that_is_refused_is_withdrawn_and_counts_until_then() {
        var partition = askedTwice();
        answer(ErrorCode.INELIGIBLE_REPLICA);
        loop.passMs(100);
        assertThat(partition.highWatermark()).isZero();
        assertThat(wish(2, 0).isr()).containsExactly(SELF);
        assertThat(wish(2, 0).partitionEpoch()).isZero();
        answer(ErrorCode.NONE);
        loop.passMs(10_000);
        assertThat(asked).hasSize(3);
        assertThat(partition.highWatermark()).isZero();
        partition.term(term(1, List.of(SELF)));
        assertThat(partition.highWatermark()).isEqualTo(1);
    }
}
