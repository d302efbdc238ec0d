package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Shares partitions out evenly, and leaves with each member what it has as far as that allows.
///
/// First everybody keeps what it has, wants, and has room for; then what nobody has goes to the
/// member with the least, topics with the fewest subscribers first; then partitions move from those
/// with more to those with less as long as that evens things out. When all want the same, nobody
/// has more than one partition more than another; else no move of one partition to another
/// subscriber of its topic would even things out further.
final class UniformAssignor implements Assignor {
    @Override public String name() {
        return "uniform";
    }

    @Override public SortedMap<String, Partitions> assign(Task task) {
        return new Sharing(task).shared();
    }

    /// A member with what it has been given so far, by topic.
    private static final class Hand {
        private final String memberId;
        private final Candidate candidate;
        private final SortedMap<Uuid, TreeSet<Integer>> held = new TreeMap<>();
        private int count;

        private Hand(String memberId, Candidate candidate) {
            this.memberId = memberId;
            this.candidate = candidate;
        }

        private void take(Uuid topicId, int partition) {
            held.computeIfAbsent(topicId, _ -> new TreeSet<>()).add(partition);
            count++;
        }

        /// One partition of the topic, or -1.
        private int giveUp(Uuid topicId) {
            var ofTopic = held.get(topicId);
            if (ofTopic == null || ofTopic.isEmpty()) return -1;
            count--;
            int partition = ofTopic.removeLast();
            if (ofTopic.isEmpty()) held.remove(topicId);
            return partition;
        }

        private boolean has(Uuid topicId) {
            return held.containsKey(topicId);
        }
    }

    private static final class Sharing {
        private static final Comparator<Hand> LEAST_FIRST = Comparator
            .comparingInt((Hand hand) -> hand.count).thenComparing(hand -> hand.memberId);

        private final Task task;
        private final SortedMap<String, Hand> hands = new TreeMap<>();
        private final SortedMap<Uuid, List<Hand>> handsByTopic = new TreeMap<>();

        private Sharing(Task task) {
            this.task = task;
            task.members().forEach((id, candidate) -> {
                var hand = new Hand(id, candidate);
                hands.put(id, hand);
                candidate.topics().forEach(topicId -> handsByTopic
                    .computeIfAbsent(topicId, _ -> new ArrayList<>()).add(hand));
            });
            handsByTopic.keySet().retainAll(task.partitionCounts().keySet());
        }

        private SortedMap<String, Partitions> shared() {
            var free = new TreeMap<Uuid, SortedSet<Integer>>();
            task.partitionCounts().forEach((topicId, count) -> {
                if (!handsByTopic.containsKey(topicId)) return;
                var all = new TreeSet<Integer>();
                for (int partition = 0; partition < count; partition++)
                    all.add(partition);
                free.put(topicId, all);
            });
            hands.values().forEach(hand -> keep(hand, free));
            handOut(free);
            while (evenOut()) {
            }
            return done();
        }

        private static void keep(Hand hand, SortedMap<Uuid, SortedSet<Integer>> free) {
            hand.candidate.present().byTopic().forEach((topicId, partitions) -> {
                var ofTopic = free.get(topicId);
                if (ofTopic == null || !hand.candidate.topics().contains(topicId)) return;
                for (int partition : partitions) {
                    if (ofTopic.remove(partition)) hand.take(topicId, partition);
                }
            });
        }

        private void handOut(SortedMap<Uuid, SortedSet<Integer>> free) {
            var topics = new ArrayList<>(free.keySet());
            topics.sort(Comparator.comparingInt((Uuid topicId) -> wanting(topicId).size())
                .thenComparing(topicId -> topicId));
            for (var topicId : topics) {
                var least = new TreeSet<>(LEAST_FIRST);
                least.addAll(wanting(topicId));
                for (int partition : free.getOrDefault(topicId, Collections.emptySortedSet())) {
                    var hand = least.pollFirst();
                    if (hand == null) return;
                    hand.take(topicId, partition);
                    least.add(hand);
                }
            }
        }

        private List<Hand> wanting(Uuid topicId) {
            return handsByTopic.getOrDefault(topicId, List.of());
        }

        /// One round over all topics; false if nothing was left to do.
        private boolean evenOut() {
            boolean hasMoved = false;
            for (var topic : handsByTopic.entrySet()) {
                hasMoved |= evenOut(topic.getKey(), topic.getValue());
            }
            return hasMoved;
        }

        /// Moves partitions of one topic from those who have more to those who have less.
        private static boolean evenOut(Uuid topicId, List<Hand> wanting) {
            boolean hasMoved = false;
            var least = new TreeSet<>(LEAST_FIRST);
            least.addAll(wanting);
            var givers = new TreeSet<>(LEAST_FIRST);
            for (var hand : wanting) {
                if (hand.has(topicId)) givers.add(hand);
            }
            while (!givers.isEmpty() && givers.last().count - least.first().count > 1) {
                var most = givers.pollLast();
                var poorest = least.pollFirst();
                if (most == null || poorest == null) break;
                least.remove(most);
                givers.remove(poorest);
                int partition = most.giveUp(topicId);
                poorest.take(topicId, partition);
                least.add(most);
                least.add(poorest);
                givers.add(poorest);
                if (most.has(topicId)) givers.add(most);
                hasMoved = true;
            }
            return hasMoved;
        }

        private SortedMap<String, Partitions> done() {
            var assigned = new TreeMap<String, Partitions>();
            hands.forEach((id, hand) -> {
                var gathered = new Partitions.Gathering();
                hand.held.forEach((topicId, partitions) -> partitions
                    .forEach(partition -> gathered.add(topicId, partition)));
                assigned.put(id, gathered.done());
            });
            return assigned;
        }
    }
}
