package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every placement of three partitions with two replicas on four nodes, whichever of them are gone.
class BalanceTest {
    private static final List<List<Integer>> PAIRS = pairs();

    private static List<List<Integer>> pairs() {
        var pairs = new ArrayList<List<Integer>>();
        for (int first = 1; first <= 4; first++) {
            for (int second = 1; second <= 4; second++) {
                if (first != second) pairs.add(List.of(first, second));
            }
        }
        return pairs;
    }

    private static ClusterImage nodes(String... racks) {
        var facts = new ArrayList<ClusterRecord>();
        for (int id = 1; id <= racks.length; id++)
            facts.add(new ClusterRecord.NodeRegistered(Fixtures.node(id, racks[id - 1])));
        return Fixtures.after(ClusterImage.EMPTY, facts);
    }

    private static ClusterImage with(ClusterImage nodes, List<List<Integer>> placed) {
        return Fixtures.after(nodes, List.of(new ClusterRecord.TopicCreated("t",
            Fixtures.idOf("t"), placed.stream().map(PartitionImage::fresh).toList())));
    }

    private interface Claim {
        void check(List<List<Integer>> before, Set<Integer> gone, List<List<Integer>> after);
    }

    private static void everywhere(ClusterImage nodes, Claim claim) {
        for (int gone = 0; gone < 16; gone++) {
            var goneIds = new TreeSet<Integer>();
            for (int id = 1; id <= 4; id++) {
                if ((gone & (1 << (id - 1))) != 0) goneIds.add(id);
            }
            if (goneIds.size() > 2) continue;
            for (var first : PAIRS) {
                for (var second : PAIRS)
                    PAIRS.forEach(third -> check(nodes, List.of(first, second, third), goneIds,
                        claim));
            }
        }
    }

    private static void check(ClusterImage nodes, List<List<Integer>> before,
        Set<Integer> gone, Claim claim) {
        claim.check(before, gone, carriedOut(nodes, before, gone));
    }

    private static List<List<Integer>> carriedOut(ClusterImage nodes, List<List<Integer>> before,
        Set<Integer> gone) {
        var after = new ArrayList<>(before);
        for (var step : plan(with(nodes, before), gone, 100)) {
            assertThat(step.before()).isEqualTo(before.get(step.partition().partition()));
            after.set(step.partition().partition(), step.after());
        }
        return after;
    }

    private static List<Balance.Step> plan(ClusterImage image, Set<Integer> gone, int stepsMax) {
        return Balance.plan(image, Balance.Wishes.gone(new TreeSet<>(gone)), stepsMax);
    }

    @Test void nothing_stays_on_a_node_that_is_gone_and_no_replica_is_lost() {
        everywhere(nodes("", "", "", ""), (before, gone, after) -> {
            for (var replicas : after) {
                assertThat(replicas).hasSize(2).doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(gone.isEmpty() ? List.of(0) : gone);
            }
        });
    }

    @Test void no_node_holds_two_replicas_more_than_another() {
        everywhere(nodes("", "", "", ""), (before, gone, after) -> {
            var counts = new TreeMap<Integer, Integer>();
            for (int id = 1; id <= 4; id++) {
                if (!gone.contains(id)) counts.put(id, 0);
            }
            after.forEach(replicas -> replicas.forEach(id -> counts.merge(id, 1, Integer::sum)));
            int most = counts.values().stream().mapToInt(count -> count).max().orElseThrow();
            int least = counts.values().stream().mapToInt(count -> count).min().orElseThrow();
            assertThat(most - least).as(before + " " + gone + " " + after).isLessThan(2);
        });
    }

    @Test void what_is_balanced_stays() {
        everywhere(nodes("", "", "", ""), (before, gone, after) -> assertThat(
            carriedOut(nodes("", "", "", ""), after, gone)).isEqualTo(after));
    }

    @Test void replicas_in_two_racks_stay_in_two_racks() {
        everywhere(nodes("a", "a", "b", "b"), (before, gone, after) -> {
            for (int partition = 0; partition < 3; partition++) {
                boolean wasSpread = racks(before.get(partition)) == 2;
                boolean isPossible = !gone.containsAll(List.of(1, 2))
                    && !gone.containsAll(List.of(3, 4));
                if (wasSpread && isPossible) {
                    assertThat(racks(after.get(partition))).as(before + " " + gone + " " + after)
                        .isEqualTo(2);
                }
            }
        });
    }

    private static int racks(List<Integer> replicas) {
        var racks = new HashSet<Boolean>();
        replicas.forEach(id -> racks.add(id <= 2));
        return racks.size();
    }

    @Test void a_new_node_is_filled_and_every_move_has_a_reason() {
        var image = with(nodes("", "", ""), List.of(List.of(1, 2), List.of(1, 2), List.of(1, 2)));
        var steps = plan(image, Set.of(), 100);
        assertThat(steps).extracting(Balance.Step::why).containsExactly(
            Balance.Why.SPREAD_REPLICAS, Balance.Why.SPREAD_REPLICAS,
            Balance.Why.SPREAD_LEADERS);
        assertThat(steps.getFirst().explain())
            .isEqualTo("t-0 moves from [1, 2] to [3, 2]: node 1 holds more than others.");
    }

