package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Uuid;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class AssignorTest {
    private static final int SEEDS = 400;
    private static final Assignor UNIFORM = new UniformAssignor();
    private static final Assignor RANGE = new RangeAssignor();

    private static Uuid topic(long number) {
        return new Uuid(9, number);
    }

    /// Members with random subscriptions, or all with the same one.
    private static Assignor.Task task(Random random, boolean isHomogeneous) {
        var counts = new TreeMap<Uuid, Integer>();
        int topics = 1 + random.nextInt(5);
        for (int index = 0; index < topics; index++) {
            counts.put(topic(index), 1 + random.nextInt(12));
        }
        var members = new TreeMap<String, Assignor.Candidate>();
        int size = 1 + random.nextInt(8);
        for (int index = 0; index < size; index++) {
            var wanted = new TreeSet<Uuid>();
            for (var topicId : counts.keySet()) {
                if (isHomogeneous || random.nextBoolean()) wanted.add(topicId);
            }
            members.put("m" + index, new Assignor.Candidate(
                random.nextInt(3) == 0 ? "i" + index : null, wanted, Partitions.NONE));
        }
        return new Assignor.Task(members, counts);
    }

    private static Partitions of(SortedMap<String, Partitions> assigned, String memberId) {
        return assigned.getOrDefault(memberId, Partitions.NONE);
    }

    private static boolean wants(Assignor.Task task, String memberId, Uuid topicId) {
        var candidate = task.members().get(memberId);
        return candidate != null && candidate.topics().contains(topicId);
    }

    private static Assignor.Task after(Assignor.Task task,
        SortedMap<String, Partitions> assigned) {
        var members = new TreeMap<String, Assignor.Candidate>();
        task.members().forEach((id, candidate) -> members.put(id,
            new Assignor.Candidate(candidate.instanceId(), candidate.topics(),
                assigned.getOrDefault(id, Partitions.NONE))));
        return new Assignor.Task(members, task.partitionCounts());
    }

    private static Assignor.Task without(Assignor.Task task, String memberId) {
        var members = new TreeMap<>(task.members());
        members.remove(memberId);
        return new Assignor.Task(members, task.partitionCounts());
    }

    /// Every partition that somebody wants has one owner, who wants it.
    private static void assertSound(Assignor.Task task, SortedMap<String, Partitions> assigned) {
        assertEquals(task.members().keySet(), assigned.keySet());
        var owned = new HashSet<String>();
        assigned.forEach((id, partitions) -> partitions.byTopic().forEach((topicId, indexes) -> {
            assertTrue(wants(task, id, topicId), "wanted");
            int count = task.partitionCounts().getOrDefault(topicId, 0);
            for (int index : indexes) {
                assertTrue(index >= 0 && index < count);
                assertTrue(owned.add(topicId + "-" + index), "one owner");
            }
        }));
        task.partitionCounts().forEach((topicId, count) -> {
            boolean isWanted = task.members().values().stream()
                .anyMatch(candidate -> candidate.topics().contains(topicId));
            for (int index = 0; index < count; index++) {
                assertEquals(isWanted, owned.contains(topicId + "-" + index), "complete");
            }
        });
    }

    @Test void every_wanted_partition_has_one_owner() {
        for (int seed = 0; seed < SEEDS; seed++) {
            for (var assignor : List.of(UNIFORM, RANGE)) {
                var random = new Random(seed);
                var task = task(random, seed % 2 == 0);
                var first = assignor.assign(task);
                assertSound(task, first);
                var fewer = without(after(task, first), "m0");
                assertSound(fewer, assignor.assign(fewer));
                var others = after(task(random, false), first);
                assertSound(others, assignor.assign(others));
            }
        }
    }

    @Test void an_assignment_that_is_made_again_stays_the_same() {
        for (int seed = 0; seed < SEEDS; seed++) {
            for (var assignor : List.of(UNIFORM, RANGE)) {
                var task = task(new Random(seed), seed % 2 == 0);
                var first = assignor.assign(task);
                assertEquals(first, assignor.assign(after(task, first)), "seed " + seed);
            }
        }
    }

    @Test void uniform_gives_members_that_want_the_same_equal_numbers() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var task = task(new Random(seed), true);
            var assigned = UNIFORM.assign(task);
            int total = task.partitionCounts().values().stream().mapToInt(it -> it).sum();
            int least = total / task.members().size();
            for (var partitions : assigned.values()) {
                int count = partitions.count();
                assertTrue(count == least || count == least + 1, "balanced, seed " + seed);
            }
        }
    }

    @Test void uniform_leaves_nothing_that_one_move_would_even_out() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var task = task(new Random(seed), false);
            var assigned = UNIFORM.assign(task);
            assigned.forEach((rich, partitions) -> partitions.byTopic().keySet()
                .forEach(topicId -> assigned.forEach((poor, less) -> {
                    if (!wants(task, poor, topicId)) return;
                    assertTrue(partitions.count() - less.count() <= 1);
                })));
        }
    }

    @Test void uniform_moves_only_what_a_newcomer_gets() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var task = task(new Random(seed), true);
            var before = UNIFORM.assign(task);
            var members = new TreeMap<>(after(task, before).members());
            members.put("new", new Assignor.Candidate(null,
                new TreeSet<>(task.partitionCounts().keySet()), Partitions.NONE));
            var grown = new Assignor.Task(members, task.partitionCounts());
            var after = UNIFORM.assign(grown);
            before.forEach((id, partitions) -> of(after, id).byTopic()
                .forEach((topicId, indexes) -> assertTrue(
                    partitions.of(topicId).containsAll(indexes), "nobody else gets anything")));
        }
    }

    @Test void uniform_takes_nothing_from_those_who_stay_when_one_leaves() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var task = task(new Random(seed), true);
            var before = UNIFORM.assign(task);
            var fewer = without(after(task, before), "m0");
            UNIFORM.assign(fewer).forEach((id, partitions) -> of(before, id).byTopic()
                .forEach((topicId, indexes) -> assertTrue(
                    partitions.of(topicId).containsAll(indexes))));
        }
    }

    @Test void range_gives_runs_that_differ_by_one_at_most() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var task = task(new Random(seed), false);
            var assigned = RANGE.assign(task);
            task.partitionCounts().forEach((topicId, count) -> {
                var wanting = task.members().entrySet().stream()
                    .filter(each -> each.getValue().topics().contains(topicId)).toList();
                for (var each : wanting) {
                    var run = of(assigned, each.getKey()).of(topicId);
                    int size = run.size();
                    assertTrue(size == count / wanting.size()
                        || size == count / wanting.size() + 1);
                    if (size > 0) assertEquals(size - 1, run.last() - run.first(), "a run");
                }
            });
        }
    }

    @Test void range_brings_partitions_of_the_same_number_together() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var task = task(random, true);
            int count = 1 + random.nextInt(12);
            task.partitionCounts().replaceAll((_, _) -> count);
            var first = RANGE.assign(task);
            var again = RANGE.assign(without(after(task, first), "m1"));
            for (var assigned : List.of(first, again)) {
                assigned.values().forEach(partitions -> assertTrue(
                    new HashSet<>(partitions.byTopic().values()).size() <= 1, "co-partitioned"));
            }
        }
    }

    @Test void a_thousand_members_share_ten_thousand_partitions() {
        var counts = new TreeMap<Uuid, Integer>();
        for (int index = 0; index < 10; index++)
            counts.put(topic(index), 1_000);
        var members = new TreeMap<String, Assignor.Candidate>();
        for (int index = 0; index < 1_000; index++) {
            members.put("m" + index, new Assignor.Candidate(null,
                new TreeSet<>(counts.keySet()), Partitions.NONE));
        }
        var task = new Assignor.Task(members, counts);
        var assigned = UNIFORM.assign(task);
        assigned.values().forEach(partitions -> assertEquals(10, partitions.count()));
    }
}
