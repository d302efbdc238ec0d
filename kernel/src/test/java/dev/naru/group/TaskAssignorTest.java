package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TaskAssignorTest {
    private static final int SEEDS = 400;

    private static SortedMap<String, TaskAssignor.Candidate> members(Random random) {
        var members = new TreeMap<String, TaskAssignor.Candidate>();
        int count = 1 + random.nextInt(7);
        for (int index = 0; index < count; index++) {
            members.put("m" + index,
                new TaskAssignor.Candidate("p" + random.nextInt(3), Tasks.NONE));
        }
        return members;
    }

    private static SortedMap<String, TaskAssignor.Candidate> after(
        SortedMap<String, TaskAssignor.Candidate> members, SortedMap<String, Tasks> assigned) {
        var next = new TreeMap<String, TaskAssignor.Candidate>();
        members.forEach((id, candidate) -> next.put(id, new TaskAssignor.Candidate(
            candidate.processId(), assigned.getOrDefault(id, Tasks.NONE))));
        return next;
    }

    private static SortedMap<String, Integer> counts(Random random) {
        var counts = new TreeMap<String, Integer>();
        for (int part = 0; part <= random.nextInt(3); part++)
            counts.put("s" + part, 1 + random.nextInt(8));
        return counts;
    }

    @Test void every_task_is_active_once_evenly_and_copied_in_other_processes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var members = members(random);
            var counts = counts(random);
            int copies = random.nextInt(3);
            var first = TaskAssignor.assign(members, counts, copies);
            check(members, counts, copies, first);
            var fewer = after(members, first);
            if (fewer.size() > 1) fewer.remove("m0");
            check(fewer, counts, copies, TaskAssignor.assign(fewer, counts, copies));
        }
    }

    private static void check(SortedMap<String, TaskAssignor.Candidate> members,
        SortedMap<String, Integer> counts, int copies, SortedMap<String, Tasks> assigned) {
        int total = counts.values().stream().mapToInt(it -> it).sum();
        var actives = new HashSet<TaskId>();
        var processes = new HashMap<TaskId, HashSet<String>>();
        assigned.forEach((id, tasks) -> {
            int[] mine = {0};
            tasks.byId().forEach((task, grant) -> {
                var candidate = members.get(id);
                var process = candidate == null ? "" : candidate.processId();
                assertTrue(processes.computeIfAbsent(task, _ -> new HashSet<>()).add(process),
                    "one of a task in each process");
                if (grant.role() != Tasks.Role.ACTIVE) return;
                mine[0]++;
                assertTrue(actives.add(task), "active once");
            });
            int least = total / members.size();
            assertTrue(mine[0] == least || mine[0] == least + 1, "even");
        });
        assertEquals(total, actives.size());
        long processCount = members.values().stream().map(TaskAssignor.Candidate::processId)
            .distinct().count();
        processes.values().forEach(where -> assertEquals(Math.min(processCount, copies + 1),
            where.size()));
    }

    @Test void an_assignment_that_is_made_again_stays_the_same() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var members = members(random);
            var counts = counts(random);
            var first = TaskAssignor.assign(members, counts, 1);
            var again = TaskAssignor.assign(after(members, first), counts, 1);
            first.forEach((id, tasks) -> assertEquals(tasks.in(Tasks.Role.ACTIVE),
                again.getOrDefault(id, Tasks.NONE).in(Tasks.Role.ACTIVE)));
        }
    }

    @Test void a_task_goes_where_a_copy_of_it_is() {
        var counts = new TreeMap<String, Integer>();
        counts.put("s", 4);
        var members = new TreeMap<String, TaskAssignor.Candidate>();
        for (int index = 0; index < 4; index++)
            members.put("m" + index, new TaskAssignor.Candidate("p" + index, Tasks.NONE));
        var first = TaskAssignor.assign(members, counts, 1);
        var fewer = after(members, first);
        fewer.remove("m0");
        var then = TaskAssignor.assign(fewer, counts, 1);
        var lost = first.getOrDefault("m0", Tasks.NONE).in(Tasks.Role.ACTIVE);
        lost.forEach((part, partitions) -> partitions.forEach(partition -> {
            var task = new TaskId(part, partition);
            then.forEach((id, tasks) -> {
                if (!tasks.has(task, Tasks.Role.ACTIVE)) return;
                assertTrue(first.getOrDefault(id, Tasks.NONE).has(task, Tasks.Role.STANDBY));
            });
        }));
    }
}
