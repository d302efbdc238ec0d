package dev.naru.group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Shares out the tasks of a streams application: every task is active once, with copies in other
/// processes. Threads are loaded evenly; within that, a task stays where it was active, or goes to
/// a process that has a copy of its state. A function of its input.
final class TaskAssignor {
    static final String NAME = "sticky";

    /// A member with its process and its present target.
    record Candidate(String processId, Tasks present) {}

    /// A thread, and what it has been given so far.
    private static final class Hand {
        private final String memberId;
        private final Candidate candidate;
        private final SortedMap<TaskId, Tasks.Grant> held = new TreeMap<>();
        private int activeCount;

        private Hand(String memberId, Candidate candidate) {
            this.memberId = memberId;
            this.candidate = candidate;
        }

        private void take(TaskId task, Tasks.Role role) {
            held.put(task, new Tasks.Grant(role, 0));
            if (role == Tasks.Role.ACTIVE) activeCount++;
        }
    }

    private static final Comparator<Hand> FEWEST_ACTIVE = Comparator
        .comparingInt((Hand hand) -> hand.activeCount)
        .thenComparingInt(hand -> hand.held.size()).thenComparing(hand -> hand.memberId);
    private static final Comparator<Hand> FEWEST = Comparator
        .comparingInt((Hand hand) -> hand.held.size()).thenComparing(hand -> hand.memberId);

    private final List<Hand> hands = new ArrayList<>();
    private final SortedSet<TaskId> tasks;
    private final LinkedHashMap<String, List<Hand>> byProcess = new LinkedHashMap<>();

    private TaskAssignor(SortedMap<String, Candidate> members, SortedSet<TaskId> tasks) {
        this.tasks = tasks;
        members.forEach((id, candidate) -> {
            var hand = new Hand(id, candidate);
            hands.add(hand);
            byProcess.computeIfAbsent(candidate.processId(), _ -> new ArrayList<>()).add(hand);
        });
    }

    /// The tasks of each member; `taskCounts` by subtopology.
    static SortedMap<String, Tasks> assign(SortedMap<String, Candidate> members,
        SortedMap<String, Integer> taskCounts, int standbyReplicas) {
        var tasks = new TreeSet<TaskId>();
        taskCounts.forEach((subtopology, count) -> {
            for (int partition = 0; partition < count; partition++)
                tasks.add(new TaskId(subtopology, partition));
        });
        var assignor = new TaskAssignor(members, tasks);
        if (!members.isEmpty()) {
            assignor.activate();
            for (int copy = 0; copy < standbyReplicas; copy++)
                assignor.copyOnce();
        }
        var assigned = new TreeMap<String, Tasks>();
        assignor.hands.forEach(hand -> assigned.put(hand.memberId, Tasks.of(hand.held)));
        return assigned;
    }

    /// Each thread takes up to an even share of what it had, then of what its process has copies of;
    /// the rest goes to those with the least.
    private void activate() {
        int least = tasks.size() / hands.size();
        var open = new TreeSet<>(tasks);
        for (var hand : hands) {
            keep(hand, open, Tasks.Role.ACTIVE, least);
        }
        int larger = tasks.size() % hands.size();
        for (var hand : hands) {
            if (larger == 0) break;
            int before = hand.activeCount;
            if (before == least) keep(hand, open, Tasks.Role.ACTIVE, least + 1);
            if (hand.activeCount > least) larger--;
        }
        for (var hand : hands) {
            keep(hand, open, Tasks.Role.STANDBY, least);
            keep(hand, open, Tasks.Role.WARMUP, least);
        }
        var byLoad = new TreeSet<>(FEWEST_ACTIVE);
        byLoad.addAll(hands);
        for (var task : open) {
            var hand = byLoad.pollFirst();
            if (hand == null) return;
            hand.take(task, Tasks.Role.ACTIVE);
            byLoad.add(hand);
        }
    }

    private static void keep(Hand hand, SortedSet<TaskId> open, Tasks.Role role, int upTo) {
        for (var each : hand.candidate.present().byId().entrySet()) {
            if (hand.activeCount >= upTo) return;
            boolean isTheirs = each.getValue().role() == role && open.remove(each.getKey());
            if (isTheirs) hand.take(each.getKey(), Tasks.Role.ACTIVE);
        }
    }

    /// One more copy of every task, if there is a process that does not have it yet.
    private void copyOnce() {
        var byLoad = new TreeSet<>(FEWEST);
        byLoad.addAll(hands);
        for (var task : tasks) {
            var hand = keeper(task, byLoad);
            if (hand == null) continue;
            byLoad.remove(hand);
            hand.take(task, Tasks.Role.STANDBY);
            byLoad.add(hand);
        }
    }

    /// Who had the task in some way before, if that is not much busier than others; else the one
    /// with the least.
    private @Nullable Hand keeper(TaskId task, SortedSet<Hand> byLoad) {
        Hand least = null;
        for (var hand : byLoad) {
            if (hasInProcess(hand, task)) continue;
            if (least == null) least = hand;
            boolean hadIt = hand.candidate.present().byId().containsKey(task);
            if (hadIt && hand.held.size() <= least.held.size() + 1) return hand;
        }
        return least;
    }

    private boolean hasInProcess(Hand hand, TaskId task) {
        for (var other : byProcess.getOrDefault(hand.candidate.processId(), List.of())) {
            if (other.held.containsKey(task)) return true;
        }
        return false;
    }
}