    @Test void a_plan_has_as_many_moves_as_are_allowed() {
        var image = with(nodes("", "", ""), List.of(List.of(1, 2), List.of(1, 2), List.of(1, 2)));
        assertThat(plan(image, Set.of(), 1)).hasSize(1);
        assertThat(plan(image, Set.of(), 0)).isEmpty();
    }

    @Test void where_there_is_no_other_node_a_replica_stays_with_the_one_that_is_gone() {
        var image = with(nodes("", ""), List.of(List.of(1, 2)));
        assertThat(plan(image, Set.of(2), 100)).isEmpty();
    }

    @Test void what_moves_already_is_left_alone_and_counts_where_it_will_be() {
        var moving = new PartitionImage(1, 0, 0, List.of(3, 2, 1), List.of(1, 2), List.of(),
            List.of(), new Reassignment(List.of(3), List.of(1)));
        var image = Fixtures.after(nodes("", "", ""), List.of(
            new ClusterRecord.TopicCreated("t", Fixtures.idOf("t"),
                List.of(moving, PartitionImage.fresh(List.of(1))))));
        assertThat(plan(image, Set.of(), 100)).isEmpty();
    }

    /// Partitions of one replica each, with their sizes in MiB.
    private static List<Balance.Step> planOf(int nodes, List<List<Integer>> placed,
        int... mebibytes) {
        var wishes = Balance.Wishes.gone(new TreeSet<>());
        var racks = new String[nodes];
        Arrays.fill(racks, "");
        return Balance.plan(with(nodes(racks), placed),
            new Balance.Wishes(wishes.emptied(), wishes.rests(), wishes.stays(),
                wishes.replicas(), (_, partition) -> (long) mebibytes[partition] << 20),
            100);
    }

    private static List<List<Integer>> on(int... nodeIds) {
        return Arrays.stream(nodeIds).mapToObj(List::of).toList();
    }

    @Test void a_large_partition_changes_places_with_a_small_one() {
        var steps = planOf(2, on(1, 1, 2, 2), 1000, 1000, 10, 10);
        assertThat(steps).extracting(Balance.Step::explain).containsExactly(
            "t-0 moves from [1] to [2]: node 1 holds more bytes than others.",
            "t-2 moves from [2] to [1]: a larger one comes from node 1 instead.");
    }

    @Test void a_node_with_one_replica_more_gives_one_for_nothing() {
        var steps = planOf(2, on(1, 1, 1, 2, 2), 500, 500, 500, 100, 100);
        assertThat(steps).extracting(Balance.Step::explain).containsExactly(
            "t-0 moves from [1] to [2]: node 1 holds more bytes than others.");
    }

    @Test void what_evens_out_little_is_not_copied() {
        assertThat(planOf(2, on(1, 2), 1000, 100)).as("nothing can be better").isEmpty();
        assertThat(planOf(2, on(1, 1, 2, 2), 60, 1, 1, 1)).as("a few bytes").isEmpty();
        assertThat(planOf(2, on(1, 1, 2, 2), 1000, 1050, 1000, 1000)).as("a tenth").isEmpty();
    }

    @Test void bytes_get_even_and_replicas_stay_so_and_then_it_rests() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 300; round++) {
            var placed = new ArrayList<List<Integer>>();
            int[] sizes = new int[24];
            for (int index = 0; index < sizes.length; index++) {
                placed.add(PAIRS.get(random.nextInt(PAIRS.size())));
                sizes[index] = random.nextInt(10) == 0 ? random.nextInt(4000) : random.nextInt(200);
            }
            long before = spread(placed, sizes);
            for (var step : planOf(4, placed, sizes))
                placed.set(step.partition().partition(), step.after());
            assertThat(counts(placed, new int[0])).as("round %d", round)
                .satisfies(counts -> assertThat(range(counts)).isLessThan(2));
            assertThat(planOf(4, placed, sizes)).as("round %d", round).isEmpty();
            assertThat(spread(placed, sizes)).as("round %d", round)
                .isLessThanOrEqualTo(Math.max(before, 4000));
        }
    }

    private static long spread(List<List<Integer>> placed, int[] sizes) {
        return range(counts(placed, sizes));
    }

    private static long range(long[] counts) {
        return Arrays.stream(counts).max().orElseThrow()
            - Arrays.stream(counts).min().orElseThrow();
    }

    /// What each node holds: the sum of these, or of ones.
    private static long[] counts(List<List<Integer>> placed, int[] sizes) {
        var counts = new long[4];
        for (int index = 0; index < placed.size(); index++) {
            for (int id : placed.get(index))
                counts[id - 1] += sizes.length == 0 ? 1 : sizes[index];
        }
        return counts;
    }
}
