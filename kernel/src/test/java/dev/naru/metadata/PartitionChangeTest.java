package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartitionChangeTest {
    private static final ReplicaRules CAREFUL = new ReplicaRules(2, false);
    private static final ReplicaRules UNCLEAN = new ReplicaRules(2, true);

    private static PartitionImage image(int leader, List<Integer> replicas, List<Integer> isr) {
        return new PartitionImage(leader, 4, 9, replicas, isr, List.of(), List.of());
    }

    private static PartitionChange change(PartitionImage before, Integer... alive) {
        return new PartitionChange(before, Set.of(alive)::contains, CAREFUL);
    }

    @Test void what_does_not_change_makes_no_image() {
        assertThat(change(image(1, List.of(1, 2, 3), List.of(1, 2)), 1, 2, 3).settle()).isEmpty();
    }

    @Test void a_leader_that_is_lost_is_followed_by_the_first_replica_in_sync() {
        var after = change(image(1, List.of(1, 2, 3), List.of(1, 3)), 2, 3).isr(List.of(3)).settle()
            .orElseThrow();
        assertThat(after.leader()).isEqualTo(3);
        assertThat(after.leaderEpoch()).isEqualTo(5);
        assertThat(after.partitionEpoch()).isEqualTo(10);
    }

    @Test void who_falls_out_below_the_minimum_stays_eligible() {
        var after = change(image(1, List.of(1, 2, 3), List.of(1, 2)), 1).isr(List.of(1)).settle()
            .orElseThrow();
        assertThat(after.elr()).containsExactly(2);
        assertThat(after.leader()).isEqualTo(1);
        assertThat(after.leaderEpoch()).isEqualTo(4);
    }

    @Test void with_enough_in_sync_nobody_is_eligible_besides() {
        var before = new PartitionImage(1, 4, 9, List.of(1, 2, 3), List.of(1), List.of(2),
            List.of());
        var after = change(before, 1, 3).isr(List.of(1, 3)).settle().orElseThrow();
        assertThat(after.elr()).isEmpty();
    }

    @Test void an_eligible_replica_leads_when_nobody_is_in_sync() {
        var before = new PartitionImage(-1, 4, 9, List.of(1, 2, 3), List.of(), List.of(2, 1),
            List.of(1));
        var after = change(before, 2, 3).settle().orElseThrow();
        assertThat(after.leader()).isEqualTo(2);
        assertThat(after.isr()).containsExactly(2);
        assertThat(after.elr()).containsExactly(1);
        assertThat(after.lastKnownElr()).isEmpty();
    }

    @Test void nobody_leads_rather_than_one_that_may_lack_records() {
        var after = change(image(1, List.of(1, 2, 3), List.of(1)), 2, 3).isr(List.of()).settle()
            .orElseThrow();
        assertThat(after.leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(after.elr()).containsExactly(1);
        assertThat(after.lastKnownElr()).containsExactly(1);
        var allowed = new PartitionChange(after, Set.of(2, 3)::contains, UNCLEAN).settle()
            .orElseThrow();
        assertThat(allowed.leader()).isEqualTo(2);
        assertThat(allowed.isr()).containsExactly(2);
        assertThat(allowed.elr()).isEmpty();
    }

    @Test void the_last_leader_leads_again_when_nobody_is_known_to_hold_more() {
        var before = new PartitionImage(-1, 4, 9, List.of(1, 2, 3), List.of(), List.of(),
            List.of(2));
        assertThat(change(before, 1, 3).settle()).isEmpty();
        assertThat(change(before, 1, 2).settle().orElseThrow().leader()).isEqualTo(2);
    }

    @Test void one_that_came_back_unclean_is_not_counted_on_unless_it_is_alone() {
        var two = change(image(1, List.of(1, 2), List.of(1, 2)), 1, 2).forget(1).settle()
            .orElseThrow();
        assertThat(two.isr()).containsExactly(2);
        assertThat(two.leader()).isEqualTo(2);
        assertThat(two.elr()).isEmpty();
        assertThat(change(image(1, List.of(1, 2), List.of(1)), 1, 2).forget(1).settle()).isEmpty();
    }

    @Test void a_reassignment_ends_when_all_that_stay_are_in_sync() {
        var begun = change(image(1, List.of(1, 2), List.of(1, 2)), 1, 2, 3)
            .reassign(List.of(2, 3)).settle().orElseThrow();
        assertThat(begun.replicas()).containsExactly(2, 3, 1);
        assertThat(begun.moving()).isEqualTo(new Reassignment(List.of(3), List.of(1)));
        assertThat(begun.leader()).isEqualTo(1);
        var ended = change(begun, 1, 2, 3).isr(List.of(1, 2, 3)).settle().orElseThrow();
        assertThat(ended.replicas()).containsExactly(2, 3);
        assertThat(ended.isr()).containsExactly(2, 3);
        assertThat(ended.leader()).isEqualTo(2);
        assertThat(ended.leaderEpoch()).isEqualTo(5);
        assertThat(ended.moving()).isEqualTo(Reassignment.NONE);
    }

    @Test void a_reassignment_in_the_middle_of_another_drops_what_it_does_not_want() {
        var begun = change(image(1, List.of(1, 2), List.of(1, 2)), 1, 2, 3, 4)
            .reassign(List.of(1, 3)).settle().orElseThrow();
        var turned = change(begun, 1, 2, 3, 4).reassign(List.of(1, 4)).settle().orElseThrow();
        assertThat(turned.replicas()).containsExactly(1, 4, 2);
        assertThat(turned.moving()).isEqualTo(new Reassignment(List.of(4), List.of(2)));
        var back = change(turned, 1, 2, 3, 4).cancel().settle().orElseThrow();
        assertThat(back.replicas()).containsExactlyInAnyOrder(1, 2);
        assertThat(back.moving().isUnderWay()).isFalse();
    }

    @Test void one_that_holds_what_others_lack_is_not_given_up_with_its_move() {
        var begun = change(image(1, List.of(1, 2), List.of(1)), 1, 3, 4)
            .reassign(List.of(3, 4)).settle().orElseThrow();
        var half = change(begun, 1, 3, 4).isr(List.of(1, 3)).settle().orElseThrow();
        assertThat(change(half, 1, 3, 4).cancel().keepsEnough()).isFalse();
        assertThat(change(half, 1, 3, 4).reassign(List.of(1, 4)).keepsEnough()).isFalse();
        var gone = change(half, 1, 4).isr(List.of(1)).settle().orElseThrow();
        assertThat(gone.elr()).containsExactly(3);
        assertThat(change(gone, 1, 4).cancel().keepsEnough()).isFalse();
        assertThat(change(half, 1, 3, 4).reassign(List.of(3, 2)).keepsEnough()).isTrue();
        var both = change(half, 1, 2, 3, 4).isr(List.of(1, 2, 3)).settle().orElseThrow();
        assertThat(change(both, 1, 2, 3, 4).cancel().keepsEnough()).isTrue();
        assertThat(change(begun, 1, 3, 4).cancel().keepsEnough()).isTrue();
    }

    @Test void whatever_happens_the_laws_of_replicas_hold() {
        var random = new SplittableRandom(7);
        for (int run = 0; run < 2_000; run++) {
            var state = PartitionImage.fresh(List.of(1, 2, 3));
            for (int step = 0; step < 30; step++) {
                var next = random(state, random).settle();
                if (next.isPresent()) state = checked(state, next.get());
            }
        }
    }

    private static PartitionChange random(PartitionImage state, SplittableRandom random) {
        var alive = new TreeSet<Integer>();
        for (int id = 1; id <= 5; id++) {
            if (random.nextInt(3) > 0) alive.add(id);
        }
        var rules = random.nextInt(4) == 0 ? UNCLEAN : CAREFUL;
        var change = new PartitionChange(state, alive::contains, rules);
        switch (random.nextInt(6)) {
            case 0 -> change.isr(some(state.replicas(), random));
            case 1 -> change.forget(1 + random.nextInt(5));
            case 2 -> {
                var target = some(List.of(1, 2, 3, 4, 5), random);
                if (!target.isEmpty()) change.reassign(target);
            }
            case 3 -> {
                if (state.moving().isUnderWay()) change.cancel();
            }
            case 4 -> change.preferFirst();
            default -> {
                if (random.nextInt(4) == 0) change.allowUnclean();
            }
        }
        return change;
    }

    private static List<Integer> some(List<Integer> all, SplittableRandom random) {
        var some = new ArrayList<Integer>();
        for (int id : all) {
            if (random.nextBoolean()) some.add(id);
        }
        return some;
    }

    private static PartitionImage checked(PartitionImage before, PartitionImage after) {
        assertThat(after.partitionEpoch()).isEqualTo(before.partitionEpoch() + 1);
        assertThat(after.leaderEpoch()).isGreaterThanOrEqualTo(before.leaderEpoch());
        if (after.leader() != before.leader())
            assertThat(after.leaderEpoch()).isGreaterThan(before.leaderEpoch());
        assertThat(after.replicas()).doesNotHaveDuplicates().isNotEmpty();
        assertThat(after.replicas()).containsAll(after.isr()).containsAll(after.elr())
            .containsAll(after.moving().adding()).containsAll(after.moving().removing());
        assertThat(after.elr()).doesNotContainAnyElementsOf(
            after.isr().isEmpty() ? List.of(-1) : after.isr());
        assertThat(after.moving().target(after.replicas())).isNotEmpty();
        return after;
    }
}
